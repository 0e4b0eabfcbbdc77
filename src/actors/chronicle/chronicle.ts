/**
 * What becomes of commands and workers, as Kubernetes Events about their ledgers and Pods: `kubectl describe` then tells
 * the story. Failures by their name only, since their evidence may hold what the worker was given.
 */
import type { ClusterEvent } from '../../cluster/port.ts';
import type { Outcome } from '../../machines/worker/order.ts';
import type { Effect, EffectEnd, EffectObserver } from '../effect-observer.ts';
import type { Witness, WitnessedWorker } from '../ports.ts';

interface ChronicleDeps {
  readonly send: (event: ClusterEvent) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

type Words = readonly [type: ClusterEvent['type'], reason: string, message: string];

export class Chronicle implements EffectObserver {
  readonly #deps: ChronicleDeps;
  /** UIDs of ledgers of commands that are not over, by their names. */
  readonly #ledgers = new Map<string, string>();
  /** Workers whose end was told, by their Pods' names. */
  readonly #ended = new Set<string>();

  constructor(deps: ChronicleDeps) {
    this.#deps = deps;
  }

  began(effect: Effect): (end: EffectEnd) => void {
    return (end) => {
      if (end.kind === 'failed') return;
      if (effect.name === 'open-scale-up' || effect.name === 'open-pipeline') this.#opened(end.output);
      else if (effect.name === 'mark-created')
        this.#tellLedger(effect.ledgerName, ['Normal', 'Created', 'All of its Pods were created.']);
      else if (effect.name === 'close-scale' || effect.name === 'close-pipeline') {
        this.#tellLedger(effect.ledgerName, ['Normal', 'Finished', 'It is over, and its Pods are gone.']);
        this.#ledgers.delete(effect.ledgerName);
      } else if (effect.name === 'discard-ledger') this.#ledgers.delete(effect.ledgerName);
    };
  }

  witnessed(witness: Witness): Witness {
    return {
      saw: (worker) => witness.saw(worker),
      ending: (worker, outcome) => {
        this.#tellEnd(worker, outcome);
        return witness.ending(worker, outcome);
      },
      drain: (worker, withinMs) => {
        this.#tellPod(worker, [
          'Normal',
          'Draining',
          'Its log is read to the end before Ottoscaler deletes it.',
        ]);
        return witness.drain(worker, withinMs);
      },
      gone: (worker) => {
        this.#ended.delete(worker.slot.podName);
        witness.gone(worker);
      },
    };
  }

  #opened(output: unknown): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the reply of one of two ledgers
    const reply = output as {
      readonly kind: string;
      readonly ledger?: { readonly name: string; readonly uid: string };
      readonly order?: { readonly ledger: { readonly name: string; readonly uid: string } };
    };
    const ledger = reply.ledger ?? reply.order?.ledger;
    if (!ledger || (reply.kind !== 'opened' && reply.kind !== 'resumed')) return;
    this.#ledgers.set(ledger.name, ledger.uid);
    if (reply.kind === 'opened')
      this.#tellLedger(ledger.name, ['Normal', 'Accepted', 'Ottoscaler has taken the command.']);
  }

  /** Once, however often it is recorded. */
  #tellEnd(worker: WitnessedWorker, outcome: Outcome): void {
    const { podName } = worker.slot;
    if (this.#ended.has(podName)) return;
    this.#ended.add(podName);
    if (outcome.kind === 'succeeded')
      return this.#tellPod(worker, ['Normal', 'Succeeded', 'The worker succeeded.']);
    const { name } = outcome.failure;
    this.#tellPod(worker, ['Warning', 'Failed', `The worker failed: ${name}.`]);
    const words: Words = ['Warning', 'WorkerFailed', `The worker ${podName} failed: ${name}.`];
    const { ledger } = worker.order;
    this.#send({ kind: 'ConfigMap', ...ledger }, words);
  }

  #tellPod({ slot, pod }: WitnessedWorker, words: Words): void {
    if (pod) this.#send({ kind: 'Pod', name: slot.podName, uid: pod.uid }, words);
  }

  #tellLedger(name: string, words: Words): void {
    const uid = this.#ledgers.get(name);
    if (uid !== undefined) this.#send({ kind: 'ConfigMap', name, uid }, words);
  }

  #send(about: ClusterEvent['about'], [type, reason, message]: Words): void {
    this.#deps.send({ about, type, reason, message, atMs: this.#deps.now() });
  }
}
