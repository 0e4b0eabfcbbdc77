/** One worker as the cells of a table or the parts of a line. */
import { hasEnded, timeOf, type SeenWorker } from './seen-worker.ts';
import { phaseOf, type Phase, type WatchedWorker } from './watch-state.ts';

export interface WorkerRow {
  readonly phase: Phase;
  readonly pod: string;
  readonly status: string;
  readonly time: string;
  readonly node: string;
  readonly detail: string;
}

/** The two clocks of a moment. */
export interface Moment {
  /** Epoch ms, to compare with what the server says. */
  readonly dateMs: number;
  /** Ms since the watch began, by a clock that does not jump. */
  readonly elapsedMs: number;
}

export function workerRow(worker: WatchedWorker, now: Moment): WorkerRow {
  const { podName: pod, seen, missingSinceMs } = worker;
  const phase = phaseOf(worker, now.elapsedMs);
  if (phase === 'unknown')
    return { ...bare(pod), phase, status: phase, detail: 'Ottoscaler does not know it any more' };
  if (seen === undefined) return { ...bare(pod), phase, detail: 'not listed yet' };
  const row = { phase, pod, status: seen.status, time: timeOf(seen, now.dateMs), node: seen.nodeName };
  return { ...row, detail: missingSinceMs === undefined ? seen.detail : 'not listed at the moment' };
}

const bare = (pod: string) => ({ pod, status: 'pending', time: '', node: '', detail: '' });

/** The row of a worker outside a watch. */
export function statusRow(seen: SeenWorker, dateMs: number): WorkerRow {
  return workerRow({ podName: seen.podName, seen }, { dateMs, elapsedMs: 0 });
}

/** What has to differ for a row to be news: the time passes, and what follows the end is only tidying up. */
export function newsOf({ seen, missingSinceMs }: WatchedWorker, row: WorkerRow): string {
  const settled = seen !== undefined && missingSinceMs === undefined && hasEnded(seen);
  return settled ? row.status : `${row.status} ${row.detail}`;
}
