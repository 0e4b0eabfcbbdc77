/** The relay in virtual time, against a handler that answers as it likes and goes away as it likes. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerLine } from '../../../src/logs/line.ts';
import type { HandlerEvents, HandlerLink } from '../../../src/logs/relay/handler-link.ts';
import { Relay } from '../../../src/logs/relay/relay.ts';
import { firstSeqOf } from '../../../src/logs/spool/loss.ts';
import { SpoolFiles } from '../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../src/logs/spool/spool.ts';
import { diceFrom } from '../../support/dice.ts';
import { linesOf, originOf, quietLog, streamOf, VirtualClock } from '../../support/log-lines.ts';
import { ModelDisk, Platter } from '../../support/model-disk.ts';

const workers = ['a', 'b', 'c', 'd', 'e'] as const;

/** What it may do with a message, besides taking it; each with its share of all messages. */
interface Mood {
  readonly retry: number;
  readonly drop: number;
  readonly silence: number;
  readonly nonsense: number;
  readonly throttle: number;
  readonly breakdown: number;
}

const good: Mood = { retry: 0, drop: 0, silence: 0, nonsense: 0, throttle: 0, breakdown: 0 };

class ModelHandler implements HandlerLink {
  mood: Mood = good;
  isAway = false;
  readonly kept = new Map<string, WorkerLine[]>();
  maxUnanswered = 0;
  readonly #clock: VirtualClock;
  readonly #dice: () => number;

  constructor(clock: VirtualClock, seed: number) {
    this.#clock = clock;
    this.#dice = diceFrom(seed);
  }

