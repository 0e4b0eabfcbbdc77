/** Exactly the worker's own Pod is deleted, once, and never by its name alone. */
import { describe, expect, test } from 'vitest';
import { deletePod } from '../../../../src/actors/pod/delete-pod.ts';
import { pods } from '../../../../src/cluster/local/resources/registry.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { fails, inTurn, refused, unanswered } from '../../../simulation/model/fault-plan.ts';
import { order, slot } from '../../../support/orders.ts';
import { podManifest } from '../../../support/pod-manifest.ts';

const target = { order: order(), slot: slot(0) };
const { podName: name } = target.slot;
const owner = target.order.ledger;

const remove = (b: EffectBench, uid: string | undefined, tries = 0) =>
  b.end(deletePod({ cluster: b.cluster, random: () => 0.5 }, { ...target, uid, tries }));

function running(b: EffectBench, manifest = podManifest(name, { owner })): string {
  const { uid } = b.world.createPod(manifest);
  b.world.bind(name);
  return uid;
}

describe('with the UID that was seen', () => {
  test('the Pod is asked to end, without a read before', async () => {
    const b = new EffectBench();
    expect(await remove(b, running(b))).toEqual({ kind: 'deleting' });
    expect(b.world.pods).toMatchObject([{ deleting: true }]);
    expect(b.calls('pods.read')).toBe(0);
  });

  test('another Pod under the name is gone for us, and stays', { tags: ['F16', 'I4'] }, async () => {
    const b = new EffectBench();
    running(b);
    expect(await remove(b, 'former')).toEqual({ kind: 'gone' });
    expect(b.world.pods).toMatchObject([{ deleting: false }]);
  });
});

describe('without a UID the Pod is read first', () => {
  test('ours is deleted', async () => {
    const b = new EffectBench();
    running(b);
    expect(await remove(b, undefined)).toEqual({ kind: 'deleting' });
  });

  test('none is gone', async () => {
    expect(await remove(new EffectBench(), undefined)).toEqual({ kind: 'gone' });
  });

  test.each([
    ['of nobody', podManifest(name)],
    ['of another ledger', podManifest(name, { owner: { ...owner, uid: 'another' } })],
  ])('one %s is gone for us, and stays', { tags: ['F16', 'I4'] }, async (_whose, manifest) => {
    const b = new EffectBench();
    running(b, manifest);
    expect(await remove(b, undefined)).toEqual({ kind: 'gone' });
    expect([b.world.pods[0]?.deleting, b.calls('pods.delete')]).toEqual([false, 0]);
  });

  test('one that is on its way out is not asked again', async () => {
    const b = new EffectBench();
    running(b);
    b.world.store.delete(pods, b.world.namespace, name);
    expect(await remove(b, undefined)).toEqual({ kind: 'deleting' });
    expect(b.calls('pods.delete')).toBe(0);
  });
});

test.each(['unavailable', 'timeout', 'throttled', 'unauthorized', 'forbidden', 'conflict'] as const)(
  'an answer of %s is tried again, with its own words',
  async (code) => {
    const b = new EffectBench(inTurn('pods.delete', refused(code, 4_000)));
    const reply = await remove(b, running(b));
    expect(reply).toEqual({ kind: 'retry', reason: fails(code).message, afterMs: 4_000 });
  },
);

test('a lost answer is tried again, and then the Pod is gone', { tags: ['F39'] }, async () => {
  const b = new EffectBench(inTurn('pods.delete', unanswered()));
  const { uid } = b.world.createPod(podManifest(name, { owner }));
  expect((await remove(b, uid)).kind).toBe('retry');
  expect(await remove(b, uid)).toEqual({ kind: 'gone' });
});
