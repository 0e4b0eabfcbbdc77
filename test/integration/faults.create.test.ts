/** FAULTS 1, 2, 3, 7–10, 18, 20, 21: what the API server may answer to the create of a worker's Pod. */
import { expect, test } from 'vitest';
import { pods as podType } from '../../src/cluster/local/resources/registry.ts';
import { meetForeignPod } from '../simulation/lives/adoption-runs.ts';
import { always, fails, inTurn, refused, unanswered, type Fate } from '../simulation/model/fault-plan.ts';
import { judge } from '../simulation/oracle/judge.ts';
import { briefly, forGood } from '../simulation/model/kubelet.ts';
import { Ottoscaler } from '../simulation/model/ottoscaler.ts';
import { World } from '../simulation/model/world.ts';
import { scaleDownCommand, scaleUpCommand } from '../support/orders.ts';
import { podManifest } from '../support/pod-manifest.ts';

const quickly = () => new World({ scripts: () => briefly });
const createTimes = (otto: Ottoscaler) =>
  otto.network.trace.filter(({ verb }) => verb === 'pods.create').map(({ atMs }) => atMs);

async function namesOf(otto: Ottoscaler, command = scaleUpCommand()): Promise<readonly string[]> {
  const answer = await otto.scaleUp(command);
  if (answer === 'no answer' || answer.kind === 'refused')
    throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  return answer.podNames;
}

test.each<[string, Fate]>([
  ['timed out', unanswered('timeout')],
  ['was answered with 500', unanswered('unavailable')],
])(
  'a create that %s but was applied is adopted: one Pod',
  { tags: ['G1', 'F1', 'F9', 'I1'] },
  async (_what, fate) => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: inTurn('pods.create', fate) });
    const podNames = await namesOf(otto);
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  },
);

test(
  'a name that belongs to a foreign Pod fails that worker loudly and touches nothing',
  { tags: ['F2', 'I4'] },
  async () => {
    expect(await meetForeignPod()).toEqual([]);
  },
);

test('an older Pod of this name that still terminates is waited for', { tags: ['F3'] }, async () => {
  const [name = ''] = await namesOf(new Ottoscaler(quickly()));
  const world = new World({ scripts: () => ({ ...forGood, runMs: 10_000, stopMs: 8_000 }) });
  const owner = { name: 'otto-former-ledger', uid: 'former' };
  const old = world.createPod(podManifest(name, { owner }));
  world.bind(name);
  world.store.delete(podType, world.namespace, name, { uid: old.uid });
  const otto = new Ottoscaler(world);
  const answer = otto.scaleUp(scaleUpCommand());
  await world.run(() => createTimes(otto).length > 1);
  expect(otto.views()[0]?.reason).toContain('an older Pod of this name is still terminating');
  expect(await answer).toMatchObject({ kind: 'accepted', podNames: [name], failedCount: 0 });
  await world.run(() => otto.isIdle);
  expect(world.audit.created.map(({ uid }) => uid === old.uid)).toEqual([true, false]);
  expect(otto.views()).toMatchObject([{ podName: name, status: 'succeeded' }]);
});

test(
  '429 is waited out for as long as the server asked, and for little longer',
  { tags: ['F7'] },
  async () => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: inTurn('pods.create', refused('throttled', 7_000)) });
    const podNames = await namesOf(otto);
    const [first = 0, second = 0, ...more] = createTimes(otto);
    expect(second - first).toBe(7_000);
    expect(more).toEqual([]);
    expect(await judge(world, otto, { podNames })).toEqual([]);
  },
);

