/** The way from one process to the API server, which does to each call what its plan says. */
import { ApiError } from '../../../src/cluster/local/api-error.ts';
import { errorFromAnswer } from '../../../src/cluster/kubernetes/errors.ts';
import { ClusterError, type MayWrite } from '../../../src/cluster/port.ts';
import { faultless, writes, type ClusterCall, type FaultPlan, type Verb } from './fault-plan.ts';
import type { SimClock } from './sim-clock.ts';

/** What happened, for the record of a run. */
export interface Traced extends ClusterCall {
  readonly atMs: number;
  readonly fate: string;
}

export class Network {
  /** Replaced when faults begin or end. */
  plan: FaultPlan;
  readonly trace: Traced[] = [];
  readonly #clock: SimClock;
  readonly #onKill: () => void;
  readonly #counts = new Map<Verb, number>();
  #writes = 0;
  #isCut = false;
  /** What the process hears once it goes on. */
  #held: (() => void)[] | undefined;
  /** Told of each deed as it is done, whoever hears of it. */
  onDeed: (verb: Verb, name: string) => void = () => undefined;
  /** Asked before each write but those of leases, as the adapter does. */
  mayWrite: MayWrite = () => true;

  constructor(clock: SimClock, plan: FaultPlan = faultless, onKill: () => void = () => undefined) {
    this.#clock = clock;
    this.plan = plan;
    this.#onKill = onKill;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Nothing goes out any more, and no answer comes in. */
  cut(): void {
    this.#isCut = true;
  }

  /** The process stands still: what it sent goes its way, and what comes to it waits. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const hear of held) hear();
  }

  /** What comes in by itself, such as facts of a watch. */
  deliver(hear: () => void): void {
    if (this.#isCut) return;
    if (this.#held) this.#held.push(() => this.deliver(hear));
    else hear();
  }

  /** @param act what the API server does with the call; it may throw an {@link ApiError}. */
  async call<T>(verb: Verb, name: string, act: () => T): Promise<T> {
    await this.#awake();
    try {
      return await this.#exchange(verb, name, act);
    } finally {
      await this.#awake();
    }
  }

  async #awake(): Promise<void> {
    while (this.#held) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#held.push(resolve);
      // oxlint-disable-next-line no-await-in-loop -- it may be held again meanwhile
      await promise;
    }
  }

  async #exchange<T>(verb: Verb, name: string, deed: () => T): Promise<T> {
    await Promise.resolve();
    if (this.#isCut) return never();
    if (writes.has(verb) && !verb.startsWith('leases.') && !this.mayWrite())
      throw new ClusterError('unavailable', `${verb} ${name}: not sent, this process may not write now`);
    const fate = this.#fateOf(verb, name);
    const what = `${verb} ${name}`;
    const act = () => {
      const answer = deed();
      this.onDeed(verb, name);
      return answer;
    };
    switch (fate.kind) {
      case 'served':
        return this.#answer(() => perform(what, act));
      case 'refused':
        throw fate.error;
      case 'unanswered':
        perform(what, act);
        throw fate.error;
      case 'slow': {
        if (fate.beforeMs > 0) await this.#pass(fate.beforeMs);
        const answer = settled(() => perform(what, act));
        if (fate.afterMs > 0) await this.#pass(fate.afterMs);
        return this.#answer(answer);
      }
      case 'late':
        this.#clock.setTimeout(() => void settled(() => perform(what, act)), fate.appliedAfterMs);
        throw fate.error;
      case 'killed': {
        const answer = fate.when === 'before' ? undefined : settled(() => perform(what, act));
        if (fate.when === 'after' && answer) {
          this.cut();
          this.#clock.setTimeout(this.#onKill, 0);
          return answer();
        }
        this.#onKill();
        return never();
      }
    }
  }

  #fateOf(verb: Verb, name: string) {
    const nth = (this.#counts.get(verb) ?? 0) + 1;
    this.#counts.set(verb, nth);
    const call = { verb, name, nth, write: writes.has(verb) ? ++this.#writes : 0 };
    const fate = this.plan(call);
    this.trace.push({ ...call, atMs: this.#clock.now(), fate: fate.kind });
    return fate;
  }

  async #answer<T>(answer: () => T): Promise<T> {
    return this.#isCut ? never() : answer();
  }

  #pass(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.setTimeout(resolve, ms);
    return promise;
  }
}

/** The deed is done now; how it ended is told by calling what is returned. */
function settled<T>(act: () => T): () => T {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function perform<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw errorFromAnswer({ what, status: error.code, body: error.status(), nowMs: 0 });
  }
}

/** The answer that a dead process waits for. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
