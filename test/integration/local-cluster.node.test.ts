import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isEnded, podsUrl, scriptPod, startTestCluster, type TestCluster } from './local-cluster.client.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster({ images: ['registry.example.com/agent:v1'] });
});
afterAll(() => cluster.close());

const create = async (pod: object): Promise<void> => {
  const answer = await cluster.call('POST', podsUrl, pod);
  expect(answer).toMatchObject({ code: 201 });
};
const log = async (name: string, query = ''): Promise<string> =>
  (await cluster.call('GET', `${podsUrl}/${name}/log?${query}`)).text;
// oxlint-disable-next-line typescript/no-explicit-any -- JSON of a Pod
const waitingReason = (pod: any): string | undefined =>
  pod?.status.containerStatuses?.[0].state.waiting?.reason;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has reaped yet is a zombie, and runs no more.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Polls what has no event to wait for: processes that are not our children. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(20);
}

describe('a container', () => {
  test('runs to its end and leaves its exit code and output', async () => {
    await create(scriptPod('ends', 'echo out; echo err >&2; exit 7'));
    const pod = await cluster.pod('ends', isEnded);
    expect(pod.status).toMatchObject({ phase: 'Failed', podIP: '127.0.0.1' });
    expect(pod.status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 7, reason: 'Error' });
    expect((await log('ends')).split('\n').toSorted()).toEqual(['', 'err', 'out']);
  });

  test('goes through Pending, Running and Succeeded in this order', async () => {
    const watch = cluster.stream(`${podsUrl}?watch=true&fieldSelector=metadata.name%3Dphases`);
    await create(scriptPod('phases', 'true'));
    await watch.find((line) => line.includes('"phase":"Succeeded"'));
    watch.close();
    const phases: string[] = watch.lines.map((line) => JSON.parse(line).object.status.phase);
    expect([...new Set(phases)]).toEqual(['Pending', 'Running', 'Succeeded']);
    expect(phases).toEqual(phases.toSorted());
  });

  test('of the image node runs the Node of this process, wherever that is installed', async () => {
    await create(scriptPod('node-image', 'node -p process.execPath', {}, { image: 'node:22' }));
    expect((await cluster.pod('node-image', isEnded)).status.phase).toBe('Succeeded');
    expect((await log('node-image')).trim()).toBe(realpathSync(process.execPath));
  });

  test('sees the environment of its Pod and an image, and nothing of the host', async () => {
    process.env['SECRET_OF_THE_HOST'] = 'canary';
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)-$$(A)-$(NONE)' },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ];
    await create(scriptPod('env', 'env; echo "$0 $1"', {}, { env, args: ['zero', '$(B)'] }));
    await cluster.pod('env', isEnded);
    delete process.env['SECRET_OF_THE_HOST'];
    const lines = (await log('env')).trim().split('\n');
    const names = lines.slice(0, -1).map((line) => line.split('=')[0] ?? '');
    expect(names.toSorted()).toEqual(['A', 'B', 'HOME', 'HOSTNAME', 'NODE_NAME', 'PATH', 'PWD']);
    expect(lines).toContain('B=1-$(A)-$(NONE)');
    expect(lines).toContain('NODE_NAME=local');
    expect(lines.at(-1)).toBe('zero 1-$(A)-$(NONE)');
  });

  test('whose command is not there ends as a StartError', async () => {
    await create(scriptPod('nocommand', '', {}, { command: ['no-such-command'] }));
    const { status } = await cluster.pod('nocommand', isEnded);
    expect(status.containerStatuses[0].state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
    });
    expect(status.containerStatuses[0].state.terminated.message).toContain(
      'executable file not found in $PATH',
    );
  });

  test('of an unknown image waits with ImagePullBackOff, of a malformed one with InvalidImageName', async () => {
    await create(scriptPod('noimage', 'true', {}, { image: 'no.such/image:1' }));
    await create(scriptPod('badimage', 'true', {}, { image: 'Bad Image' }));
    await cluster.pod('noimage', (pod) => waitingReason(pod) === 'ErrImagePull');
    await cluster.pod('noimage', (pod) => waitingReason(pod) === 'ImagePullBackOff');
    await cluster.pod('badimage', (pod) => waitingReason(pod) === 'InvalidImageName');
    const answer = await cluster.call('GET', `${podsUrl}/noimage/log`);
    expect(answer).toMatchObject({ code: 400 });
    expect(answer.json.message).toBe(
      'container "main" in pod "noimage" is waiting to start: trying and failing to pull image',
    );
  });

  test('of a configured image runs', async () => {
    await create(scriptPod('agent', 'true', {}, { image: 'registry.example.com/agent:v2' }));
    expect((await cluster.pod('agent', isEnded)).status.phase).toBe('Succeeded');
  });

  test('that fails is started again under OnFailure until it succeeds', async () => {
    await create(
      scriptPod('again', 'test -e done && exit 0; touch done; exit 1', { restartPolicy: 'OnFailure' }),
    );
    const { status } = await cluster.pod('again', isEnded);
    expect(status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ restartCount: 1, lastState: { terminated: { exitCode: 1 } } }],
    });
  });

  test('that ends at once under Always comes to CrashLoopBackOff, and its previous log can be read', async () => {
    await create(scriptPod('loop', 'echo run', { restartPolicy: 'Always' }));
    const pod = await cluster.pod('loop', (item) => waitingReason(item) === 'CrashLoopBackOff');
    expect(pod.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] });
    expect(await log('loop', 'previous=true')).toBe('run\n');
  });
});

