/** The port's promises about single Pods. */
import { describe, expect } from 'vitest';
import { errorCode } from '../support/error-code.ts';
import { podManifest } from '../support/pod-manifest.ts';
import type { ClusterTest } from './with-cluster.ts';

export function podsSuite(test: ClusterTest): void {
  describe('pods', () => {
    test('a created Pod is observed with its identity, owner and spec hash', async ({ under }) => {
      const owner = { name: 'ledger', uid: 'b0d6a1de-0000-4000-8000-000000000001' };
      const created = await under.cluster.pods.create(podManifest('a', { owner, specHash: 'sha-1' }));
      expect(created).toMatchObject({
        name: 'a',
        owner,
        specHash: 'sha-1',
        phase: 'Pending',
        deleting: false,
      });
      expect(created.uid).not.toBe('');
      expect(created.resourceVersion).not.toBe('');
      expect(Date.parse(created.createdAt)).not.toBeNaN();
    });

    test('a Pod that has no owner and no spec hash is observed without them', async ({ under }) => {
      const created = await under.cluster.pods.create(podManifest('a'));
      expect(created).not.toHaveProperty('owner');
      expect(created).not.toHaveProperty('specHash');
    });

    test('a taken name is refused as already-exists and the Pod that has it stays', async ({ under }) => {
      const { pods } = under.cluster;
      const first = await pods.create(podManifest('a'));
      await expect(pods.create(podManifest('a', { specHash: 'other' }))).rejects.toMatchObject({
        name: 'ClusterError',
        code: 'already-exists',
        status: 409,
      });
      expect((await pods.read('a'))?.uid).toBe(first.uid);
    });

    test("a name that is taken by somebody else's Pod is refused as already-exists", async ({ under }) => {
      await under.others.createPod('foreign');
      await expect(under.cluster.pods.create(podManifest('foreign'))).rejects.toMatchObject({
        code: 'already-exists',
      });
    });

    test('of simultaneous creates of one name exactly one succeeds', async ({ under }) => {
      const tries = Array.from({ length: 8 }, () => under.cluster.pods.create(podManifest('a')));
      const codes = (await Promise.allSettled(tries)).map((outcome) =>
        outcome.status === 'fulfilled' ? 'created' : errorCode(outcome.reason),
      );
      expect(codes.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'already-exists'), 'created']);
    });

    test('a manifest that can never be right is refused as invalid', async ({ under }) => {
      await expect(under.cluster.pods.create(podManifest('Not_A_Name'))).rejects.toMatchObject({
        code: 'invalid',
      });
    });

    test('reads what was just created, and nothing where there is nothing', async ({ under }) => {
      const created = await under.cluster.pods.create(podManifest('a'));
      expect(await under.cluster.pods.read('a')).toMatchObject({ uid: created.uid });
      expect(await under.cluster.pods.read('b')).toBeUndefined();
    });

    test('a Pod on a node is deleting until its kubelet has finished', async ({ under }) => {
      const { pods } = under.cluster;
      const { uid } = await pods.create(podManifest('a'));
      await under.kubelet.bind('a');
      expect(await pods.delete('a', uid)).toBe('deleting');
      expect(await pods.read('a')).toMatchObject({ uid, deleting: true });
      expect(await pods.delete('a', uid)).toBe('deleting');
      await under.kubelet.finishDeletion('a');
      expect(await pods.read('a')).toBeUndefined();
      expect(await pods.delete('a', uid)).toBe('gone');
    });

    test('deleting another UID under the name is gone and touches nothing', async ({ under }) => {
      const { pods } = under.cluster;
      const { uid } = await pods.create(podManifest('a'));
      expect(await pods.delete('a', 'b0d6a1de-0000-4000-8000-000000000002')).toBe('gone');
      expect(await pods.read('a')).toMatchObject({ uid, deleting: false });
    });

    test('deleting what never was is gone', async ({ under }) => {
      expect(await under.cluster.pods.delete('never', 'b0d6a1de-0000-4000-8000-000000000003')).toBe('gone');
    });

    test('what Pods use is told of ours alone, or not at all', async ({ under }) => {
      await under.cluster.pods.create(podManifest('a'));
      await under.others.createPod('foreign');
      for (const name of ['a', 'foreign']) {
        await under.kubelet.bind(name);
        await under.kubelet.setStatus(name, { phase: 'Running' });
      }
      const used = await under.cluster.pods.usage();
      if (used === undefined) return;
      expect(used.filter(({ podName }) => podName !== 'a')).toEqual([]);
      for (const { cpuCores, memoryBytes } of used) {
        expect(cpuCores).toBeGreaterThanOrEqual(0);
        expect(memoryBytes).toBeGreaterThanOrEqual(0);
      }
    });
  });
}
