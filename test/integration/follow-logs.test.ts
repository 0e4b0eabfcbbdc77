/** Followers on the embedded cluster: real processes, real connections, cut as they come. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectKubernetes } from '../../src/cluster/kubernetes/connect.ts';
import { startLocalCluster, type LocalCluster } from '../../src/cluster/local/local-cluster.ts';
import type { Cluster } from '../../src/cluster/port.ts';
import { pushEndMarker, pushesMarker } from '../../src/logs/push-marker.ts';
import { FollowPods } from '../../src/logs/follow/follow-pods.ts';
import { lineBytesMax, type Followed } from '../../src/logs/follow/followed-lines.ts';
import { systemClock, systemRandom } from '../../src/programs/clock.ts';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.ts';
import { followedPod } from '../support/followed-pod.ts';
import { LineShelf } from '../support/line-shelf.ts';
import { podManifest } from '../support/pod-manifest.ts';
import { PodRecorder } from '../support/pod-recorder.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);

let directory: string;
let local: LocalCluster;
let proxy: CuttingProxy;
let direct: Cluster;
let followed: Cluster;
const recorder = new PodRecorder();

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ottoscaler-follow-'));
  local = await startLocalCluster({ directory });
  proxy = await startCuttingProxy(local.kubeconfigPath, directory);
  direct = await connectKubernetes({ kubeconfigPath: local.kubeconfigPath, namespace: 'default' });
  followed = await connectKubernetes({ kubeconfigPath: proxy.kubeconfigPath, namespace: 'default' });
  direct.pods.reflect(recorder);
});

afterAll(async () => {
  await followed.close();
  await direct.close();
  await proxy[Symbol.asyncDispose]();
  await local.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(name: string, script: string): Promise<Followed> {
  await direct.pods.create(podManifest(name, { cpu: '10m', command: ['sh', '-c', script] }));
  await recorder.untilObserved(name, ({ phase }) => phase !== 'Pending');
  return followedPod({ name, uid: recorder.current.get(name)?.uid ?? '' });
}

const hasEnded = (name: string) =>
  recorder.untilObserved(name, ({ phase }) => phase === 'Succeeded' || phase === 'Failed');

function follow(store: LineShelf, followsMax = 10): FollowPods {
  const deps = { store, clock: systemClock, random: systemRandom, log: silent };
  const pods = new FollowPods({ ...deps, pods: followed.pods, followsMax });
  onTestFinished(() => pods.stop());
  return pods;
}

describe('a followed container', { tags: ['G5', 'I9'] }, () => {
  test('has every line handed on as it was written', async () => {
    const script = String.raw`printf 'one\r\n\n\0\033[1m\n\377\303\n'; echo größe; head -c 100000 /dev/zero | tr '\0' ö; echo; printf end`;
    const store = new LineShelf();
    const pods = follow(store);
    const pod = await start('writes', script);
    pods.started(pod);
    await hasEnded('writes');
    expect(await pods.finish(pod, 10_000)).toBe('complete');
    const [one, empty, control, invalid, umlaut, long, end] = store.texts;
    expect([one, empty, control, invalid, umlaut, end]).toEqual([
      'one\r',
      '',
      '\0\u001b[1m',
      '\ufffd\ufffd',
      'größe',
      'end',
    ]);
    expect(Buffer.byteLength(long ?? '')).toBeGreaterThan(lineBytesMax - 100);
    expect(long).toMatch(/\[ottoscaler: cut here, the line is longer than 65536 bytes\]$/);
    expect(store.lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const [stream, ...others] = new Set(store.lines.map((line) => line.stream));
    expect(others).toEqual([]);
    expect(stream?.split('@')[0]).toBe(`${pod.origin.podUid}/worker`);
  });

  test('loses and repeats nothing while its connection is cut again and again', async () => {
    const store = new LineShelf();
    const pods = follow(store);
    const pod = await start(
      'cut',
      'for i in $(seq 10); do seq $((i*2000-1999)) $((i*2000)); sleep 0.2; done',
    );
    proxy.cutEvery(60);
    pods.started(pod);
    await hasEnded('cut');
    proxy.stopCutting();
    expect(await pods.finish(pod, 20_000)).toBe('complete');
    expect(store.texts).toEqual(numbers(1, 20_000));
    expect(pods.counters.reconnects).toBeGreaterThan(5);
    expect(pods.counters).toMatchObject({ lines: 20_000, gaps: 0 });
  });

  test('is gone on with by another process where the mark says', async () => {
    const store = new LineShelf();
    const pod = await start('resumed', 'seq 500; while [ ! -e go ]; do sleep 0.05; done; seq 501 1000');
    const former = follow(store);
    former.started(pod);
    await store.until((lines) => lines.length === 500);
    await former.stop();
    const latter = follow(store);
    latter.started(pod);
    await writeFile(path.join(directory, 'pods', pod.origin.podUid, 'worker', 'work', 'go'), '');
    await hasEnded('resumed');
    expect(await latter.finish(pod, 10_000)).toBe('complete');
    expect(store.texts).toEqual(numbers(1, 1000));
    expect(store.lines.map(({ seq }) => seq)).toEqual(numbers(1, 1000).map(Number));
  });

  test('that pushes its lines is read, and nothing of it handed on', async () => {
    const store = new LineShelf();
    const pods = follow(store);
    const pod = await start('pushes', `echo '${pushesMarker}'; seq 100; echo '${pushEndMarker(0)}'`);
    pods.started(pod);
    await hasEnded('pushes');
    expect(await pods.finish(pod, 10_000)).toBe('complete');
    expect(store.lines).toEqual([]);
    expect(pods.counters).toMatchObject({ lines: 0, withheld: 102 });
  });

  test('whose Pod is deleted unread has a gap in the place of what is missing', async () => {
    const store = new LineShelf();
    const pods = follow(store);
    const pod = await start('deleted', 'seq 10; sleep 1000');
    pods.started(pod);
    await store.until((lines) => lines.length === 10);
    await direct.pods.delete('deleted', pod.origin.podUid);
    await recorder.untilLost(pod.origin.podUid);
    pods.gone(pod.origin.podUid);
    await store.until(() => store.forgotten.length > 0);
    expect(store.lines[10]).toMatchObject({ seq: 1, gap: { reason: 'unreadable' } });
    expect(store.forgotten).toEqual([`${pod.origin.podUid}/worker`]);
  });

  test('stands in line while others are followed, and is read to its end all the same', async () => {
    const store = new LineShelf();
    const pods = follow(store, 1);
    const first = await start('first', 'echo first; sleep 1000');
    const second = await start('second', 'echo second');
    pods.started(first);
    pods.started(second);
    expect([pods.following, pods.waiting]).toEqual([1, 1]);
    await hasEnded('second');
    expect(await pods.finish(second, 10_000)).toBe('complete');
    expect(store.texts).toContain('second');
    expect(await pods.finish(first, 200)).toBe('incomplete');
    await store.until((lines) => lines.some(({ gap }) => gap?.reason === 'unreadable'));
  });
});
