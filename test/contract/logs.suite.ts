/** The port's promises about followed logs, as far as they hold without a node. */
import { buffer } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { podManifest } from '../support/pod-manifest.ts';
import type { ClusterTest } from './with-cluster.ts';

export function logsSuite(test: ClusterTest): void {
  describe('followed logs', () => {
    const { signal } = new AbortController();
    const [{ name: container } = { name: '' }] = podManifest('a').spec.containers;

    for (const follow of [true, false]) {
      test(`that have not begun are empty and end (follow: ${follow})`, async ({ under }) => {
        await under.cluster.pods.create(podManifest('a'));
        const log = under.cluster.pods.followLog('a', { container, follow, signal });
        expect(await buffer(log)).toHaveLength(0);
      });
    }

    test('of no Pod are not-found', async ({ under }) => {
      const log = under.cluster.pods.followLog('b', { container, follow: true, signal });
      await expect(buffer(log)).rejects.toMatchObject({ name: 'ClusterError', code: 'not-found' });
    });
  });
}