  open(_mode: 'batches' | 'lines', events: HandlerEvents) {
    let number = 0;
    let isOver = false;
    const end = (reason: string) => {
      isOver = true;
      this.#clock.setTimeout(() => events.ended({ isUnimplemented: false, reason }), 1);
    };
    if (this.isAway) end('UNAVAILABLE');
    return {
      send: (lines: readonly WorkerLine[]) => {
        const sequence = ++number;
        if (isOver) return true;
        if (this.isAway || this.#dice() < this.mood.breakdown) {
          end('UNAVAILABLE');
          return true;
        }
        this.#clock.setTimeout(
          () => {
            if (!isOver) this.#answer(lines, sequence, events);
          },
          1 + this.#dice() * 20,
        );
        return true;
      },
      end() {},
      cancel: () => {
        isOver = true;
      },
    };
  }

  #answer(lines: readonly WorkerLine[], sequence: number, events: HandlerEvents): void {
    const { retry, drop, silence, nonsense, throttle } = this.mood;
    const throttleMs = this.#dice() < throttle ? ([60_000, -1, 1e9][Math.floor(this.#dice() * 3)] ?? 0) : 0;
    if (this.#dice() < nonsense) events.answered({ status: 'DROP', sequence: sequence + 1e6, throttleMs: 0 });
    if (this.#dice() < silence) return;
    const fate = this.#dice();
    if (fate < retry) return events.answered({ status: 'RETRY', sequence, throttleMs });
    if (fate < retry + drop) return events.answered({ status: 'DROP', sequence, throttleMs });
    for (const line of lines) {
      const kept = this.kept.get(line.stream) ?? [];
      this.kept.set(line.stream, kept);
      if (line.seq > (kept.at(-1)?.seq ?? 0)) kept.push(line);
    }
    events.answered({ status: 'ACK', sequence, throttleMs });
    if (this.#dice() < nonsense) events.answered({ status: 'RETRY', sequence, throttleMs: 0 });
  }
}

interface Running {
  readonly clock: VirtualClock;
  readonly platter: Platter;
  readonly store: Spool;
  readonly handler: ModelHandler;
  readonly relay: Relay;
}

async function start(spoolBytesMax: number, seed: number): Promise<Running> {
  const clock = new VirtualClock();
  const platter = new Platter();
  const files = await SpoolFiles.open(new ModelDisk(platter), spoolBytesMax);
  const bounds = { memoryBytesMax: 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
  const store = Spool.open(files, { ...bounds, clock, log: quietLog });
  const handler = new ModelHandler(clock, seed);
  const limits = { linesMax: 2_000, weightMax: 2 ** 20 };
  const relay = new Relay({ store, link: handler, clock, random: diceFrom(seed), log: quietLog, limits });
  return { clock, platter, store, handler, relay };
}

/** @returns how many lines were marked as missing; fails where one is missing without a mark */
function marked({ handler }: Running, worker: string, written: number): number {
  let next = 1;
  let missing = 0;
  for (const line of handler.kept.get(streamOf(worker)) ?? []) {
    expect(firstSeqOf(line), `${worker}: nothing missing before ${line.seq}`).toBeLessThanOrEqual(next);
    if (line.gap) missing += line.seq - next + 1;
    expect(line.gap ? `${worker} says ${line.seq}` : line.text).toBe(`${worker} says ${line.seq}`);
    next = line.seq + 1;
  }
  expect(next - 1, worker).toBe(written);
  return missing;
}

const share = fc.double({ min: 0, max: 0.3, noNaN: true });
const mood = fc.record({
  retry: share,
  drop: share,
  silence: share,
  nonsense: share,
  throttle: share,
  breakdown: share,
});

describe('the relay', { tags: ['F52', 'F53', 'F54', 'F55', 'F56', 'G5', 'I9', 'I11'] }, () => {
  test.prop(
    [
      fc.array(fc.tuple(mood, fc.boolean(), fc.integer({ min: 1, max: 400 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.integer(),
    ],
    { numRuns: 30 },
  )(
    'tells every line in order or marks it, whatever the handler answers, within its bounds',
    async (phases, seed) => {
      const running = await start(2 ** 20, seed);
      const { clock, handler, platter, relay, store } = running;
      let written = 0;
      for (const [theMood, isAway, count] of phases) {
        handler.mood = theMood;
        handler.isAway = isAway;
        for (const worker of workers) {
          void store.append(linesOf(originOf(worker), written + 1, count));
          expect(relay.counts.windowLines).toBeLessThanOrEqual(2_000 + 1_024 + workers.length);
        }
        written += count;
        await clock.advance(5_000);
      }
      handler.mood = good;
      handler.isAway = false;
      for (let minute = 0; minute < 30 && store.cursor < store.end; minute++) await clock.advance(60_000);
      for (const worker of workers) marked(running, worker, written);
      expect(platter.peakBytes).toBeLessThanOrEqual(2 ** 20);
      await relay.close(0);
    },
  );

  it.each([
    {
      what: 'below its limit the spool loses nothing',
      spoolBytesMax: 256 * 2 ** 20,
      missingMin: 0,
      missingMax: 0,
    },
    {
      what: 'above its limit the oldest are dropped and counted',
      spoolBytesMax: 8 * 2 ** 20,
      missingMin: 1,
      missingMax: 119_999,
    },
  ])(
    'bears ten minutes without a handler at 1,000 lines a second: $what',
    async ({ spoolBytesMax, missingMin, missingMax }) => {
      const running = await start(spoolBytesMax, 1);
      const { clock, handler, platter, relay, store } = running;
      handler.isAway = true;
      const perWorker = 600 * 200;
      for (let second = 0; second < 600; second++) {
        for (const worker of workers) void store.append(linesOf(originOf(worker), second * 200 + 1, 200));
        await clock.advance(1_000);
        expect(store.counts.memoryBytes).toBeLessThanOrEqual(2 ** 20 + 2 ** 18);
        expect(relay.counts.windowBytes).toBeLessThanOrEqual(2 ** 20 + 2 ** 18);
      }
      handler.isAway = false;
      for (let minute = 0; minute < 30 && store.cursor < store.end; minute++) await clock.advance(60_000);
      const missing = workers.map((worker) => marked(running, worker, perWorker));
      expect(Math.min(...missing)).toBeGreaterThanOrEqual(missingMin);
      expect(Math.max(...missing)).toBeLessThanOrEqual(missingMax);
      expect(platter.peakBytes).toBeLessThanOrEqual(spoolBytesMax);
      await relay.close(0);
    },
  );

  it('keeps others going while one worker’s lines are wanted again and again', async () => {
    const running = await start(64 * 2 ** 20, 1);
    const { clock, relay, store } = running;
    const inner = running.handler;
    let isStubborn = true;
    const refusing: HandlerLink = {
      open: (mode, events) => {
        const stream = inner.open(mode, events);
        let number = 0;
        return {
          ...stream,
          send: (lines) => {
            number++;
            const sequence = number;
            if (!isStubborn || lines.every(({ origin }) => origin.workerId !== 'a'))
              return stream.send(lines);
            // The model counts this message, too, and says nothing.
            inner.mood = { ...good, silence: 1 };
            stream.send(lines);
            clock.setTimeout(() => events.answered({ status: 'RETRY', sequence, throttleMs: 0 }), 1);
            clock.setTimeout(() => {
              inner.mood = good;
            }, 25);
            return true;
          },
        };
      },
    };
    await relay.close(0);
    const limits = { linesMax: 2_000, weightMax: 2 ** 20, triesMax: 100 };
    const other = new Relay({ store, link: refusing, clock, random: diceFrom(1), log: quietLog, limits });
    for (let second = 0; second < 20; second++) {
      for (const worker of workers) void store.append(linesOf(originOf(worker), second * 500 + 1, 500));
      await clock.advance(1_000);
    }
    isStubborn = false;
    await clock.advance(120_000);
    for (const worker of workers) expect(marked(running, worker, 10_000)).toBe(0);
    await other.close(0);
  });
});
