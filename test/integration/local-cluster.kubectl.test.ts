import { execFile, execFileSync, spawn } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { until } from '../support/until.ts';
import { startTestCluster, type TestCluster } from './local-cluster.client.ts';

const hasKubectl = ((): boolean => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(
      'NOT TESTED: there is no kubectl on PATH, so nothing here says that it works with the local cluster',
    );
    return false;
  }
})();

const run = promisify(execFile);
let cluster: TestCluster;
let kubectl: (...args: string[]) => Promise<string>;

beforeAll(async () => {
  if (!hasKubectl) return;
  cluster = await startTestCluster();
  kubectl = async (...args) =>
    (await run('kubectl', ['--kubeconfig', cluster.kubeconfigPath, ...args])).stdout;
});
afterAll(() => cluster?.close());

/** kubectl in the background: what it has printed, and its end. */
function watching(...args: string[]): {
  found(text: string): Promise<void>;
  stop(): void;
  readonly ended: Promise<void>;
} {
  const child = spawn('kubectl', ['--kubeconfig', cluster.kubeconfigPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('close', () => resolve());
  const found = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (!output.includes(text)) return;
        child.stdout.off('data', look);
        done();
      };
      child.stdout.on('data', look);
      child.on('close', () =>
        output.includes(text) ? done() : fail(new Error(`kubectl ended after:\n${output}`)),
      );
      look();
    });
  return { found, stop: () => void child.kill(), ended };
}

test('kubectl runs, watches, follows, describes, selects and deletes a Pod', async () => {
  if (!hasKubectl) return;
  const watch = watching('get', 'pods', '-w');
  const script = 'trap "echo bye; exit 0" TERM; echo hello; while :; do sleep 0.05; done';
  await kubectl(
    'run',
    'one',
    '--image=busybox',
    '--labels=app=x',
    '--restart=Never',
    '--',
    'sh',
    '-c',
    script,
  );
  await watch.found('Running');
  const logs = watching('logs', '-f', 'one');
  await logs.found('hello');
  const describe = await kubectl('describe', 'pod', 'one');
  for (const text of [
    'Node:             local/127.0.0.1',
    'Successfully assigned default/one to local',
    'Started container one',
  ])
    expect(describe).toContain(text);
  expect(await kubectl('get', 'pods', '-l', 'app=x', '-o', 'name')).toBe('pod/one\n');
  expect(await kubectl('get', 'pods', '-l', 'app=y', '-o', 'name')).toBe('');
  expect(await kubectl('get', 'pods', '-o', 'wide')).toMatch(/NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/);
  expect(await kubectl('delete', 'pod', 'one')).toContain('deleted');
  await logs.found('bye');
  await logs.ended;
  await watch.found('Terminating');
  watch.stop();
  expect(await kubectl('get', 'pods', '-o', 'name')).toBe('');
});

const apply = async (manifest: object): Promise<string> => {
  const running = run('kubectl', ['--kubeconfig', cluster.kubeconfigPath, 'apply', '-f', '-']);
  running.child.stdin?.end(JSON.stringify(manifest));
  return (await running).stdout;
};

const manifest = (image: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'two' },
  spec: { containers: [{ name: 'main', image }], restartPolicy: 'Never' },
});

test('kubectl applies a manifest twice, labels it, and is told what is wrong with another', async () => {
  if (!hasKubectl) return;
  expect(await apply(manifest('no.such/image:1'))).toBe('pod/two created\n');
  expect(await apply(manifest('no.such/image:1'))).toBe('pod/two unchanged\n');
  await expect(apply({ ...manifest(''), metadata: { name: 'three' } })).rejects.toThrow(
    /spec.containers\[0\].image: Required value/,
  );
  await kubectl('label', 'pod', 'two', 'tier=a');
  expect(await kubectl('get', 'pods', '-l', 'tier=a', '-o', 'name')).toBe('pod/two\n');
  await kubectl('delete', 'pod', 'two');
});

test('kubectl shows who holds a lease', async () => {
  if (!hasKubectl) return;
  const spec = { holderIdentity: 'ottoscaler-0', leaseDurationSeconds: 6, leaseTransitions: 3 };
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'ottoscaler' },
    spec,
  };
  expect(await apply(lease)).toBe('lease.coordination.k8s.io/ottoscaler created\n');
  expect(await kubectl('get', 'leases')).toMatch(/^NAME +HOLDER +AGE\nottoscaler +ottoscaler-0 +/);
  expect(await kubectl('get', 'lease', 'ottoscaler', '-o', 'jsonpath={.spec.leaseTransitions}')).toBe('3');
});

test('kubectl top shows what a Pod uses', async () => {
  if (!hasKubectl || process.platform !== 'linux') return;
  await kubectl('run', 'used', '--image=busybox', '--restart=Never', '--', 'sleep', '600');
  const row = await until('its figures', async () => {
    // kubectl says so on stderr, and fails where it looks for one Pod, while there are no figures.
    const rows = await kubectl('top', 'pods').catch(() => '');
    return /^used +\d+m +\d+Mi/m.exec(rows);
  });
  expect(row[0]).toMatch(/^used/);
  await kubectl('delete', 'pod', 'used', '--grace-period=1');
});
