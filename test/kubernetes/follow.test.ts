/**
 * The log of a real container, followed while it prints as fast as it can and every connection is cut ten times a
 * second: each line of the kubelet's file arrives once and in order, or a gap record stands in its place.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import { FollowPods } from '../../src/logs/follow/follow-pods.ts';
import { systemClock, systemRandom } from '../../src/programs/clock.ts';
import { withCluster } from '../contract/with-cluster.ts';
import { onApiServer } from '../support/api-server-under-test.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { followedPod } from '../support/followed-pod.ts';
import { requireKubeconfig } from '../support/kubernetes.ts';
import { LineShelf } from '../support/line-shelf.ts';
import { podManifest } from '../support/pod-manifest.ts';
import { PodRecorder } from '../support/pod-recorder.ts';

const lines = Number(process.env['FOLLOW_LINES'] ?? 200_000);
const kubeconfigPath = requireKubeconfig();
// It rests before it ends: containerd 1.6 may cut the log of a container that exits right after a burst.
const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) print "line " i }'; sleep 3`;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('a container that prints as fast as it can', { tags: ['G5', 'I9'] }, () => {
  const test = withCluster(onApiServer(kubeconfigPath, 'controller-manager'));

  for (const cutEveryMs of [undefined, 100])
    test(`is followed without a line lost unnoticed, ${cutEveryMs === undefined ? 'undisturbed' : `cut every ${cutEveryMs} ms`}`, async ({
      under,
    }) => {
      const directory = await mkdtemp(path.join(tmpdir(), 'otto-follow-'));
      await using undo = new AsyncDisposableStack();
      undo.defer(() => rm(directory, { recursive: true, force: true }));
      const proxy = undo.use(await startCuttingProxy(kubeconfigPath, directory));
      const { namespace } = under.cluster;
      const cluster = await connectKubernetes({ kubeconfigPath: proxy.kubeconfigPath, namespace });
      undo.defer(() => cluster.close());
      const recorder = new PodRecorder();
      const reflection = under.cluster.pods.reflect(recorder);
      undo.defer(() => reflection.stop());
      const store = new LineShelf();
      const deps = { store, clock: systemClock, random: systemRandom, log: silent };
      const pods = new FollowPods({ ...deps, pods: cluster.pods, followsMax: 10 });
      undo.defer(() => pods.stop());

      const { name, uid } = await under.cluster.pods.create(
        podManifest('printer', { cpu: '300m', command: ['sh', '-c', print] }),
      );
      await recorder.untilObserved(name, ({ phase }) => phase === 'Running');
      const startedMs = performance.now();
      const pod = followedPod({ name, uid }, namespace);
      if (cutEveryMs !== undefined) proxy.cutEvery(cutEveryMs);
      pods.started(pod);
      await recorder.untilObserved(name, ({ phase }) => phase === 'Succeeded');
      const outcome = await pods.finish(pod, 120_000);
      const tookMs = performance.now() - startedMs;

      const received = store.lines.filter(({ gap }) => gap === undefined).map(({ text }) => text);
      const gaps = store.lines.filter(({ gap }) => gap !== undefined);
      const unique = new Set(received).size;
      console.log(
        JSON.stringify({
          cutEveryMs,
          printed: lines,
          received: received.length,
          unique,
          gaps: gaps.map(({ gap }) => gap?.reason),
          cuts: proxy.cuts,
          reconnects: pods.counters.reconnects,
          megabytesRead: Math.round(pods.counters.bytes / 1e6),
          seconds: Math.round(tookMs / 100) / 10,
          outcome,
          load: loadavg()[0],
        }),
      );
      expect(unique).toBe(received.length);
      expect(received).toEqual(received.toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5))));
      expect(gaps.length > 0 ? lines : unique).toBe(lines);
    });
});