/** A container that prints the time in nanoseconds. */
const clock = (name: string): object => ({ name, image: 'busybox', command: ['sh', '-c', 'date +%s%N'] });

describe('a Pod', () => {
  test('runs its init containers one after the other before its own', async () => {
    await create(
      scriptPod('init', 'date +%s%N', { initContainers: ['one', 'two'].map((name) => clock(name)) }),
    );
    expect((await cluster.pod('init', isEnded)).status.phase).toBe('Succeeded');
    const times = await Promise.all(['one', 'two', 'main'].map((name) => log('init', `container=${name}`)));
    // The texts have equal width, so their order is the order of the times.
    expect(times).toEqual(times.toSorted());
    expect(new Set(times).size).toBe(3);
  });

  test('fails when an init container fails, and its own containers never run', async () => {
    const bad = { name: 'bad', image: 'busybox', command: ['false'] };
    await create(scriptPod('badinit', 'true', { initContainers: [bad] }));
    const { status } = await cluster.pod('badinit', isEnded);
    expect(status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    });
  });

  test('that is active beyond its deadline fails with DeadlineExceeded', async () => {
    await create(scriptPod('late', 'sleep 1000', { activeDeadlineSeconds: 1 }));
    const { status } = await cluster.pod('late', isEnded);
    expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(status.containerStatuses[0].state.terminated.exitCode).toBe(143);
  });

  test('that is deleted ends its processes by SIGTERM, then is gone with its files', async () => {
    await create(
      scriptPod('stops', 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done'),
    );
    const follow = cluster.stream(`${podsUrl}/stops/log?follow=true`);
    await follow.find((line) => line === 'ready');
    const { uid } = (await cluster.call('GET', `${podsUrl}/stops`)).json.metadata;
    const files = path.join(cluster.directory, 'pods', String(uid));
    expect(existsSync(files)).toBe(true);
    const gone = cluster.pod('stops', (pod) => pod === undefined);
    expect((await cluster.call('DELETE', `${podsUrl}/stops`)).json.metadata.deletionGracePeriodSeconds).toBe(
      30,
    );
    await follow.find((line) => line === 'bye');
    await gone;
    await until(() => !existsSync(files));
  });

  test('that ignores SIGTERM is killed after its grace, with everything that it started', async () => {
    await create(
      scriptPod('stubborn', 'trap "" TERM; sleep 1000 & echo $!; wait; sleep 1000', {
        terminationGracePeriodSeconds: 1,
      }),
    );
    const follow = cluster.stream(`${podsUrl}/stubborn/log?follow=true`);
    const pid = Number(await follow.find((line) => /^\d+$/.test(line)));
    expect(isAlive(pid)).toBe(true);
    const watch = cluster.stream(`${podsUrl}?watch=true&fieldSelector=metadata.name%3Dstubborn`);
    await cluster.call('DELETE', `${podsUrl}/stubborn`);
    const killed = await watch.find((line) => line.includes('"exitCode":137'));
    expect(JSON.parse(killed).object.status.phase).toBe('Failed');
    await watch.find((line) => line.includes('"type":"DELETED"'));
    watch.close();
    await until(() => !isAlive(pid));
  });

  test('that does not fit is Unschedulable, and is scheduled when there is room', async () => {
    const small = await startTestCluster({ cpuMillis: 1000 });
    try {
      const big = { resources: { requests: { cpu: '800m' } } };
      await small.call(
        'POST',
        podsUrl,
        scriptPod('first', 'sleep 1000', { terminationGracePeriodSeconds: 0 }, big),
      );
      await small.pod('first', (pod) => pod?.status.phase === 'Running');
      await small.call('POST', podsUrl, scriptPod('second', 'true', {}, big));
      const pod = await small.pod('second', (item) => item?.status.conditions !== undefined);
      expect(pod.status.conditions).toMatchObject([
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Insufficient cpu.',
        },
      ]);
      await small.call('DELETE', `${podsUrl}/first`);
      expect((await small.pod('second', isEnded)).status.phase).toBe('Succeeded');
    } finally {
      await small.close();
    }
  });
});

