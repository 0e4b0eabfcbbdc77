/** The spool under any schedule of appends, deliveries, crashes and failing disks: what is read back tells all. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { WorkerLine } from '../../../src/logs/line.ts';
import { firstSeqOf } from '../../../src/logs/spool/loss.ts';
import { SpoolFiles } from '../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../src/logs/spool/spool.ts';
import {
  linesOf,
  originOf,
  quietLog,
  readAll,
  settled,
  streamOf,
  VirtualClock,
} from '../../support/log-lines.ts';
import { type Faults, ModelDisk, Platter } from '../../support/model-disk.ts';

const workers = ['a', 'b', 'c'] as const;
type Worker = (typeof workers)[number];

type Step =
  | { readonly kind: 'append'; readonly worker: Worker; readonly count: number }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'refuse'; readonly refusal: 'ENOSPC' | 'EIO'; readonly tornShare: number }
  | { readonly kind: 'accept' }
  | {
      readonly kind: 'kill';
      readonly atWrite: number;
      readonly tornShare: number;
      readonly losesPower: boolean;
    }
  | { readonly kind: 'rot'; readonly file: number; readonly offset: number }
  | { readonly kind: 'end' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      worker: fc.constantFrom(...workers),
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'deliver' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      refusal: fc.constantFrom('ENOSPC' as const, 'EIO' as const),
      tornShare: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'accept' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      atWrite: fc.integer({ min: 1, max: 12 }),
      tornShare: fc.double({ min: 0, max: 1, noNaN: true }),
      losesPower: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rot' as const), file: fc.nat(20), offset: fc.nat(100_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'end' as const }) },
);

const harmless = step.filter(({ kind }) => kind !== 'rot' && kind !== 'refuse');

/** The next process goes on behind what a killed one had written and not synced; then the power fails. */
const powerLostAfterKill: Step[] = [
  { kind: 'append', worker: 'a', count: 1 },
  { kind: 'kill', atWrite: 4, tornShare: 0, losesPower: false },
  { kind: 'append', worker: 'a', count: 1 },
  { kind: 'kill', atWrite: 3, tornShare: 0, losesPower: true },
];

/** Sources that can be read again from any mark, a spool that crashes, and a receiver that remembers. */
class World {
  readonly clock = new VirtualClock();
  readonly platter = new Platter();
  readonly written = new Map<Worker, number>();
  readonly received = new Map<string, WorkerLine[]>();
  readonly #bytesMax: number;
  readonly #read = new Map<Worker, number>();
  #faults: Faults = {};
  #disk = new ModelDisk(this.platter, this.#faults);
  #spool: Spool | undefined;
  #position = 0;
  #taken = new Map<string, number>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  async start(): Promise<void> {
    this.#faults = {};
    this.#disk = new ModelDisk(this.platter, this.#faults);
    const files = await SpoolFiles.open(this.#disk, this.#bytesMax);
    const options = { memoryBytesMax: 20_000, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
    this.#spool = Spool.open(files, { ...options, clock: this.clock, log: quietLog });
    this.#position = this.#spool.cursor;
    this.#taken = new Map();
    for (const worker of workers) {
      this.#read.set(worker, this.#spool.markOf(streamOf(worker))?.seq ?? 0);
      await this.#follow(worker);
    }
  }

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case 'append':
        this.written.set(next.worker, (this.written.get(next.worker) ?? 0) + next.count);
        return await this.#follow(next.worker);
      case 'deliver':
        return await this.#deliver();
      case 'wait':
        return await this.clock.advance(next.ms);
      case 'refuse':
        this.#faults.refusal = next.refusal;
        this.#faults.tornShare = next.tornShare;
        return;
      case 'accept':
        delete this.#faults.refusal;
        return;
      case 'kill':
        this.#faults.killAt = this.#disk.writes + next.atWrite;
        this.#faults.tornShare = next.tornShare;
        await this.clock.advance(5_000);
        this.#disk.isDead = true;
        if (next.losesPower) this.platter.losePower((bytes) => Math.floor(bytes * next.tornShare));
        return await this.start();
      case 'rot': {
        const names = [...this.platter.files.keys()].filter((name) => name.startsWith('lines-'));
        const name = names[next.file % Math.max(1, names.length)];
        if (name !== undefined) this.platter.rot(name, next.offset);
        return;
      }
      case 'end':
        await this.#close();
        return await this.start();
    }
  }

  async finish(): Promise<void> {
    delete this.#faults.refusal;
    await this.clock.advance(6_000);
    for (const worker of workers) await this.#follow(worker);
    await this.#deliver();
    await this.#close();
  }

  /** As a follower does: from where it has read to what was written, ten lines at a time, each with a mark. */
  async #follow(worker: Worker): Promise<void> {
    const written = this.written.get(worker) ?? 0;
    const origin = originOf(worker);
    for (;;) {
      const read = this.#read.get(worker) ?? 0;
      const count = Math.min(10, written - read);
      if (count <= 0) return;
      const mark = { stream: streamOf(worker), seq: read + count, state: { read: read + count } };
      this.#read.set(worker, read + count);
      const appended = this.#spool?.append(linesOf(origin, read + 1, count), mark);
      // It may wait for room that only time makes.
      await Promise.race([appended, this.clock.advance(500)]);
    }
  }

  async #deliver(): Promise<void> {
    const spool = this.#spool;
    if (!spool || this.#disk.isDead) return;
    const { lines, next } = await readAll(spool, this.#position, this.#taken);
    for (const line of lines) {
      const all = this.received.get(line.stream) ?? [];
      this.received.set(line.stream, all);
      // A receiver that remembers the last number passes over what it has.
      if (line.seq > (all.at(-1)?.seq ?? 0)) all.push(line);
      spool.acknowledge(line.stream, line.seq);
    }
    this.#position = next;
    spool.advance(next);
    await settled();
  }

  async #close(): Promise<void> {
    const closing = this.#spool?.close();
    await Promise.race([closing, this.clock.advance(1)]);
    this.#disk.isDead = true;
  }
}

describe('the spool', { tags: ['F41', 'G5', 'I9', 'I11'] }, () => {
  test.prop([fc.array(step, { maxLength: 40 }), fc.integer({ min: 12_000, max: 80_000 })], { numRuns: 300 })(
    'gives every line once and in order, or a record that counts it, and keeps within its limit',
    async (steps, bytesMax) => {
      const world = new World(bytesMax);
      await world.start();
      for (const next of steps) await world.take(next);
      await world.finish();
      expect(world.platter.peakBytes).toBeLessThanOrEqual(bytesMax);
      for (const worker of workers) {
        let expected = 1;
        for (const line of world.received.get(streamOf(worker)) ?? []) {
          expect(Math.min(firstSeqOf(line), expected), `${worker} from ${expected}`).toBe(firstSeqOf(line));
          if (!line.gap) expect(line.text).toBe(`${worker} says ${line.seq}`);
          expected = line.seq + 1;
        }
        expect(expected - 1, worker).toBe(world.written.get(worker) ?? 0);
      }
    },
  );

  test.prop([fc.array(harmless, { maxLength: 40 })], { numRuns: 200, examples: [[powerLostAfterKill]] })(
    'loses nothing at all by kill -9, where sources can be read again from their marks',
    async (steps) => {
      const world = new World(4_000_000);
      await world.start();
      for (const next of steps) await world.take(next);
      await world.finish();
      for (const worker of workers) {
        const received = world.received.get(streamOf(worker)) ?? [];
        expect(received.filter(({ gap }) => gap)).toEqual([]);
        expect(received.length, worker).toBe(world.written.get(worker) ?? 0);
      }
    },
  );
});
