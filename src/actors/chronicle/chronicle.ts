/**
 * What becomes of commands and workers, as Kubernetes Events about their ledgers and Pods: `kubectl describe` then tells
 * the story. Failures by their name only, since their evidence may hold what the worker was given.
 */
import type { ClusterEvent } from '../../cluster/port.ts';
import type { Outcome } from '../../machines/worker/order.ts';
import type { Effect, EffectEnd, Observer, Opened, SeenWorker } from '../observer.ts';

interface ChronicleDeps {
  readonly send: (event: ClusterEvent) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

type Words = readonly [type: ClusterEvent['type'], reason: string, message: string];

export class Chronicle implements Observer {
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
      switch (effect.name) {
        case 'open-scale-up':
        case 'open-pipeline':
          if (end.opened) this.#opened(end.opened);
          return;
        case 'mark-created':
          return this.#tellLedger(effect.ledgerName, ['Normal', 'Created', 'All of its Pods were created.']);
        case 'close-scale':
        case 'close-pipeline':
          this.#tellLedger(effect.ledgerName, ['Normal', 'Finished', 'It is over, and its Pods are gone.']);
          this.#ledgers.delete(effect.ledgerName);
          return;
        case 'discard-ledger':
          this.#ledgers.delete(effect.ledgerName);
          return;
        case 'open-scale-down':
        case 'mark-promised':
        case 'write-journal':
        case 'create-pod':
        case 'record-outcome':
        case 'drain-logs':
        case 'delete-pod':
      }
    };
  }

  /** Once, however often it is recorded. */
  ending(worker: SeenWorker, outcome: Outcome): void {
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

  draining(worker: SeenWorker): void {
    this.#tellPod(worker, ['Normal', 'Draining', 'Its log is read to the end before Ottoscaler deletes it.']);
  }

  gone({ slot }: SeenWorker): void {
    this.#ended.delete(slot.podName);
  }

  #opened({ result, ledger }: Opened): void {
    if (ledger?.uid === undefined || (result !== 'opened' && result !== 'resumed')) return;
    this.#ledgers.set(ledger.name, ledger.uid);
    if (result === 'opened')
      this.#tellLedger(ledger.name, ['Normal', 'Accepted', 'Ottoscaler has taken the command.']);
  }

  #tellPod({ slot, pod }: SeenWorker, words: Words): void {
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
