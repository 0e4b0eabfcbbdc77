/** What the disk of a process does to it, and what a power loss does to the disk. */
import type { Platter } from '../../support/model-disk.ts';
import type { DiskFate, DiskPlan } from '../model/process-disk.ts';
import type { SimClock } from '../model/sim-clock.ts';
import type { Decisions } from './decisions.ts';

/** So long it is full, where it is. */
const fullMs = 6_000;
/** Of power losses: with one, a byte of what was kept is another one. */
const rotShare = 0.3;
const done: DiskFate = { kind: 'done' };

export class DiskFaults {
  /** When something was refused. */
  readonly refusalsMs: number[] = [];
  /** Lines that were kept may not be readable any more. */
  hasRotten = false;
  readonly #decisions: Decisions;
  readonly #clock: SimClock;
  readonly #name: string;
  #count = 0;
  #losses = 0;
  readonly #full = new Map<number, boolean>();

  constructor(decisions: Decisions, clock: SimClock, name: string) {
    this.#decisions = decisions;
    this.#clock = clock;
    this.#name = name;
  }

  /** Whether something was refused in that time. */
  hasRefused(fromMs: number, toMs: number): boolean {
    return this.refusalsMs.some((atMs) => atMs >= fromMs && atMs <= toMs);
  }

  readonly plan: DiskPlan = (what) => {
    this.#count += 1;
    const about = `${this.#name} ${what} #${this.#count}`;
    const dice = this.#decisions.dice(`disk ${about}`);
    const isFull = this.#isFull();
    if (isFull || this.#decisions.strikes(41, about)) {
      const kind = dice();
      if (!isFull && kind < 0.3) return { kind: 'killed', tornShare: dice() };
      if (!isFull && kind < 0.5) return { kind: 'done', afterMs: 1 + dice() * 3_000 };
      this.refusalsMs.push(this.#clock.now());
      return { kind: 'refused', error: isFull ? 'ENOSPC' : 'EIO', tornShare: dice() < 0.5 ? 0 : dice() };
    }
    return done;
  };

  /** Its process was killed, and maybe the machine with it. */
  afterKill(platter: Platter): void {
    this.#losses += 1;
    const about = `${this.#name} power #${this.#losses}`;
    if (!this.#decisions.strikes(41, about)) return;
    const dice = this.#decisions.dice(`power ${about}`);
    platter.losePower((unsyncedBytes) => Math.floor(dice() * (unsyncedBytes + 1)));
    if (dice() < rotShare) this.rot(platter, ({ length }) => Math.floor(dice() * length));
  }

  /** A byte of the oldest segment is another one. */
  rot(platter: Platter, at: (bytes: Buffer) => number): void {
    const [segment, file] = [...platter.files].find(([name]) => name.startsWith('lines-')) ?? [];
    if (segment === undefined || !file) return;
    platter.rot(segment, at(file.bytes));
    this.hasRotten = true;
  }

  #isFull(): boolean {
    const period = Math.floor(this.#clock.now() / fullMs);
    let isSo = this.#full.get(period);
    if (isSo === undefined) {
      isSo = this.#decisions.strikes(41, `${this.#name} full in period ${period}`);
      this.#full.set(period, isSo);
    }
    return isSo;
  }
}
