/** A whole recording lived again, life after life, up to a line. */
import type { PoolSnapshot } from '../machines/pool/view.ts';
import type { LifeLine } from './format.ts';
import type { RecordedLine } from './read-recording.ts';
import { Replay, type Crash, type Divergence, type ReplayOptions } from './replay.ts';
import { statesOf, type ActorState } from './states.ts';

export interface ReliveOptions extends ReplayOptions {
  /** The last line that is taken. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** What was lived again; of several lives the last one. */
export interface Relived {
  readonly life: LifeLine;
  /** How many lives there were up to here. */
  readonly lives: number;
  /** The last line that was taken, and its time. */
  readonly n: number;
  readonly atMs: number;
  /** Lines of this life by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why the recording of this life ends; '' where it does not say. */
  readonly why: string;
  readonly pool: PoolSnapshot;
  readonly states: ActorState;
  readonly crashes: readonly Crash[];
  readonly diverged?: Divergence;
}

/** @returns undefined where there is not one line. Rejects with the signal's reason, or as `lines` does. */
export async function relive(
  lines: AsyncIterable<RecordedLine> | Iterable<RecordedLine>,
  { until = Infinity, signal, ...options }: ReliveOptions,
): Promise<Relived | undefined> {
  let replay: Replay | undefined;
  let relived: Omit<Relived, 'pool' | 'states' | 'crashes'> | undefined;
  for await (const line of lines) {
    signal?.throwIfAborted();
    // Effects that begin are the consequences of the line before.
    if (line.n > until && line.kind !== 'begun') break;
    if (line.kind === 'torn') {
      if (relived) relived = { ...relived, n: line.n, why: 'the process ended while it wrote' };
    } else if (line.kind === 'life') {
      replay = new Replay(line, options);
      const lives = (relived?.lives ?? 0) + 1;
      relived = { life: line, lives, n: line.n, atMs: line.atMs, counts: {}, why: '' };
    } else if (replay && relived) {
      const counts = { ...relived.counts, [line.kind]: (relived.counts[line.kind] ?? 0) + 1 };
      const diverged = replay.take(line);
      relived = { ...relived, n: line.n, atMs: line.atMs, counts, ...(diverged ? { diverged } : {}) };
      if (line.kind === 'end') relived = { ...relived, why: line.why };
      if (diverged) break;
    }
  }
  if (!replay || !relived) return undefined;
  const pool = replay.snapshot;
  return { ...relived, pool, states: statesOf(pool), crashes: replay.crashes };
}
