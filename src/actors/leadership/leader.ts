/**
 * This process as the others know it: whether it leads, and what follows from that for what it writes.
 *
 * Whether it may write is asked of the monotonic clock each time, not of the chart alone: a process that was
 * stalled for longer than its lease acts on timers in any order when it goes on, and the chart's may not be
 * the first of them.
 */
import { createActor, fromPromise, type ActorRefFrom } from 'xstate';
import type { LeadershipInput } from '../../machines/leadership/events.ts';
import { leadershipMachine } from '../../machines/leadership/leadership.machine.ts';
import { FencedError, type Fence } from '../ledger/fence.ts';
import type { Clock, Log } from '../ports.ts';
import { acquireLease, readLease, releaseLease, renewLease, type LeaseDeps } from './lease-effects.ts';

export interface LeaderDeps extends LeaseDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export class Leader implements Fence {
  readonly ref: ActorRefFrom<typeof leadershipMachine>;
  /** Resolves when this process leads; never where it does not come to that. */
  readonly led: Promise<void>;
  /** How it ended: resolves once. */
  readonly ended: Promise<'resigned' | 'lost'>;
  readonly #deps: LeaderDeps;

  constructor(deps: LeaderDeps, input: LeadershipInput) {
    this.#deps = deps;
    this.ref = createActor(provideLeadership(deps), { input, id: 'leadership', clock: deps.clock });
    this.led = this.#until(() => this.#snapshot.hasTag('leading')).then(() => undefined);
    this.ended = this.#until(() => this.#snapshot.status !== 'active').then(() =>
      this.#snapshot.matches('resigned') ? 'resigned' : 'lost',
    );
    this.#tell();
  }

  start(): this {
    this.ref.start();
    return this;
  }

  get epoch(): number {
    return this.#snapshot.context.lease?.transitions ?? 0;
  }

  stepDown(reason: string): void {
    this.ref.send({ type: 'leadership.stepDown', reason });
  }

  async outrank(epoch: number): Promise<void> {
    this.ref.send({ type: 'leadership.outrank', epoch });
    const isOver = () => !this.#snapshot.hasTag('leading');
    await this.#until(() => isOver() || this.epoch > epoch);
    if (isOver()) throw new FencedError('the lease was lost while its epoch was raised');
  }

  /** Whether what is written now is a leader's. Where time has passed it by, it has lost by the answer. */
  mayWrite(): boolean {
    if (!this.#snapshot.hasTag('leading')) return false;
    const { renewedMs, renewMs } = this.#snapshot.context;
    const silentMs = this.#deps.monotonicMs() - renewedMs;
    if (silentMs < renewMs) return true;
    this.stepDown(`no renewal for ${Math.round(silentMs)} ms: this process stood still`);
    return false;
  }

  /** Why it answers nothing, as a clause; undefined while it leads. */
  get standsBy(): string | undefined {
    if (this.mayWrite()) return undefined;
    const { value, context } = this.#snapshot;
    if (value === 'lost' || value === 'resigning' || value === 'resigned') return 'no longer leads';
    const holder = context.observed?.lease?.holder ?? '';
    const isOther = holder !== '' && holder !== context.identity;
    return `stands by; ${isOther ? `${holder} leads` : 'nobody leads yet'}`;
  }

  /** Resolves once others may lead, or will soon. */
  async resign(): Promise<void> {
    this.ref.send({ type: 'leadership.resign' });
    await this.ended;
  }

  get #snapshot() {
    return this.ref.getSnapshot();
  }

  #until(holds: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let subscription: { unsubscribe(): void } | undefined;
    const look = () => {
      if (!holds()) return;
      subscription?.unsubscribe();
      resolve();
    };
    subscription = this.ref.subscribe({ next: look, complete: look, error: look });
    look();
    return promise;
  }

  /** One line for each change that a person may have to explain. */
  #tell(): void {
    const { log } = this.#deps;
    let told = '';
    const look = () => {
      const { value, context } = this.#snapshot;
      const state = typeof value === 'string' ? value : (Object.keys(value)[0] ?? '');
      const holder = context.observed?.lease?.holder ?? '';
      const isStandby = state === 'standby' && context.observed !== undefined;
      const now = isStandby ? `standby ${holder}` : state;
      if (now === told || state === 'acquiring' || (state === 'standby' && !isStandby)) return;
      told = now;
      const { identity, leaseName } = context;
      const fields = { identity, lease: leaseName };
      if (state === 'standby') log.info({ ...fields, holder }, 'standing by');
      else if (state === 'leading') log.info({ ...fields, epoch: this.epoch }, 'leading');
      else if (state === 'resigned') log.info(fields, 'the lease was given back');
      else if (state === 'lost') log.error({ ...fields, reason: context.lostBecause }, 'the lease was lost');
    };
    this.ref.subscribe({ next: look, complete: look, error: look });
  }
}

function provideLeadership(deps: LeaderDeps): typeof leadershipMachine {
  return leadershipMachine.provide({
    actors: {
      readLease: fromPromise(({ input }) => readLease(deps, input.leaseName)),
      acquireLease: fromPromise(({ input }) => acquireLease(deps, input)),
      renewLease: fromPromise(async ({ input: { lease, epoch } }) =>
        lease
          ? await renewLease(deps, lease, epoch)
          : { kind: 'taken', reason: 'there is no lease to renew' },
      ),
      releaseLease: fromPromise(({ input }) => releaseLease(deps, input)),
    },
  });
}
