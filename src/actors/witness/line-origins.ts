/** Whose lines they are: one origin for each Pod, and what must not be read in its lines. */
import type { LineOrigin } from '../../logs/line.ts';
import { Redactions } from '../../logs/redact/redactions.ts';
import type { Redact } from '../../logs/redact/secret-values.ts';
import { workerLabels, type WorkerOrder } from '../../machines/worker/order.ts';
import type { WitnessedWorker } from '../ports.ts';

export class LineOrigins {
  readonly #namespace: string;
  readonly #secrets: Redactions;
  /** By the Pod's uid. */
  readonly #origins = new Map<string, LineOrigin>();
  readonly #redactions = new WeakMap<LineOrigin, Redact>();

  /** @param secretNames variables whose values are secrets beside those that are called so */
  constructor(namespace: string, secretNames: readonly string[]) {
    this.#namespace = namespace;
    this.#secrets = new Redactions(secretNames);
  }

  of({ order, slot, pod }: WitnessedWorker): LineOrigin {
    const known = this.#origins.get(pod?.uid ?? '');
    // Where it runs is known only once it does.
    if (known && (known.nodeName !== '' || !pod?.nodeName)) return known;
    const origin: LineOrigin = {
      workerId: slot.podName,
      taskId: order.taskId,
      pipelineId: order.stage?.pipelineId ?? '',
      stageId: order.stage?.stageId ?? '',
      podName: slot.podName,
      podUid: pod?.uid ?? '',
      namespace: this.#namespace,
      nodeName: pod?.nodeName ?? '',
      createdAt: pod?.createdAt ?? order.acceptedAt,
      labels: workerLabels(order.ledger.name, slot),
    };
    if (pod) this.#origins.set(pod.uid, origin);
    const redact = this.redactionOf(order);
    if (redact) this.#redactions.set(origin, redact);
    return origin;
  }

  /** @returns undefined where nothing is to be hidden */
  redactionOf(order: WorkerOrder): Redact | undefined {
    return this.#secrets.of(order.template.env);
  }

  redactionFor(origin: LineOrigin): Redact | undefined {
    return this.#redactions.get(origin);
  }

  forget(podUid: string): void {
    this.#origins.delete(podUid);
  }
}
