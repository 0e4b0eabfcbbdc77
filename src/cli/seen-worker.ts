/**
 * One worker as the server last described it, in words that are safe to print.
 *
 * The boundary of the watch: whatever comes after it never meets the text of
 * others again.
 */
import type { WorkerPodStatus__Output } from '../rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';
import { shortDuration } from './duration.ts';
import { printable } from './printable.ts';

export interface SeenWorker {
  readonly podName: string;
  /** A word of the server's; only "succeeded" and "failed" end a worker. */
  readonly status: string;
  readonly nodeName: string;
  /** Why it failed; else why it is where it is. */
  readonly detail: string;
  /** Epoch ms by the server's clock; NaN while they have not come. */
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly completedAtMs: number;
  /** What was received, for machines; not to be printed as it is. */
  readonly wire: WorkerPodStatus__Output;
}

export function seenWorker(wire: WorkerPodStatus__Output): SeenWorker {
  const status = printable(wire.status);
  const detail = printable(wire.error_message || wire.reason);
  return {
    podName: printable(wire.pod_name),
    status,
    nodeName: printable(wire.node_name),
    // "running, at most 60 s" stands beside the status: once is enough.
    detail: detail.startsWith(`${status}, `) ? detail.slice(status.length + 2) : detail,
    createdAtMs: Date.parse(wire.created_at),
    startedAtMs: Date.parse(wire.started_at),
    completedAtMs: Date.parse(wire.completed_at),
    wire,
  };
}

export function hasEnded({ status }: SeenWorker): boolean {
  return status === 'succeeded' || status === 'failed';
}

/**
 * How long it ran, or has been running; before that, how long it has waited. '' where that is not known.
 * @param nowMs by our clock; where the server's is ahead, a worker is 0 s old.
 */
export function timeOf(worker: SeenWorker, nowMs: number): string {
  const { createdAtMs, startedAtMs, completedAtMs } = worker;
  const fromMs = Number.isNaN(startedAtMs) ? createdAtMs : startedAtMs;
  const durationMs = (hasEnded(worker) ? completedAtMs : nowMs) - fromMs;
  return Number.isNaN(durationMs) ? '' : shortDuration(durationMs);
}
