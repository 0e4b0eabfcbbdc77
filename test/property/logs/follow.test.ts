/** Followed lines against a kubelet's file: whatever is cut, read again, rotated or forgotten by a crash. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { LineOrigin, WorkerLine } from '../../../src/logs/line.ts';
import type { FollowMark } from '../../../src/logs/store.ts';
import { FollowedLines } from '../../../src/logs/follow/followed-lines.ts';
import { TailPlace } from '../../../src/logs/follow/tail-place.ts';
import { KubeletLog } from '../../support/kubelet-log.ts';

const origin = { podUid: 'uid', createdAt: '2026-01-01T00:00:00Z' } as LineOrigin;
const startMs = Date.UTC(2026, 0, 1);

type Step =
  | { readonly type: 'write'; readonly lines: readonly Line[] }
  | { readonly type: 'read'; readonly cut: number | undefined; readonly chunks: readonly number[] }
  | { readonly type: 'tail'; readonly cuts: ReadonlyArray<number | undefined> }
  | { readonly type: 'rotate' }
  | { readonly type: 'crash' };

interface Line {
  /** Since the line before it. */
  readonly afterMs: number;
  /** How much earlier than that it is stamped. */
  readonly earlyMs: number;
  readonly text: string;
  readonly parts: number;
}

const texts = ['', 'x', 'y', 'ö𝄞', '\0\u001b[1m\r', 'a'.repeat(600), `${'b'.repeat(700)}end`];
const line = fc.record({
  afterMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 4_000 })),
  earlyMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 2_000 })),
  text: fc.constantFrom(...texts),
  parts: fc.constantFrom(1, 1, 1, 2, 3),
});
const write = fc.record({
  type: fc.constant('write' as const),
  lines: fc.array(line, { minLength: 1, maxLength: 12 }),
});
const read = fc.record({
  type: fc.constant('read' as const),
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  chunks: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
});
const tail = fc.record({
  type: fc.constant('tail' as const),
  cuts: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }), {
    minLength: 1,
    maxLength: 20,
    size: 'max',
  }),
});
const rotate = fc.constant({ type: 'rotate' as const });
const crash = fc.constant({ type: 'crash' as const });
const steps = (...arbitraries: fc.Arbitrary<Step>[]) => fc.array(fc.oneof(...arbitraries), { maxLength: 40 });

/** The follower's rules for one reading after the other, without time and network. */
class World {
  readonly log = new KubeletLog();
  readonly received: WorkerLine[] = [];
  #lines = new FollowedLines({ origin, container: 'c' });
  #mark: FollowMark | undefined;
  #timeMs = startMs;
  #searches = 0;
  readonly #marksEvery: number;
  #offers = 0;
  readonly #isUnique: boolean;

  constructor({ marksEvery = 1, isUnique = false }: { marksEvery?: number; isUnique?: boolean }) {
    this.#marksEvery = marksEvery;
    this.#isUnique = isUnique;
  }

  step(step: Step): void {
    if (step.type === 'write') for (const one of step.lines) this.#write(one);
    else if (step.type === 'rotate') this.log.rotate();
    else if (step.type === 'read') this.read(step.cut, step.chunks);
    else if (step.type === 'tail') this.#readTail(step.cuts);
    else this.#lines = new FollowedLines({ origin, container: 'c' }, copy(this.#mark));
  }

  /** Ends where a reading brought nothing new. */
  readAll(): void {
    for (let tries = 0; tries < 10; tries += 1) {
      const before = this.received.length;
      const isSearch = this.#lines.approach === 'search';
      this.read(undefined, [65_536]);
      if (!isSearch && this.#lines.approach !== 'search' && this.received.length === before) return;
    }
    throw new Error('never comes to an end');
  }

  complete(): void {
    this.#offer(this.#lines.complete());
  }

  /** By a process that has no mark of this log, and not the disk of the former one. */
  takeOver(): void {
    this.#mark = undefined;
    this.#searches = 0;
    this.#lines = new FollowedLines({ origin, container: 'c' });
  }

  read(cut: number | undefined, chunks: readonly number[]): void {
    const lines = this.#lines;
    const { sinceTime, approach } = lines;
    const whole = Buffer.from(this.log.read(sinceTime === undefined ? {} : { sinceTime }));
    const bytes = cut === undefined ? whole : whole.subarray(0, Math.floor(cut * whole.length));
    lines.begin();
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = chunks[turn % chunks.length] ?? 1;
      this.#offer(lines.push(bytes.subarray(at, at + size)));
      if (lines.isLost) return;
      at += size;
    }
    if (cut !== undefined) return;
    this.#offer(lines.end(false));
    expect(lines.failure).toBeUndefined();
    if (approach !== 'search') return;
    this.#searches = lines.isCurrent ? 0 : this.#searches + 1;
    this.#breakOff();
  }

