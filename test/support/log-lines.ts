/** Lines as a source would write them, and what a careful reader of the spool makes of them. */
import type { Log } from '../../src/actors/ports.ts';
import type { LineOrigin, WorkerLine } from '../../src/logs/line.ts';
import { firstSeqOf, gapLine } from '../../src/logs/spool/loss.ts';
import type { Spool } from '../../src/logs/spool/spool.ts';
import { TestClock } from './test-clock.ts';

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function originOf(worker: string): LineOrigin {
  return {
    workerId: worker,
    taskId: 'task',
    pipelineId: '',
    stageId: '',
    podName: `pod-${worker}`,
    podUid: `uid-${worker}`,
    namespace: 'default',
    nodeName: 'node',
    createdAt: '2026-01-01T00:00:00Z',
    labels: { app: 'otto-agent' },
  };
}

export function streamOf(worker: string): string {
  return `uid-${worker}/worker`;
}

export function lineOf(origin: LineOrigin, seq: number, text = `${origin.workerId} says ${seq}`): WorkerLine {
  const time = '2026-01-01T00:00:00.000000001Z';
  const stream = `${origin.podUid}/worker`;
  return { origin, stream, seq, time, source: 'stdout', level: 'INFO', text };
}

export function linesOf(origin: LineOrigin, first: number, count: number): WorkerLine[] {
  return Array.from({ length: count }, (_, index) => lineOf(origin, first + index));
}

/** Virtual time as the port has it. Whatever awaits goes on between two timers. */
export class VirtualClock {
  readonly #timers = new TestClock();

  readonly now = (): number => 1_767_225_600_000 + this.#timers.nowMs;
  readonly setTimeout = (fn: () => void, timeoutMs: number): unknown =>
    this.#timers.setTimeout(fn, timeoutMs);
  readonly clearTimeout = (id: unknown): void => this.#timers.clearTimeout(id);

  async advance(ms: number): Promise<void> {
    const untilMs = this.#timers.nowMs + ms;
    await settled();
    while (this.#timers.nowMs < untilMs) {
      const next = this.#timers.dueAt[0] ?? Infinity;
      this.#timers.advance(Math.max(0, Math.min(next, untilMs) - this.#timers.nowMs));
      await settled();
    }
  }
}

/** Everything that needs no time and no I/O has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
  }
}

/**
 * All that there is from a place on, with a record wherever numbers are missing.
 *
 * @param taken the last number of each stream so far; goes on with it
 */
export async function readAll(
  spool: Spool,
  from: number,
  taken: Map<string, number>,
): Promise<{ readonly lines: readonly WorkerLine[]; readonly next: number }> {
  const lines: WorkerLine[] = [];
  let position = from;
  for (;;) {
    const portion = await spool.read(position);
    const lost = portion.losses.map((loss) => gapLine(loss, ''));
    for (const line of [...lost, ...portion.lines]) {
      const { stream, origin, seq } = line;
      const before = taken.get(stream) ?? spool.ackedSeq(stream) ?? firstSeqOf(line) - 1;
      if (seq <= before) continue;
      taken.set(stream, seq);
      const firstSeq = firstSeqOf(line);
      if (firstSeq > before + 1)
        lines.push(
          gapLine({ stream, origin, firstSeq: before + 1, lastSeq: firstSeq - 1, reason: 'spool-torn' }, ''),
        );
      lines.push(
        line.gap && firstSeq <= before
          ? gapLine({ stream, origin, firstSeq: before + 1, lastSeq: seq, reason: 'spool-full' }, '')
          : line,
      );
    }
    if (portion.next === position) return { lines, next: position };
    position = portion.next;
  }
}