test(
  '500 and 503 are met with growing, bounded pauses, and no state is invented',
  { tags: ['F8'] },
  async () => {
    const world = quickly();
    let isDown = true;
    const otto = new Ottoscaler(world, { plan: always('pods.create', refused('unavailable'), () => isDown) });
    const answer = await otto.scaleUp(scaleUpCommand());
    expect(answer).toMatchObject({
      kind: 'accepted',
      failedCount: 0,
      message: expect.stringContaining('not yet'),
    });
    await world.pass(60_000);
    const [view] = otto.views();
    expect(view).toMatchObject({ status: 'pending', errorMessage: '' });
    expect(view?.reason).toMatch(/the model cluster says unavailable; next try in/);
    const times = createTimes(otto);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses.length).toBeLessThan(15);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    expect(pauses.at(-1)).toBeGreaterThan(10 * (pauses[0] ?? Infinity));
    isDown = false;
    const podNames = answer === 'no answer' || answer.kind === 'refused' ? [] : answer.podNames;
    expect(await judge(world, otto, { podNames })).toEqual([]);
  },
);

test(
  'an API server that stays away ends the worker by its deadline, and the reason names it',
  { tags: ['F8'] },
  async () => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: always('pods.create', refused('unavailable')) });
    await otto.scaleUp(scaleUpCommand());
    expect(await judge(world, otto, { podNames: [], ledgers: 1 })).toEqual([]);
    expect(otto.views()[0]?.errorMessage).toMatch(/^create-rejected: not running after 120 s: .*unavailable/);
  },
);

test(
  'a create that is applied late, after the name was found free, makes one Pod',
  { tags: ['F10', 'I1'] },
  async () => {
    const world = quickly();
    const late = { kind: 'late', error: fails('timeout'), appliedAfterMs: 1_000 } as const;
    const otto = new Ottoscaler(world, { plan: inTurn('pods.create', late) });
    const podNames = await namesOf(otto);
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  },
);

test(
  'a create that is applied after its worker was given up is reaped',
  { tags: ['F10', 'I3'] },
  async () => {
    const world = new World({ scripts: () => forGood });
    const late = { kind: 'late', error: fails('timeout'), appliedAfterMs: 30_000 } as const;
    const otto = new Ottoscaler(world, {
      plan: (call) =>
        call.verb !== 'pods.create' ? { kind: 'served' } : call.nth === 1 ? late : refused('quota'),
    });
    const up = otto.scaleUp(scaleUpCommand());
    await world.pass(5_000);
    await otto.scaleDown(scaleDownCommand());
    await up;
    await world.run(() => otto.isIdle);
    expect(world.audit.created).toEqual([]);
    await world.run(() => world.audit.created.length > 0);
    const names = world.audit.created.map(({ name }) => name);
    expect(await judge(world, otto, { podNames: names, ledgers: 1 })).toEqual([]);
  },
);

test.each<[string, Fate]>([
  ['refused once', refused('unavailable')],
  ['throttled', refused('throttled', 5_000)],
])('a stray whose deletion is %s is reaped all the same', { tags: ['F10', 'I3'] }, async (_what, fate) => {
  const world = new World({ scripts: () => ({ ...forGood, bindMs: Infinity }) });
  const late = { kind: 'late', error: fails('timeout'), appliedAfterMs: 30_000 } as const;
  const otto = new Ottoscaler(world, {
    plan: ({ verb, nth }) => {
      if (verb === 'pods.create') return nth === 1 ? late : refused('quota');
      return verb === 'pods.delete' && nth === 1 ? fate : { kind: 'served' };
    },
  });
  const up = otto.scaleUp(scaleUpCommand());
  await world.pass(5_000);
  await otto.scaleDown(scaleDownCommand());
  await up;
  await world.run(() => world.audit.created.length > 0);
  const names = world.audit.created.map(({ name }) => name);
  expect(await judge(world, otto, { podNames: names, ledgers: 1 })).toEqual([]);
});

test(
  'an API server that takes 8 s for each call slows the work and breaks nothing',
  { tags: ['F18'] },
  async () => {
    const world = quickly();
    const slow: Fate = { kind: 'slow', beforeMs: 4_000, afterMs: 4_000 };
    const otto = new Ottoscaler(world, { policy: { liveMax: 3 }, plan: () => slow });
    const podNames = await namesOf(otto, scaleUpCommand({ workerCount: 10 }));
    expect(otto.views().map(({ status }) => status)).toContain('pending');
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
    expect(otto.liveMost).toBe(3);
  },
);

