/**
 * Logs of real containers: only a node has them, so the conformance suite cannot.
 */
/* oxlint-disable vitest/no-standalone-expect -- the rule does not know a test that was extended in its file */
import { describe, expect } from 'vitest';
import { withCluster } from '../contract/with-cluster.ts';
import { onApiServer } from '../support/api-server-under-test.ts';
import { podManifest } from '../support/pod-manifest.ts';
import { PodRecorder } from '../support/pod-recorder.ts';

const kubeconfigPath = process.env['KUBECONFIG'];
if (!kubeconfigPath) throw new Error('these tests need an API server with a node: set KUBECONFIG');

// It rests before it ends: containerd 1.6 may cut the log of a container that exits right after a burst.
const print = 'i=1; while [ $i -le 3000 ]; do echo "größe $i"; i=$((i+1)); done; sleep 3';
const whole = Array.from({ length: 3000 }, (_, index) => `größe ${index + 1}\n`).join('');

describe('the log of a Pod', () => {
  const test = withCluster(onApiServer(kubeconfigPath, 'controller-manager'));

  test('reads the newest bytes of a log, from a whole character on', async ({ under }) => {
    const { pods } = under.cluster;
    const recorder = new PodRecorder();
    const reflection = pods.reflect(recorder);
    try {
      await recorder.untilListed();
      await pods.create(podManifest('printer', { cpu: '200m', command: ['sh', '-c', print] }));
      await recorder.untilObserved('printer', ({ phase }) => phase === 'Succeeded');
    } finally {
      await reflection.stop();
    }
    const bytes = Buffer.byteLength(whole);
    expect(await pods.readLog('printer', bytes)).toEqual({ text: whole, truncated: false });
    expect(await pods.readLog('printer', bytes - 1)).toEqual({ text: whole.slice(1), truncated: true });
    expect(await pods.readLog('printer', 13)).toEqual({ text: 'größe 3000\n', truncated: true });
    expect(await pods.readLog('printer', bytes, 2)).toEqual({
      text: 'größe 2999\ngröße 3000\n',
      truncated: false,
    });
    expect(await pods.readLog('printer', 13, 2)).toEqual({ text: 'größe 3000\n', truncated: true });
    // The tenth byte from the end is the second one of `ö`.
    expect(await pods.readLog('printer', 10)).toEqual({ text: 'ße 3000\n', truncated: true });
  });
});
