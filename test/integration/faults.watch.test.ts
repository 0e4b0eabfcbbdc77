/** FAULTS 13–17 and 28: facts that are doubled, old, lost, stale, or about another Pod of the same name. */
import { expect, test } from 'vitest';
import type { PodFact } from '../../src/cluster/port.ts';
import { pods as podType } from '../../src/cluster/local/resources/registry.ts';
import { judge } from '../simulation/oracle/judge.ts';
import { briefly, forGood } from '../simulation/model/kubelet.ts';
import { Ottoscaler } from '../simulation/model/ottoscaler.ts';
import type { FactFate } from '../simulation/model/watch.ts';
import { World } from '../simulation/model/world.ts';
import { scaleDownCommand, scaleUpCommand } from '../support/orders.ts';
import { podManifest } from '../support/pod-manifest.ts';

const command = scaleUpCommand({ workerCount: 3, requestId: 'r' });

async function namesOf(otto: Ottoscaler): Promise<readonly string[]> {
  const answer = await otto.scaleUp(command);
  if (answer === 'no answer' || answer.kind === 'refused') throw new Error(JSON.stringify(answer));
  return answer.podNames;
}

test.each<[string, (fact: PodFact, nth: number) => FactFate]>([
  ['told twice', () => ({ kind: 'doubled' })],
  ['followed by an older one', () => ({ kind: 'reverted' })],
  ['late', () => ({ kind: 'delayed', ms: 4_000 })],
  ['lost and made up for by lists', () => ({ kind: 'dropped' })],
  ['lost where it is a loss', ({ type }) => ({ kind: type === 'pod.lost' ? 'dropped' : 'told' })],
  ['lost every other time', (_fact, nth) => ({ kind: nth % 2 === 0 ? 'dropped' : 'reverted' })],
])('every fact %s: the same end', { tags: ['F13', 'F14', 'F15', 'I5'] }, async (_what, fact) => {
  const world = new World({ scripts: () => briefly });
  const otto = new Ottoscaler(world, { watch: { fact } });
  const podNames = await namesOf(otto);
  expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  expect(otto.views().map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
});

test(
  'a Pod that is deleted and made again under its name is two Pods, and the second is reaped',
  { tags: ['F16'] },
  async () => {
    const world = new World({ scripts: () => forGood });
    const otto = new Ottoscaler(world);
    const [name = '', ...others] = await namesOf(otto);
    await world.run(() => otto.views().every(({ status }) => status === 'running'));
    const { metadata, spec } = world.store.get(podType, world.namespace, name);
    world.remove(name);
    const { labels = {}, annotations = {}, ownerReferences = [] } = metadata;
    const again = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, annotations, ownerReferences } };
    world.createPod({ ...again, spec: { ...(spec as object), nodeName: undefined } });
    await world.run(() => world.pods.length === 2);
    expect(world.pods.map((pod) => pod.name)).toEqual(others.toSorted());
    expect(otto.views().find(({ podName }) => podName === name)?.errorMessage).toMatch(
      /^deleted: the Pod was deleted by someone else/,
    );
    await otto.scaleDown(scaleDownCommand({ target: 0 }));
    await world.run(() => otto.isIdle);
    expect(world.audit.createdUnder(name)).toBe(2);
    expect(world.pods).toEqual([]);
  },
);

test.each([
  ['does not know the Pods yet', 0],
  ['shows them as they were', 500],
])('after a restart a list that %s leads to no second Pod', { tags: ['F17', 'I1'] }, async (_what, atMs) => {
  const world = new World({ scripts: () => ({ ...briefly, runMs: 5_000 }) });
  const first = new Ottoscaler(world);
  let staleList = world.pods;
  const podNames = await namesOf(first);
  await world.pass(atMs);
  if (atMs > 0) staleList = world.pods;
  await world.pass(200);
  first.kill();
  const second = new Ottoscaler(world, { watch: { staleList } });
  expect(await namesOf(second)).toEqual(podNames);
  expect(await judge(world, second, { podNames, ledgers: 1 })).toEqual([]);
});

test('Pods that others delete end as deleted; nobody makes them again', { tags: ['F28'] }, async () => {
  const world = new World({ scripts: () => forGood });
  const otto = new Ottoscaler(world);
  const podNames = await namesOf(otto);
  await world.run(() => otto.views().every(({ status }) => status === 'running'));
  for (const { name, uid } of world.pods) {
    world.audit.deletions.push(uid);
    world.store.delete(podType, world.namespace, name, { uid });
  }
  expect(await judge(world, otto, { podNames, ledgers: 1 })).toEqual([]);
  expect(otto.views().map(({ errorMessage }) => errorMessage.split(':')[0])).toEqual([
    'deleted',
    'deleted',
    'deleted',
  ]);
});

test('a Pod of ours by label that no ledger of ours owns is left alone', { tags: ['I4'] }, async () => {
  const world = new World({ scripts: () => undefined });
  world.createPod(podManifest('somebodys', {}));
  const otto = new Ottoscaler(world);
  await world.pass(60_000);
  expect(otto.isIdle).toBe(true);
  expect(world.pods).toMatchObject([{ name: 'somebodys', deleting: false }]);
});
