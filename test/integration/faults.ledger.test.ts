/** FAULTS 4, 7, 8, 34, 35, 37 and G1, G2 where the ledger itself is what fails. */
import { expect, test } from 'vitest';
import { replayAfterTheEnd } from '../simulation/lives/adoption-runs.ts';
import { configMaps } from '../../src/cluster/local/resources/registry.ts';
import { always, inTurn, refused, unanswered, type Fate } from '../simulation/model/fault-plan.ts';
import { judge } from '../simulation/oracle/judge.ts';
import { briefly, forGood } from '../simulation/model/kubelet.ts';
import { Ottoscaler } from '../simulation/model/ottoscaler.ts';
import { World } from '../simulation/model/world.ts';
import { scaleDownCommand, scaleUpCommand } from '../support/orders.ts';

const quickly = () => new World({ scripts: () => briefly });
const command = scaleUpCommand({ workerCount: 3, requestId: 'r' });

async function acceptedBy(otto: Ottoscaler, sent = command) {
  const answer = await otto.scaleUp(sent);
  if (answer === 'no answer' || answer.kind === 'refused') throw new Error(JSON.stringify(answer));
  return answer;
}

/** Somebody else's write to every ledger, which moves its version. */
function touchLedgers(world: World): void {
  for (const [name] of world.ledgers) {
    world.store.update(configMaps, world.namespace, name, (record) => ({
      ...record,
      metadata: { ...record.metadata, annotations: { touched: String(world.store.revision) } },
    }));
  }
}

test(
  'a ledger that somebody else wrote meanwhile is read again, and all outcomes are recorded',
  { tags: ['F4'] },
  async () => {
    const world = quickly();
    const otto = new Ottoscaler(world, {
      plan: (call) => {
        if (call.verb === 'records.update' && call.nth <= 3) touchLedgers(world);
        return { kind: 'served' };
      },
    });
    const { podNames } = await acceptedBy(otto);
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
    const conflicts = otto.network.trace.filter(({ verb }) => verb === 'records.read');
    expect(conflicts.length).toBeGreaterThanOrEqual(3);
    expect(Object.keys([...world.ledgers.values()][0]?.ended ?? {})).toEqual(['0', '1', '2']);
  },
);

test.each<[string, Fate]>([
  ['not answered', unanswered()],
  ['refused', refused('unavailable')],
  ['throttled', refused('throttled', 3_000)],
  ['answered with 401', refused('unauthorized')],
])(
  'a ledger whose creation is %s at first is accepted as new, once',
  { tags: ['F7', 'F8', 'F35'] },
  async (_what, fate) => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: inTurn('records.create', fate) });
    const answer = await acceptedBy(otto);
    expect(answer.replayed).toBe(false);
    expect(await judge(world, otto, { podNames: answer.podNames, ledgers: 1 })).toEqual([]);
  },
);

test(
  'a quota on ledgers refuses the command as exhausted, and nothing is left',
  { tags: ['F20'] },
  async () => {
    const world = quickly();
    const otto = new Ottoscaler(world, { plan: always('records.create', refused('quota')) });
    expect(await otto.scaleUp(command)).toMatchObject({ kind: 'refused', code: 'exhausted' });
    expect(await judge(world, otto, { podNames: [], ledgers: 0 })).toEqual([]);
  },
);

test(
  'ledgers that cannot be written at the end keep their Pods until they can',
  { tags: ['F8', 'F37'] },
  async () => {
    const world = quickly();
    let isDown = true;
    const otto = new Ottoscaler(world, {
      plan: always('records.update', refused('unavailable'), () => isDown),
    });
    const { podNames } = await acceptedBy(otto);
    await world.pass(120_000);
    expect(world.pods).toHaveLength(3);
    expect(world.audit.deletions).toEqual([]);
    isDown = false;
    expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  },
);

test(
  'a ledger that was deleted takes its Pods with it and disturbs no other command',
  { tags: ['I3'] },
  async () => {
    const world = new World({ scripts: () => forGood });
    const otto = new Ottoscaler(world);
    const { podNames } = await acceptedBy(otto);
    const other = await acceptedBy(otto, scaleUpCommand({ taskId: 'task-b' }));
    await world.run(() => otto.views().every(({ status }) => status === 'running'));
    const [ledger = ''] = otto.views().map(({ ledgerName }) => ledgerName);
    world.store.delete(configMaps, world.namespace, ledger);
    await world.run(() => otto.registry.workers.size === 1);
    expect(world.pods.map(({ name }) => name)).toEqual(other.podNames);
    expect(otto.views().filter(({ podName }) => podNames.includes(podName))).toMatchObject(
      podNames.map(() => ({ errorMessage: expect.stringMatching(/^deleted: /) })),
    );
    await otto.scaleDown(scaleDownCommand({ taskId: '', target: 0 }));
    await world.run(() => otto.isIdle);
    expect(world.pods).toEqual([]);
  },
);

test(
  'a command is answered with its names after its end, by the same process and by the next',
  { tags: ['G2', 'I7'] },
  async () => {
    expect(await replayAfterTheEnd()).toEqual([]);
  },
);

test(
  'a spoiled ledger is left alone, is said, and keeps no other command from its end',
  { tags: ['I4'] },
  async () => {
    const world = quickly();
    const first = new Ottoscaler(world);
    const { podNames } = await acceptedBy(first);
    first.kill();
    const data = { version: '1', kind: 'scale-up', state: '{"created":1}', request: '{"__proto__":{}}' };
    const metadata = { name: 'otto-spoiled', labels: { 'managed-by': 'ottoscaler' } };
    world.store.create(configMaps, world.namespace, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    const second = new Ottoscaler(world);
    expect((await acceptedBy(second)).podNames).toEqual(podNames);
    await world.run(() => second.isIdle && world.pods.length === 0);
    expect(second.said('a ledger is left alone')).toMatchObject([{ fields: { ledger: 'otto-spoiled' } }]);
    expect(world.ledgers.has('otto-spoiled')).toBe(true);
    expect(podNames.map((name) => world.audit.createdUnder(name))).toEqual([1, 1, 1]);
  },
);

test(
  'tombstones are removed after their time; then the command is new, and its Pods too',
  { tags: ['G2'] },
  async () => {
    const world = quickly();
    const otto = new Ottoscaler(world, { policy: { tombstoneMs: 3_600_000, historyMs: 7_200_000 } });
    const { podNames } = await acceptedBy(otto);
    await world.run(() => otto.isIdle);
    await world.pass(3_000_000);
    expect(world.ledgers.size).toBe(1);
    await world.run(() => world.ledgers.size === 0, 1_800_000);
    const again = await acceptedBy(otto);
    expect(again).toMatchObject({ replayed: false, podNames });
    const times = () => ({ least: 2, most: 2 });
    expect(await judge(world, otto, { podNames, times, ledgers: 1 })).toEqual([]);
    expect(otto.views()).toHaveLength(3);
  },
);
