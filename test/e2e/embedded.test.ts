/** The server with its embedded cluster, driven by the built test-scaling. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startProgram, startServer, type Program } from '../support/program.ts';

const embedded = { OTTO_CLUSTER: 'local' };

async function testScaling(
  address: string,
  ...args: string[]
): Promise<Program & { readonly code: number | null }> {
  const program = startProgram('bin/test-scaling.js', [...args, '-server', address]);
  return { ...program, code: await program.ended };
}

const podNames = (text: string) => [...new Set(text.match(/otto-[-a-z0-9]+-[a-z2-7]{26}/g))];

test('three workers run, are seen to the end, and leave their output in the log', async () => {
  const server = await startServer(embedded);
  const scaleUp = [
    '-action',
    'scale-up',
    '-workers',
    '3',
    '-task',
    't1',
    '-command',
    'echo "I am $OTTO_WORKER_INDEX"',
  ];
  const first = await testScaling(server.address, ...scaleUp, '-watch');
  expect(first.code).toBe(0);
  expect(first.stdout()).toContain('3 workers: 3 succeeded, 0 failed');
  for (const index of [0, 1, 2]) await server.says(new RegExp(`"source":"stdout","msg":"I am ${index}"`));

  const again = await testScaling(server.address, ...scaleUp);
  expect(again.code).toBe(0);
  expect(again.stdout()).toContain('ALREADY_PROCESSED');
  expect(podNames(again.stdout())).toEqual(podNames(first.stdout()).slice(0, 3));
});

test(
  'what workers write is shown as it comes, and once more when they are gone',
  { tags: ['G5'] },
  async () => {
    const server = await startServer(embedded);
    const command = 'for i in 1 2 3; do echo "line $i of $OTTO_WORKER_INDEX"; sleep 0.2; done';
    const scaleUp = ['-action', 'scale-up', '-workers', '2', '-task', 'talks', '-command', command];
    await testScaling(server.address, ...scaleUp);
    const read = ['-action', 'logs', '-task', 'talks'];
    const expected = [0, 1].flatMap((index) => [1, 2, 3].map((n) => `line ${n} of ${index}`));
    const textOf = (output: string) => output.match(/line \d of \d/g);
    const followed = await testScaling(server.address, ...read, '-follow');
    expect(followed.code).toBe(0);
    expect(textOf(followed.stdout())?.toSorted()).toEqual(expected.toSorted());
    for (const index of [0, 1])
      expect(textOf(followed.stdout())?.filter((line) => line.endsWith(String(index)))).toEqual(
        expected.filter((line) => line.endsWith(String(index))),
      );
    const again = await testScaling(server.address, ...read, '-tail', '1');
    expect(again.code).toBe(0);
    expect(textOf(again.stdout())?.toSorted()).toEqual(['line 3 of 0', 'line 3 of 1']);
  },
);

test('a worker that fails ends the watch with exit code 1 and says why', async () => {
  const server = await startServer(embedded);
  const failing = ['-action', 'scale-up', '-task', 'bad', '-command', 'exit 7', '-watch'];
  const exit = await testScaling(server.address, ...failing);
  expect(exit.code).toBe(1);
  expect(exit.stdout()).toContain('exit-code: container worker exited with 7');

  const missing = ['-action', 'scale-up', '-task', 'no-image', '-image', 'example.invalid/none:1', '-watch'];
  const image = await testScaling(server.address, ...missing);
  expect(image.code).toBe(1);
  expect(image.stdout()).toContain('image-pull: ');
});

test('scale-down ends the youngest and names them', async () => {
  const server = await startServer(embedded);
  const up = await testScaling(
    server.address,
    '-action',
    'scale-up',
    '-workers',
    '5',
    '-task',
    's',
    '-command',
    'exec sleep 600',
  );
  const names = podNames(up.stdout());
  expect(names).toHaveLength(5);
  const down = await testScaling(server.address, '-action', 'scale-down', '-workers', '1', '-task', 's');
  expect(down.code).toBe(0);
  expect(podNames(down.stdout())).toHaveLength(4);
  const status = await testScaling(server.address, '-action', 'status', '-task', 's', '-json');
  expect(status.stdout().match(/deleted: scaled down to 1/g)).toHaveLength(4);
});

test('SIGTERM ends the server, its embedded cluster and every process in it', async () => {
  const server = await startServer(embedded);
  const up = await testScaling(
    server.address,
    '-action',
    'scale-up',
    '-task',
    'long',
    '-command',
    'echo $$; exec sleep 601',
  );
  expect(up.code).toBe(0);
  const [, kubeconfig = ''] = await server.says(/"kubeconfig":"([^"]+)"/);
  expect(existsSync(kubeconfig)).toBe(true);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(existsSync(path.dirname(kubeconfig))).toBe(false);
  const refused = await testScaling(server.address, '-action', 'status', '-timeout', '2s');
  expect(refused.code).toBe(1);
  expect(refused.stderr()).toContain(server.address);
});

test('local-cluster alone prints a kubeconfig, serves it, and ends with Ctrl-C', async () => {
  const alone = startProgram('bin/ottoscaler.js', ['local-cluster', '--directory', '.tmp/e2e-local-cluster']);
  const [, kubeconfig = ''] = await alone.says(/export KUBECONFIG=(\S+)/);
  const server = await startServer({ KUBECONFIG: kubeconfig });
  const up = await testScaling(server.address, '-action', 'scale-up', '-task', 't', '-watch');
  expect(up.code).toBe(0);
  alone.child.kill('SIGINT');
  expect(await alone.ended).toBe(0);
});