test(
  'an API server that takes 40 s for each call refuses the command for now; later it takes effect once',
  { tags: ['G2', 'F18'] },
  async () => {
    const world = quickly();
    let isSlow = false;
    const slow: Fate = { kind: 'slow', beforeMs: 20_000, afterMs: 20_000 };
    const otto = new Ottoscaler(world, { plan: () => (isSlow ? slow : { kind: 'served' }) });
    await world.run(() => otto.isServing);
    isSlow = true;
    const command = scaleUpCommand({ workerCount: 2 });
    expect(await otto.scaleUp(command)).toMatchObject({ kind: 'refused', code: 'unavailable' });
    isSlow = false;
    await world.pass(30_000);
    const podNames = await namesOf(otto, command);
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  },
);

test(
  'a quota keeps the worker pending, says so, and lets it in once there is room',
  { tags: ['F20'] },
  async () => {
    const world = quickly();
    let isFull = true;
    const otto = new Ottoscaler(world, { plan: always('pods.create', refused('quota'), () => isFull) });
    const answer = await otto.scaleUp(scaleUpCommand());
    expect(answer).toMatchObject({ kind: 'accepted', failedCount: 0 });
    await world.pass(20_000);
    expect(otto.views()).toMatchObject([
      { status: 'pending', reason: expect.stringContaining('the model cluster says quota') },
    ]);
    isFull = false;
    const podNames = otto.views().map(({ podName }) => podName);
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
    expect(otto.views()).toMatchObject([{ status: 'succeeded' }]);
  },
);

test('a quota that stays ends the worker as quota, and no Pod was', { tags: ['F20'] }, async () => {
  const world = quickly();
  const otto = new Ottoscaler(world, { plan: always('pods.create', refused('quota')) });
  await otto.scaleUp(scaleUpCommand());
  expect(await judge(world, otto, { podNames: [], ledgers: 1 })).toEqual([]);
  expect(otto.views()[0]?.errorMessage).toMatch(/^quota: /);
});

test.each(['invalid', 'forbidden'] as const)(
  'a command all of whose Pods are %s is refused, is not tried again, and leaves nothing',
  { tags: ['F21'] },
  async (code) => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: always('pods.create', refused(code)) });
    expect(await otto.scaleUp(scaleUpCommand({ workerCount: 3 }))).toMatchObject({ kind: 'refused', code });
    expect(createTimes(otto)).toHaveLength(3);
    expect(await judge(world, otto, { podNames: [], ledgers: 0 })).toEqual([]);
    otto.network.plan = () => ({ kind: 'served' });
    const podNames = await namesOf(otto, scaleUpCommand({ workerCount: 2, reason: 'corrected' }));
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  },
);

test.each<[string, Fate]>([
  ['is refused', refused('unavailable')],
  ['is answered with a conflict', refused('conflict')],
  ['is not answered', unanswered()],
])(
  'a refused command whose undoing %s at first is undone soon, and its caller is told',
  { tags: ['F8', 'F21'] },
  async (_what, fate) => {
    const world = quickly();
    const otto = new Ottoscaler(world, {
      plan: ({ verb, nth }) => {
        if (verb === 'pods.create') return refused('invalid');
        return verb === 'records.delete' && nth === 1 ? fate : { kind: 'served' };
      },
    });
    const askedMs = world.clock.now();
    expect(await otto.scaleUp(scaleUpCommand())).toMatchObject({ kind: 'refused', code: 'invalid' });
    expect(world.clock.now() - askedMs).toBeLessThan(5_000);
    expect(await judge(world, otto, { podNames: [], ledgers: 0 })).toEqual([]);
  },
);