  /** Step by step from the end; each reading may be cut. */
  #readTail(cuts: ReadonlyArray<number | undefined>): void {
    const lines = this.#lines;
    const place = new TailPlace({ firstLines: 2, nearLines: 3, linesMax: 512 });
    for (const cut of cuts) {
      if (lines.approach === 'all' || !lines.isDistinct) return;
      const next = place.next();
      if (next === undefined) {
        this.#searches += 1;
        return this.#breakOff();
      }
      const bytes = Buffer.from(this.log.read({ tailLines: next.lines }));
      if (next.type === 'probe') {
        const seen = lines.sightOf(bytes.subarray(0, 64));
        if (seen) place.seen(next.lines, seen);
        continue;
      }
      const before = this.received.length;
      lines.begin('tail', next.passMax);
      this.#offer(lines.push(bytes.subarray(0, cut === undefined ? bytes.length : cut * bytes.length)));
      if (cut === undefined) this.#offer(lines.end(false));
      if (lines.isLost || (cut === undefined && !lines.isCurrent)) place.missed(next.lines);
      else if (lines.isCurrent) place.delivered(this.received.length - before);
    }
  }

  #breakOff(): void {
    if (this.#searches < 2) return;
    this.#searches = 0;
    this.#lines.breakOff();
  }

  #write({ afterMs, earlyMs, text, parts }: Line): void {
    this.#timeMs += afterMs;
    const whole = this.#isUnique ? `${this.log.written.length} ${text}` : text;
    const size = Math.ceil(whole.length / parts) || 1;
    const timeMs = this.#timeMs - earlyMs;
    this.log.write(
      Array.from({ length: parts }, (_, part) => ({
        timeMs: timeMs + part,
        text: whole.slice(part * size, (part + 1) * size),
      })),
    );
  }

  #offer(lines: readonly WorkerLine[]): void {
    if (lines.length === 0) return;
    this.received.push(...lines);
    this.#offers += 1;
    if (this.#offers % this.#marksEvery === 0) this.#mark = copy(this.#lines.mark());
  }
}

function copy(mark: FollowMark | undefined): FollowMark | undefined {
  if (mark === undefined) return undefined;
  const json = JSON.stringify(mark);
  expect(json.length).toBeLessThanOrEqual(8 * 1024);
  return JSON.parse(json) as FollowMark;
}

/** What a receiver keeps that knows lines by their ids. */
function deduped(received: readonly WorkerLine[]): WorkerLine[] {
  const known = new Map<string, WorkerLine>();
  for (const one of received) {
    const id = `${one.stream} ${one.seq}`;
    const former = known.get(id);
    if (former) expect(one).toEqual(former);
    else known.set(id, one);
  }
  return [...known.values()];
}

const bare = ({ time, text }: { readonly time: string; readonly text: string }) => ({ time, text });

describe('lines of a log that is read again and again', { tags: ['G5', 'I9'] }, () => {
  test.prop([steps(write, read, tail, crash), fc.integer({ min: 1, max: 5 })], { numRuns: 400 })(
    'arrive once and in order, whatever their times, their sameness, cuts and crashes',
    (script, marksEvery) => {
      const world = new World({ marksEvery });
      for (const step of script) world.step(step);
      world.readAll();
      expect(deduped(world.received).map(bare)).toEqual(world.log.written);
    },
  );

  test.prop([steps(write, read, tail, crash, rotate)], { numRuns: 800 })(
    'arrive once and in order across rotation, or a gap stands where they are missing',
    (script) => {
      const world = new World({ isUnique: true });
      // What is rotated away before anyone has read a line, no reader can know of.
      world.step({ type: 'write', lines: [{ afterMs: 0, earlyMs: 0, text: '', parts: 1 }] });
      world.readAll();
      for (const step of script) world.step(step);
      world.readAll();
      world.complete();
      const kept = deduped(world.received);
      const numbers = new Map<string, number>();
      let next = 0;
      let mayJump = false;
      for (const one of kept) {
        expect(one.seq).toBe((numbers.get(one.stream) ?? 0) + 1);
        numbers.set(one.stream, one.seq);
        if (one.gap) {
          mayJump = true;
          continue;
        }
        const place = world.log.written.findIndex(({ text }) => text === one.text);
        if (mayJump) expect(place).toBeGreaterThanOrEqual(next);
        else expect(place).toBe(next);
        expect(one.time).toBe(world.log.written[place]?.time);
        mayJump = false;
        next = place + 1;
      }
      if (!mayJump) expect(next).toBe(world.log.written.length);
    },
  );

  // A runtime stamps every line with nanoseconds.
  const apart = write.map(({ type, lines }) => ({
    type,
    lines: lines.map((one) => ({ ...one, afterMs: one.afterMs + 5, earlyMs: 0 })),
  }));
  test.prop([fc.array(steps(apart, read, tail, crash, rotate), { minLength: 2, maxLength: 4 })], {
    numRuns: 400,
  })('have a number that no other line has, also by processes without the marks of others', (terms) => {
    const world = new World({ isUnique: true });
    const meant = new Map<string, string>();
    for (const script of terms) {
      for (const step of script) world.step(step);
      world.readAll();
      world.takeOver();
    }
    for (const { stream, seq, time, text } of world.received) {
      const id = `${stream} ${seq}`;
      expect(meant.get(id) ?? `${time} ${text}`, id).toBe(`${time} ${text}`);
      meant.set(id, `${time} ${text}`);
    }
  });
});
