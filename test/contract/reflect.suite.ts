/** The port's promises about observing Pods. */
import { describe, expect } from 'vitest';
import type { PodObserver, Reflection } from '../../src/cluster/port.ts';
import { podManifest } from '../support/pod-manifest.ts';
import { PodRecorder } from '../support/pod-recorder.ts';
import type { ClusterUnderTest } from './cluster-under-test.ts';
import type { ClusterTest } from './with-cluster.ts';

const startedAt = '2026-01-02T03:04:05Z';
const finishedAt = '2026-01-02T03:04:06Z';

export function reflectSuite(test: ClusterTest): void {
  describe('reflection', () => {
    test('lists what is there before it tells any change', async ({ under }) => {
      await under.cluster.pods.create(podManifest('a'));
      await under.cluster.pods.create(podManifest('b'));
      await reflected(under, async (recorder) => {
        expect(recorder.lists[0]?.map(({ name }) => name).toSorted()).toEqual(['a', 'b']);
        await under.cluster.pods.create(podManifest('c'));
        await recorder.untilObserved('c');
        expect(recorder.lists).toHaveLength(1);
      });
    });

    test('an empty namespace is listed as empty', async ({ under }) => {
      await reflected(under, (recorder) => {
        expect(recorder.lists).toEqual([[]]);
      });
    });

    test('lists more Pods than a page holds', { timeout: 60_000 }, async ({ under }) => {
      const names = Array.from({ length: 520 }, (_, index) => `p-${index}`);
      await Promise.all(names.map((name) => under.cluster.pods.create(podManifest(name))));
      await reflected(under, (recorder) => {
        expect(recorder.lists[0]?.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      });
    });

    test('is healthy once it watches', async ({ under }) => {
      await reflected(under, async (recorder) => {
        await recorder.until('health', ({ healths }) => healths.length > 0);
        expect(recorder.healths.map(({ healthy }) => healthy)).toEqual([true]);
      });
    });

    test('tells a life from Pending to absence in order', async ({ under }) => {
      await reflected(under, async (recorder) => {
        const { uid } = await under.cluster.pods.create(podManifest('a'));
        await recorder.untilObserved('a');
        await under.kubelet.bind('a');
        await recorder.untilObserved('a', (pod) => pod.nodeName !== '');
        await under.kubelet.setStatus('a', { phase: 'Running' });
        await recorder.untilObserved('a', (pod) => pod.phase === 'Running');
        await under.cluster.pods.delete('a', uid);
        await recorder.untilObserved('a', (pod) => pod.deleting);
        await under.kubelet.setStatus('a', { phase: 'Succeeded' });
        await recorder.untilObserved('a', (pod) => pod.phase === 'Succeeded');
        await under.kubelet.finishDeletion('a');
        await recorder.untilLost(uid);
        expect(recorder.facts.at(-1)).toMatchObject({ name: 'a', uid, last: { uid, phase: 'Succeeded' } });
        expect(new Set(recorder.facts.map((fact) => JSON.stringify(fact))).size).toBe(recorder.facts.length);
      });
    });

    test('observes every state of a main container', async ({ under }) => {
      await under.cluster.pods.create(podManifest('a'));
      await under.kubelet.bind('a');
      const states = [
        { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } },
        { running: { startedAt } },
        { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'too much', startedAt, finishedAt } },
      ];
      await reflected(under, async (recorder) => {
        for (const state of states) {
          const [[kind, fields] = []] = Object.entries(state);
          await under.kubelet.setStatus('a', { containerStatuses: [containerStatus(state)] });
          await recorder.untilObserved('a', (pod) => pod.container?.kind === kind);
          expect(recorder.current.get('a')?.container).toEqual({ kind, ...fields });
        }
      });
    });

    test('observes reason, message, address and conditions of a Pod', async ({ under }) => {
      await under.cluster.pods.create(podManifest('a'));
      await under.kubelet.bind('a');
      await reflected(under, async (recorder) => {
        await under.kubelet.setStatus('a', {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on memory',
          podIP: '10.1.2.3',
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/1 nodes are available',
            },
            { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: '' },
          ],
        });
        await recorder.untilObserved('a', (pod) => pod.phase === 'Failed');
        expect(recorder.current.get('a')).toMatchObject({
          reason: 'Evicted',
          message: 'The node was low on memory',
          podIp: '10.1.2.3',
          unschedulable: '0/1 nodes are available',
          disrupted: 'EvictionByEvictionAPI',
        });
      });
    });

    test('a list says of every Pod what reading it alone says', async ({ under }) => {
      // Of an owner that never was, nothing would be left to list.
      const owner = await under.cluster.records.create({ name: 'ledger', labels: {}, data: {} });
      const scheduled = {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: 'größe 🚀',
      };
      const statuses: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
        starting: {
          containerStatuses: [containerStatus({ waiting: { reason: 'ErrImagePull', message: 'no' } })],
        },
        running: {
          phase: 'Running',
          podIP: '10.1.2.3',
          containerStatuses: [containerStatus({ running: { startedAt } })],
        },
        failed: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'low on memory',
          conditions: [scheduled],
          containerStatuses: [
            containerStatus({
              terminated: { exitCode: -1, reason: 'Error', message: 'm', startedAt, finishedAt },
            }),
          ],
        },
        deleting: {},
      };
      for (const [name, status] of Object.entries(statuses)) {
        const { uid } = await under.cluster.pods.create(podManifest(name, { owner, specHash: `of-${name}` }));
        await under.kubelet.bind(name);
        await under.kubelet.setStatus(name, status);
        if (name === 'deleting') await under.cluster.pods.delete(name, uid);
      }
      const alone = await Promise.all(Object.keys(statuses).map((name) => under.cluster.pods.read(name)));
      await reflected(under, (recorder) => {
        expect(recorder.lists[0]?.toSorted(byName)).toEqual(
          alone.filter((pod) => pod !== undefined).toSorted(byName),
        );
        expect(alone).not.toContain(undefined);
      });
    });

    test('a name that is deleted and created again is two Pods', { tags: ['F16'] }, async ({ under }) => {
      await reflected(under, async (recorder) => {
        const first = await under.cluster.pods.create(podManifest('a'));
        await under.kubelet.bind('a');
        await under.cluster.pods.delete('a', first.uid);
        await under.kubelet.finishDeletion('a');
        const second = await under.cluster.pods.create(podManifest('a'));
        await recorder.untilObserved('a', (pod) => pod.uid === second.uid);
        const lost = recorder.facts.findIndex((fact) => fact.type === 'pod.lost' && fact.uid === first.uid);
        const seen = recorder.facts.findIndex(
          (fact) => fact.type === 'pod.observed' && fact.pod.uid === second.uid,
        );
        expect(lost).toBeGreaterThanOrEqual(0);
        expect(lost).toBeLessThan(seen);
      });
    });

    test('never tells of Pods that are not ours', { tags: ['I4'] }, async ({ under }) => {
      await under.others.createPod('foreign-before');
      await reflected(under, async (recorder) => {
        await under.others.createPod('foreign-after');
        await under.cluster.pods.create(podManifest('ours'));
        await recorder.untilObserved('ours');
        expect([...recorder.current.keys()]).toEqual(['ours']);
      });
    });

    test('an observer that throws or rejects is told what comes next', async ({ under }) => {
      const recorder = new PodRecorder();
      const observer: PodObserver = {
        listed(pods) {
          recorder.listed(pods);
          throw new Error('observer failed on purpose');
        },
        // oxlint-disable-next-line typescript/no-misused-promises -- the mistake that must do no harm
        async changed(facts) {
          recorder.changed(facts);
          await Promise.reject(new Error('observer failed on purpose'));
        },
        health: () => undefined,
      };
      await stopped(under.cluster.pods.reflect(observer), async () => {
        await recorder.untilListed();
        for (const name of ['a', 'b']) {
          await under.cluster.pods.create(podManifest(name));
          await recorder.untilObserved(name);
        }
      });
    });

    test('tells nothing more once it is stopped, while another reflection goes on', async ({ under }) => {
      await reflected(under, async (going) => {
        const ended = new PodRecorder();
        const reflection = under.cluster.pods.reflect(ended);
        await ended.untilListed();
        await reflection.stop();
        const told = ended.healths.length;
        await under.cluster.pods.create(podManifest('a'));
        await going.untilObserved('a');
        expect(ended.facts).toEqual([]);
        expect(ended.healths).toHaveLength(told);
      });
    });
  });
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

async function reflected(
  under: ClusterUnderTest,
  run: (recorder: PodRecorder) => Promise<void> | void,
): Promise<void> {
  const recorder = new PodRecorder();
  await stopped(under.cluster.pods.reflect(recorder), async () => {
    await recorder.untilListed();
    await run(recorder);
  });
}

async function stopped(reflection: Reflection, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } finally {
    await reflection.stop();
  }
}

function containerStatus(state: unknown): Readonly<Record<string, unknown>> {
  return { name: 'worker', ready: false, restartCount: 0, image: 'busybox', imageID: '', state };
}
