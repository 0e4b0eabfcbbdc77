/** The real leadership chart: the test answers each of its calls, and moves its time. */
import { createActor } from 'xstate';
import type {
  AcquireReply,
  LeadershipInput,
  ReadReply,
  RenewReply,
} from '../../src/machines/leadership/events.ts';
import type { Lease } from '../../src/machines/leadership/lease.ts';
import { leadershipMachine } from '../../src/machines/leadership/leadership.machine.ts';
import { scriptedEffect, type Call } from './scripted-effect.ts';
import { TestClock } from './test-clock.ts';
import { statePath } from './worker-harness.ts';

export const leadershipInput: LeadershipInput = {
  leaseName: 'ottoscaler',
  identity: 'us',
  durationMs: 6_000,
  renewMs: 4_000,
  retryMs: 1_000,
};

export function lease(overrides: Partial<Lease> = {}): Lease {
  return {
    name: 'ottoscaler',
    uid: 'lease-uid',
    resourceVersion: '1',
    holder: 'them',
    durationSeconds: 6,
    acquiredAt: '2026-01-01T00:00:00.000Z',
    renewedAt: '2026-01-01T00:00:00.000Z',
    transitions: 3,
    ...overrides,
  };
}

interface Calls {
  readonly readLease: Call<{ leaseName: string }, ReadReply>;
  readonly acquireLease: Call<LeadershipInput & { seen: Lease | undefined }, AcquireReply>;
  readonly renewLease: Call<LeadershipInput & { lease: Lease | undefined; epoch: number }, RenewReply>;
  readonly releaseLease: Call<{ leaseName: string; identity: string }, void>;
}

export class LeadershipHarness {
  readonly clock = new TestClock();
  readonly calls: Call<never, never>[] = [];
  readonly ref;

  constructor(input: Partial<LeadershipInput> = {}) {
    const take = (call: unknown) => void this.calls.push(call as Call<never, never>);
    const logic = leadershipMachine.provide({
      actors: {
        readLease: scriptedEffect('readLease', take),
        acquireLease: scriptedEffect('acquireLease', take),
        renewLease: scriptedEffect('renewLease', take),
        releaseLease: scriptedEffect('releaseLease', take),
      },
    });
    this.ref = createActor(logic, { input: { ...leadershipInput, ...input }, clock: this.clock });
    this.ref.start();
  }

  /** One that leads since now, with the lease that it holds. */
  static leading(): LeadershipHarness {
    const leader = new LeadershipHarness();
    leader.sees(undefined);
    leader.acquires();
    return leader;
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  get context() {
    return this.ref.getSnapshot().context;
  }

  /** The call of a slot that waits for its answer. */
  call<S extends keyof Calls>(slot: S): Calls[S] {
    const found = this.calls.findLast((one) => one.slot === slot && one.isOpen);
    if (!found) throw new Error(`${slot} is not under way in ${this.state}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-assertion -- the slot tells which call it is
    return found as unknown as Calls[S];
  }

  sees(found: Lease | undefined): void {
    const atMs = this.clock.nowMs;
    this.call('readLease').reply({ kind: 'seen', ...(found ? { lease: found } : {}), atMs });
  }

  acquires(took = 0): void {
    const heardMs = this.clock.nowMs;
    const ours = lease({ holder: 'us', transitions: 4 });
    this.call('acquireLease').reply({ kind: 'held', lease: ours, sentMs: heardMs - took, heardMs });
  }

  renews(took = 0): void {
    const heardMs = this.clock.nowMs;
    const { input } = this.call('renewLease');
    const transitions = Math.max(input.lease?.transitions ?? 0, input.epoch);
    const renewed = lease({ ...input.lease, transitions, resourceVersion: `${heardMs}` });
    this.call('renewLease').reply({ kind: 'held', lease: renewed, sentMs: heardMs - took, heardMs });
  }
}
