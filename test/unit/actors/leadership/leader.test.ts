/** One process as the others know it, over leases that fail. */
import { describe, expect, test } from 'vitest';
import { Leader } from '../../../../src/actors/leadership/leader.ts';
import { leases } from '../../../../src/cluster/local/resources/registry.ts';
import { leadershipInput } from '../../../support/leadership-harness.ts';
import { connect } from '../../../simulation/model/connection.ts';
import { always, inTurn, refused, unanswered, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { Network } from '../../../simulation/model/network.ts';
import { ProcessClock } from '../../../simulation/model/sim-clock.ts';
import { World } from '../../../simulation/model/world.ts';

class Candidate {
  readonly clock: ProcessClock;
  readonly network: Network;
  readonly leader: Leader;
  readonly said: string[] = [];

  constructor(
    world: World,
    identity: string,
    { plan, skewMs = 0 }: { plan?: FaultPlan; skewMs?: number } = {},
  ) {
    this.clock = new ProcessClock(world.clock, skewMs);
    this.network = new Network(world.clock, plan);
    const say = (_fields: object, message: string) => void this.said.push(message);
    const deps = {
      cluster: connect(world, { network: this.network }),
      clock: this.clock,
      monotonicMs: this.clock.monotonicMs,
      log: { debug: say, info: say, warn: say, error: say },
    };
    this.leader = new Leader(deps, { ...leadershipInput, identity }).start();
  }

  kill(): void {
    this.network.cut();
    this.clock.stop();
  }

  stall(world: World, ms: number): Promise<void> {
    this.clock.stand('stalled');
    this.network.hold();
    return world.pass(ms);
  }
}

const leaseOf = (world: World) => world.store.get(leases, world.namespace, 'ottoscaler')['spec'];

describe('an election', { tags: ['G10', 'F44'] }, () => {
  test('has one leader, and the others say who it is', async () => {
    const world = new World();
    const all = ['a', 'b', 'c'].map((identity) => new Candidate(world, identity));
    await world.pass(60_000);
    const leading = all.filter(({ leader }) => leader.mayWrite());
    expect(leading).toHaveLength(1);
    const { holderIdentity } = leaseOf(world) as { holderIdentity: string };
    const others = all.filter((one) => !leading.includes(one)).map(({ leader }) => leader.standsBy);
    expect(others).toEqual([`stands by; ${holderIdentity} leads`, `stands by; ${holderIdentity} leads`]);
    expect(leading[0]?.said).toEqual(['leading']);
  });

  test.each([-3_600_000, 0, 3_600_000])(
    'whose clocks differ by %i ms changes no leader',
    { tags: ['F42'] },
    async (skewMs) => {
      const world = new World();
      const first = new Candidate(world, 'a');
      await world.pass(10_000);
      const second = new Candidate(world, 'b', { skewMs });
      await world.pass(600_000);
      expect(first.leader.mayWrite()).toBe(true);
      expect(second.leader.mayWrite()).toBe(false);
      first.kill();
      const sinceMs = world.clock.now();
      await world.run(() => second.leader.mayWrite(), 60_000);
      expect(world.clock.now() - sinceMs).toBeLessThanOrEqual(6_000);
      expect(world.clock.now() - sinceMs).toBeGreaterThan(4_000);
      expect(second.leader.epoch).toBe(2);
    },
  );

  test('goes on at once where the leader gives the lease back', async () => {
    const world = new World();
    const first = new Candidate(world, 'a');
    await world.pass(5_000);
    const second = new Candidate(world, 'b');
    await world.pass(5_000);
    const resigned = first.leader.resign();
    expect(first.leader.mayWrite()).toBe(false);
    expect(first.leader.standsBy).toBe('no longer leads');
    await world.run(() => second.leader.mayWrite(), 1_500);
    expect(second.leader.mayWrite()).toBe(true);
    await resigned;
    expect(await first.leader.ended).toBe('resigned');
  });

  test('knows no wait for who comes back under its name, in an epoch of its own', async () => {
    const world = new World();
    new Candidate(world, 'a').kill();
    const first = new Candidate(world, 'a');
    await world.pass(3_000);
    first.kill();
    const next = new Candidate(world, 'a');
    await world.run(() => next.leader.mayWrite(), 100);
    expect(next.leader.mayWrite()).toBe(true);
    expect(next.leader.epoch).toBe(first.leader.epoch + 1);
  });
});

describe('the lease', () => {
  test('is kept through answers that are lost', async () => {
    const world = new World();
    const plan: FaultPlan = ({ verb, nth }) =>
      verb.startsWith('leases.') && nth % 2 === 0 ? unanswered() : { kind: 'served' };
    const { leader } = new Candidate(world, 'a', { plan });
    await world.pass(600_000);
    expect(leader.mayWrite()).toBe(true);
    expect(leader.epoch).toBe(1);
  });

  test('is ours although the answer to its creation was lost', async () => {
    const world = new World();
    const { leader } = new Candidate(world, 'a', { plan: inTurn('leases.create', unanswered()) });
    await world.pass(3_000);
    expect(leader.mayWrite()).toBe(true);
    expect(leader.epoch).toBe(2);
  });

  test('is kept where somebody wrote a remark on it', async () => {
    const world = new World();
    const { leader } = new Candidate(world, 'a');
    await world.pass(3_500);
    world.store.update(leases, world.namespace, 'ottoscaler', (found) => ({
      ...found,
      metadata: { ...found.metadata, annotations: { remark: 'hello' } },
    }));
    await world.pass(60_000);
    expect(leader.mayWrite()).toBe(true);
  });

  test('is lost where it was deleted, and where another name is in it', async () => {
    for (const meddle of [
      (world: World) => void world.store.delete(leases, world.namespace, 'ottoscaler'),
      (world: World) =>
        void world.store.update(leases, world.namespace, 'ottoscaler', (found) => ({
          ...found,
          spec: { ...(found['spec'] as object), holderIdentity: 'somebody' },
        })),
    ]) {
      const world = new World();
      const { leader, said } = new Candidate(world, 'a');
      await world.pass(3_500);
      meddle(world);
      await world.pass(1_500);
      expect(await leader.ended).toBe('lost');
      expect(leader.mayWrite()).toBe(false);
      expect(said).toContain('the lease was lost');
    }
  });

  test('is lost four seconds after the API server was last heard of', { tags: ['G10'] }, async () => {
    const world = new World();
    let isAway = false;
    const { leader } = new Candidate(world, 'a', {
      plan: always('leases.update', refused('unavailable'), () => isAway),
    });
    await world.pass(10_500);
    isAway = true;
    await world.pass(3_400);
    expect(leader.mayWrite()).toBe(true);
    await world.pass(100);
    expect(leader.mayWrite()).toBe(false);
    expect(await leader.ended).toBe('lost');
  });
});

describe('a process that stood still', { tags: ['G10', 'F43'] }, () => {
  test.each(['timers', 'answers'] as const)(
    'for longer than it may writes nothing more, whatever comes first: %s',
    async (first) => {
      const world = new World();
      const one = new Candidate(world, 'a');
      await world.pass(3_500);
      const verdicts: boolean[] = [];
      // A timer of its own that came due long before the lease's.
      one.clock.setTimeout(() => verdicts.push(one.leader.mayWrite()), 50);
      await one.stall(world, 10_000);
      one.clock.goOn();
      if (first === 'answers') one.network.release();
      await world.pass(10);
      one.network.release();
      await world.pass(1_000);
      expect(verdicts).toEqual([false]);
      expect(await one.leader.ended).toBe('lost');
    },
  );

  test('for less leads on', async () => {
    const world = new World();
    const one = new Candidate(world, 'a');
    await world.pass(3_500);
    await one.stall(world, 3_000);
    one.clock.goOn();
    one.network.release();
    await world.pass(10_000);
    expect(one.leader.mayWrite()).toBe(true);
    expect(one.leader.epoch).toBe(1);
  });

  test('while its renewal was answered does not take that answer for a new one', async () => {
    const world = new World();
    const one = new Candidate(world, 'a', {
      plan: ({ verb, nth }) =>
        verb === 'leases.update' && nth === 4
          ? { kind: 'slow', beforeMs: 0, afterMs: 100 }
          : { kind: 'served' },
    });
    await world.pass(4_050);
    await one.stall(world, 10_000);
    one.network.release();
    await world.settle();
    one.clock.goOn();
    await world.pass(10);
    expect(await one.leader.ended).toBe('lost');
  });
});

describe('an epoch', () => {
  test('is raised above one that a lease had which is no more', async () => {
    const world = new World();
    const { leader } = new Candidate(world, 'a');
    await world.pass(3_000);
    const outranked = leader.outrank(41);
    await world.pass(1_000);
    await outranked;
    expect(leader.epoch).toBe(42);
    expect(leaseOf(world)).toMatchObject({ leaseTransitions: 42 });
  });

  test('is not raised by who has lost the lease meanwhile', async () => {
    const world = new World();
    const { leader } = new Candidate(world, 'a');
    await world.pass(3_000);
    world.store.delete(leases, world.namespace, 'ottoscaler');
    const outranked = leader.outrank(41).catch((error: Error) => error.name);
    await world.pass(1_000);
    expect(await outranked).toBe('FencedError');
  });
});
