/**
 * What is done to the process, to its connections and to the cluster, and how often it was.
 *
 * Which comes next is drawn from the seed; when exactly it meets the process is not, since everything here is real.
 */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ApiProxy } from '../support/api-proxy.ts';
import type { Dice } from '../support/dice.ts';
import { failpoints, nameOf, type Trap } from './failpoints.ts';
import type { MovableClock } from './movable-clock.ts';
import type { Victim } from './victim.ts';

/** Longer than a lease may go without renewal: a process that stood still for so long must not lead on. */
const longStopMs = 5_500;
const endsWithinMs = 25_000;
/** A moment that does not come in this time is given up for one that the clock draws. */
const failpointWithinMs = 2_500;
const restartWithinMs = 120_000;

export interface DisturbanceDeps {
  readonly victim: Victim;
  readonly proxy: ApiProxy;
  readonly trap: Trap;
  readonly dice: Dice;
  readonly signal: AbortSignal;
  /** Undefined where the clock of a process cannot be moved here. */
  readonly clock: MovableClock | undefined;
}

export class Disturbances {
  readonly counts = new Map<string, number>();
  readonly problems: string[] = [];
  kills = 0;
  readonly #deps: DisturbanceDeps;
  readonly #weighted: ReadonlyArray<readonly [weight: number, act: () => Promise<void>]>;

  constructor(deps: DisturbanceDeps) {
    this.#deps = deps;
    this.#weighted = [
      [40, () => this.#killAtFailpoint()],
      [35, () => this.#killAtRandom()],
      [10, () => this.cutWatches()],
      [6, () => this.#endTwice()],
      [5, () => this.#stop()],
      ...(deps.clock ? ([[8, () => this.#moveClock()]] as const) : []),
    ];
  }

  async next(): Promise<void> {
    const { dice } = this.#deps;
    const total = this.#weighted.reduce((sum, [weight]) => sum + weight, 0);
    let left = dice() * total;
    const [, act] = this.#weighted.find(([weight]) => (left -= weight) < 0) ?? [];
    await act?.();
  }

  /** @param command of the shell: kills it and resolves when it serves again */
  async restart(what: string, command: string): Promise<void> {
    this.#count(`${what} killed and started again`);
    await promisify(execFile)('sh', ['-c', command], {
      timeout: restartWithinMs,
      signal: this.#deps.signal,
    }).catch((error: unknown) => void this.problems.push(`${what} was not started again: ${String(error)}`));
  }

  async cutWatches(): Promise<void> {
    const cut = this.#deps.proxy.cutWatches();
    if (cut > 0) this.#count('watches cut', cut);
    await Promise.resolve();
  }

  /** From its first moment on, also before it listens. */
  async #killAtRandom(): Promise<void> {
    const { life } = this.#deps.victim;
    if (!life.signal('SIGKILL')) return;
    this.kills += 1;
    this.#count(life.listens ? 'SIGKILL: at a random moment' : 'SIGKILL: before it listens');
    await life.exit;
  }

  async #killAtFailpoint(): Promise<void> {
    const { dice, trap } = this.#deps;
    const failpoint = failpoints[Math.floor(dice() * failpoints.length)];
    if (!failpoint) return;
    const struck = trap.arm({ ...failpoint, nth: 1 + Math.floor(dice() * 3) });
    const timer = new AbortController();
    const late = pause(failpointWithinMs, 'late', { signal: timer.signal }).catch(() => 'late');
    const first = await Promise.race([struck, late]);
    timer.abort();
    if (first === 'late' && trap.disarm()) return await this.#killAtRandom();
    await struck;
    this.kills += 1;
    this.#count(`SIGKILL: ${nameOf(failpoint)}`);
  }

  /** The second signal must change nothing. */
  async #endTwice(): Promise<void> {
    const { victim } = this.#deps;
    const { life } = victim;
    // Before that the signal has no handler yet, and simply ends it.
    if ((await life.listening) === undefined || !life.signal('SIGTERM')) return;
    await pause(20);
    life.signal('SIGTERM');
    this.#count('SIGTERM, twice');
    const began = performance.now();
    const { code, signal } = await life.exit;
    const tookMs = Math.round(performance.now() - began);
    if (tookMs > endsWithinMs) this.problems.push(`SIGTERM took ${tookMs} ms`);
    // 1 where it had lost its lease in an outage, as it may. By the second signal only where nothing is left to do: then
    // Node has taken its handlers away.
    const mayEndSo = life.lostLease ? code === 1 : life.lastWords.includes('Ottoscaler has ended');
    if (code !== 0 && !mayEndSo)
      this.problems.push(`SIGTERM ended it with ${code ?? signal}:\n${life.lastWords}`);
  }

  async #stop(): Promise<void> {
    const { dice, victim } = this.#deps;
    const { life } = victim;
    if (!life.signal('SIGSTOP')) return;
    const isLong = dice() < 0.3;
    await pause(isLong ? longStopMs : 100 + dice() * 1_900);
    life.signal('SIGCONT');
    this.#count(isLong ? 'SIGSTOP, longer than its lease' : 'SIGSTOP, briefly');
  }

  async #moveClock(): Promise<void> {
    const { clock, dice } = this.#deps;
    const hours = Math.floor(dice() * 3) - 1;
    await clock?.set(hours);
    this.#count('clock moved');
  }

  #count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}