describe('a log', () => {
  test('is followed from its beginning to the end of the container, across rotation, without a lost byte', async () => {
    // 24 MB is more than two files and less than all that are kept.
    const lines = 400_000;
    await create(
      scriptPod(
        'rotates',
        `echo begin; i=0; while [ ! -e go ]; do sleep 0.02; done; seq -f "line %09.0f ${'x'.repeat(20)}" ${lines}`,
      ),
    );
    const { uid } = (await cluster.pod('rotates', (pod) => pod?.status.phase === 'Running')).metadata;
    const follow = cluster.stream(`${podsUrl}/rotates/log?follow=true`);
    await follow.find((line) => line === 'begin');
    const directory = path.join(cluster.directory, 'pods', String(uid), 'main');
    writeFileSync(path.join(directory, 'work', 'go'), '');
    await follow.ended;
    expect(readdirSync(directory).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(2);
    expect(follow.lines.length).toBe(lines + 1);
    const wrong = follow.lines.slice(1).findIndex((line, index) => Number(line.slice(5, 14)) !== index + 1);
    expect(wrong).toBe(-1);
    expect(await log('rotates', 'tailLines=2')).toBe(
      follow.lines
        .slice(-2)
        .map((line) => `${line}\n`)
        .join(''),
    );
  });

  test('can be cut by time, lines and bytes, and stamped', async () => {
    await create(scriptPod('cuts', 'echo one; sleep 1.2; echo two; printf "no newline"'));
    await cluster.pod('cuts', isEnded);
    expect(await log('cuts', 'tailLines=2')).toBe('two\nno newline\n');
    expect(await log('cuts', 'tailLines=0')).toBe('');
    expect(await log('cuts', 'tailLines=99')).toBe('one\ntwo\nno newline\n');
    expect(await log('cuts', 'limitBytes=5')).toBe('one\nt');
    const stamped = (await log('cuts', 'timestamps=true')).trim().split('\n');
    expect(stamped[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z two$/);
    const since = encodeURIComponent((stamped[1] ?? '').slice(0, 30));
    // Cut to whole seconds and inclusive: the line itself is always there, the one a second before is not.
    expect(await log('cuts', `sinceTime=${since}`)).toBe('two\nno newline\n');
  });

  test('of a long line comes back whole', async () => {
    await create(scriptPod('long', `head -c 100000 /dev/zero | tr '\\0' x; echo; echo end`));
    await cluster.pod('long', isEnded);
    expect(await log('long')).toBe(`${'x'.repeat(100_000)}\nend\n`);
  });

  test.each([
    ['container=zz', 400, 'container zz is not valid for pod ends'],
    ['previous=true', 400, 'previous terminated container "main" in pod "ends" not found'],
    [
      'tailLines=-1',
      422,
      'PodLogOptions "ends" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'sinceSeconds=0',
      422,
      'PodLogOptions "ends" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0',
    ],
  ])('asked for with %s answers as kube-apiserver does', async (query, code, message) => {
    const answer = await cluster.call('GET', `${podsUrl}/ends/log?${query}`);
    expect([answer.code, answer.json.message]).toEqual([code, message]);
  });
});

test('Events tell the story of a Pod', async () => {
  const url = '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dends';
  const reasons = (await cluster.call('GET', url)).json.items.map(
    (event: { reason: string }) => event.reason,
  );
  expect(reasons).toEqual(['Scheduled', 'Pulled', 'Created', 'Started']);
});

describe('the end', () => {
  // `$$$$` is Kubernetes' way to write the shell's `$$`.
  const printer = 'trap "" TERM; sleep 1000 & echo $!; echo $$$$; wait; sleep 1000';

  test('of the cluster ends every process', async () => {
    const own = await startTestCluster();
    await own.call('POST', podsUrl, scriptPod('p', printer));
    const follow = own.stream(`${podsUrl}/p/log?follow=true`);
    await follow.find(() => follow.lines.length >= 2);
    const pids = follow.lines.map(Number);
    expect(pids.map((pid) => isAlive(pid))).toEqual([true, true]);
    await own.close();
    expect(pids.map((pid) => isAlive(pid))).toEqual([false, false]);
  });

  test('by kill -9 of the hosting process leaves no process behind', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'local-cluster-killed-'));
    const program = fileURLToPath(import.meta.resolve('./local-cluster.host.ts'));
    const host = spawn(process.execPath, [program, directory, printer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [chunk] = await once(host.stdout, 'data');
      const pids: number[] = JSON.parse(String(chunk));
      expect(pids.map((pid) => isAlive(pid))).toEqual([true, true]);
      host.kill('SIGKILL');
      await once(host, 'exit');
      await until(() => pids.every((pid) => !isAlive(pid)));
    } finally {
      host.kill('SIGKILL');
    }
    rmSync(directory, { recursive: true, force: true });
  });
});
