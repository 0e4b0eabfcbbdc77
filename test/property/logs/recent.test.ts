/** Readers of the newest lines: whatever goes and whenever they look, each number comes once, as a line or as a gap. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { WorkerLine } from '../../../src/logs/line.ts';
import { RecentLines } from '../../../src/logs/recent/recent-lines.ts';
import type { RecentReader } from '../../../src/logs/recent/recent-reader.ts';
import { firstSeqOf } from '../../../src/logs/spool/loss.ts';
import { weightOf } from '../../../src/logs/spool/memory.ts';
import { lineOf, originOf } from '../../support/log-lines.ts';

const workers = ['a', 'b', 'c'].map(originOf);
const everyone = { taskId: 'task', pipelineId: '', stageId: '', workerId: '' };
const linesMax = 12;
const bytesMax = linesMax * weightOf(lineOf(originOf('a'), 1));

const step = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    worker: fc.nat(workers.length - 1),
    stream: fc.constantFrom('out', 'err'),
    lines: fc.integer({ min: 1, max: 8 }),
    /** Above 0 numbers are left out, below 0 they are repeated. */
    skip: fc.constantFrom(0, 0, 0, 3, -2),
  }),
  fc.record({ type: fc.constant('end' as const), worker: fc.nat(workers.length - 1) }),
  fc.record({ type: fc.constant('open' as const), tail: fc.constantFrom(0, 0, 1, 4) }),
  fc.record({ type: fc.constant('read' as const), reader: fc.nat(3), lines: fc.integer({ min: 1, max: 9 }) }),
);

/** What one reader has been given, checked as it comes. */
class Reading {
  readonly reader: RecentReader;
  readonly #nextSeq = new Map<string, number>();
  readonly #isTail: boolean;

  constructor(recent: RecentLines, tail: number) {
    this.reader = recent.open(everyone, { tail, onNews: () => {} });
    this.#isTail = tail > 0;
  }

  read(lines: number): void {
    for (const line of this.reader.read(lines, Infinity)) this.#take(line);
  }

  /** @returns up to which number it has come */
  lastSeq(stream: string): number {
    return (this.#nextSeq.get(stream) ?? 1) - 1;
  }

  #take(line: WorkerLine): void {
    const { stream, seq } = line;
    const expected = this.#nextSeq.get(stream) ?? (this.#isTail ? firstSeqOf(line) : 1);
    expect([stream, firstSeqOf(line)]).toEqual([stream, expected]);
    this.#nextSeq.set(stream, seq + 1);
  }
}

test.prop([fc.array(step, { maxLength: 60, size: 'max' })])(
  'a reader has every number of every stream once and in order, as a line or in a gap',
  (steps) => {
    const recent = new RecentLines(bytesMax);
    const readings: Reading[] = [new Reading(recent, 0)];
    const lastSeqs = new Map<string, number>();
    for (const act of steps) {
      if (act.type === 'add') {
        const origin = workers[act.worker] ?? originOf('a');
        const stream = `${origin.podUid}/worker/${act.stream}`;
        const last = lastSeqs.get(stream) ?? 0;
        const first = Math.max(1, last + 1 + act.skip);
        recent.add(Array.from({ length: act.lines }, (_, n) => ({ ...lineOf(origin, first + n), stream })));
        lastSeqs.set(stream, Math.max(last, first + act.lines - 1));
      } else if (act.type === 'end') recent.ended(workers[act.worker]?.workerId ?? '');
      else if (act.type === 'open') readings.push(new Reading(recent, act.tail));
      else readings[act.reader % readings.length]?.read(act.lines);
      expect(recent.bytes).toBeLessThanOrEqual(bytesMax);
    }
    for (const [at, reading] of readings.entries()) {
      while (!reading.reader.isCurrent) reading.read(5);
      // The first one wanted all from the start.
      if (at === 0)
        for (const [stream, last] of lastSeqs)
          expect([stream, reading.lastSeq(stream)]).toEqual([stream, last]);
    }
  },
);
