/** One try to create a Pod, and what each answer of the API server means. */
import { describe, expect, test } from 'vitest';
import { createPod } from '../../../../src/actors/pod/create-pod.ts';
import { workerPod } from '../../../../src/actors/pod/worker-pod.ts';
import { pods } from '../../../../src/cluster/local/resources/registry.ts';
import type { WorkerOrder } from '../../../../src/machines/worker/order.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { fails, inTurn, refused, together, unanswered } from '../../../simulation/model/fault-plan.ts';
import { order as anyOrder, slot } from '../../../support/orders.ts';
import { podManifest } from '../../../support/pod-manifest.ts';

const policy = { graceSeconds: 5, security: 'restricted', runAsUser: 1000 } as const;
const atMs = Date.parse('2026-01-01T00:00:00Z');
const template = { image: 'busybox', timeoutSeconds: 60, env: [], resources: {} };
const order = (change: Partial<WorkerOrder> = {}) => anyOrder({ template, ...change });
const target = { order: order(), slot: slot(0), tries: 0 };
const { podName } = target.slot;

const create = (b: EffectBench, tries = 0) =>
  b.end(createPod({ cluster: b.cluster, clock: b.clock, random: () => 0.5, policy }, { ...target, tries }));

test('a free name: the Pod exists', async () => {
  const b = new EffectBench();
  expect(await create(b)).toMatchObject({ kind: 'exists', pod: { name: podName, phase: 'Pending' } });
  expect(b.world.pods).toHaveLength(1);
});

describe('a taken name', () => {
  test('is ours where our ledger owns it and the intent is the same', { tags: ['G1', 'F1'] }, async () => {
    const b = new EffectBench();
    const { uid } = b.world.createPod(workerPod(target, policy, atMs));
    expect(await create(b)).toMatchObject({ kind: 'exists', pod: { uid } });
  });

  test("is ours although less of its run's time is left by now", async () => {
    const b = new EffectBench(inTurn('pods.create', unanswered()));
    const endsBy = new Date(b.clock.now() + 30_000).toISOString();
    const stage = { pipelineId: 'p', stageId: 'a', stageIndex: 0, matrix: [], endsBy };
    const deps = { cluster: b.cluster, clock: b.clock, random: () => 0.5, policy };
    const tryIt = () => b.end(createPod(deps, { ...target, order: order({ stage }) }));
    expect((await tryIt()).kind).toBe('retry');
    await b.world.pass(20_000);
    expect((await tryIt()).kind).toBe('exists');
    expect(b.world.pods).toHaveLength(1);
  });

  test(
    'is ours also while it is being deleted: it will not be made a second time',
    { tags: ['G1', 'F1'] },
    async () => {
      const b = new EffectBench();
      const { uid } = b.world.createPod(workerPod(target, policy, atMs));
      b.world.bind(podName);
      b.world.store.delete(pods, b.world.namespace, podName);
      expect(await create(b)).toMatchObject({ kind: 'exists', pod: { uid, deleting: true } });
    },
  );

  test.each([
    ['of nobody', podManifest(podName), 'it has no owner'],
    [
      'of a former ledger of this name',
      workerPod(
        { ...target, order: order({ ledger: { name: 'otto-ledger-a', uid: 'former' } }) },
        policy,
        atMs,
      ),
      'it is owned by otto-ledger-a',
    ],
    [
      'of our ledger, made from another intent',
      workerPod({ ...target, order: order({ template: { ...template, image: 'evil' } }) }, policy, atMs),
      'it is owned by otto-ledger-a',
    ],
  ])('%s is foreign: refused, and untouched', { tags: ['F2', 'I4'] }, async (_whose, manifest, why) => {
    const b = new EffectBench();
    const theirs = b.world.createPod(manifest);
    expect(await create(b)).toEqual({
      kind: 'refused',
      cause: 'foreign',
      reason: `a Pod named ${podName} exists that is not ours (${why})`,
    });
    expect(await b.cluster.pods.read(podName)).toEqual(theirs);
    expect([b.calls('pods.create'), b.calls('pods.delete')]).toEqual([1, 0]);
  });

  test('of a Pod that terminates is waited for', { tags: ['F3'] }, async () => {
    const b = new EffectBench();
    b.world.createPod(podManifest(podName));
    b.world.bind(podName);
    b.world.store.delete(pods, b.world.namespace, podName);
    expect(await create(b)).toMatchObject({ kind: 'retry', cause: 'occupied' });
  });

  test('that is free again when it is looked at is tried again', { tags: ['F10'] }, async () => {
    const b = new EffectBench(inTurn('pods.create', refused('already-exists')));
    expect(await create(b)).toMatchObject({ kind: 'retry', cause: 'occupied' });
  });

  test('that cannot be looked at is tried again', async () => {
    const plan = together(
      inTurn('pods.create', unanswered('already-exists')),
      inTurn('pods.read', refused('timeout')),
    );
    expect(await create(new EffectBench(plan))).toMatchObject({ kind: 'retry', cause: 'unavailable' });
  });
});

describe('an answer', () => {
  test.each([
    ['conflict', 'unavailable'],
    ['not-found', 'unavailable'],
    ['unauthorized', 'unavailable'],
    ['throttled', 'unavailable'],
    ['expired', 'unavailable'],
    ['unavailable', 'unavailable'],
    ['timeout', 'unavailable'],
    ['quota', 'quota'],
  ] as const)(
    'of %s is tried again as %s, with its own words',
    { tags: ['F8', 'F20'] },
    async (code, cause) => {
      const b = new EffectBench(inTurn('pods.create', refused(code)));
      expect(await create(b)).toEqual({ kind: 'retry', cause, reason: fails(code).message, afterMs: 150 });
    },
  );

  test.each(['invalid', 'forbidden'] as const)('of %s is final', { tags: ['F21'] }, async (code) => {
    const b = new EffectBench(inTurn('pods.create', refused(code)));
    expect(await create(b)).toEqual({ kind: 'refused', cause: code, reason: fails(code).message });
  });

  test('that asks for time is given it, and later tries wait longer', { tags: ['F7'] }, async () => {
    const b = new EffectBench(inTurn('pods.create', refused('throttled', 8_000), refused('unavailable')));
    expect(await create(b)).toMatchObject({ afterMs: 8_000 });
    expect(await create(b, 5)).toMatchObject({ afterMs: 4_800 });
  });

  test('that is none of the cluster is a defect, and rejects', async () => {
    const b = new EffectBench(() => {
      throw new TypeError('broken');
    });
    await expect(create(b)).rejects.toThrow('broken');
  });
});
