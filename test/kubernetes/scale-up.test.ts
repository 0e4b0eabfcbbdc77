/** The main job, by the programs that people use: test-scaling against the server, on a cluster with a node. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace } from '../support/kubernetes.ts';
import { startServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { scaleUp, untilOver } from '../support/workers.ts';

const testScaling = fileURLToPath(new URL('../../src/cli/test-scaling.ts', import.meta.url));
const threeForT1 = ['-action', 'scale-up', '-workers', '3', '-task', 't1', '-watch'];

function run(server: { readonly address: string }, args: readonly string[]) {
  const child = spawn(process.execPath, [testScaling, ...args, '-server', server.address]);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then((parts) => parts.join(''));
  return { ended: Promise.all([exit, output]), [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

const podNamesIn = (output: string) => [...new Set(output.match(/otto-t1-[a-z2-7]{26}/g))].toSorted();

test(
  'three workers are created, listed by label, succeed, and are gone; the same command again creates nothing',
  { tags: ['G2', 'I7'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using server = await startServer({ NAMESPACE: namespace.name });
    await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));

    using first = run(server, threeForT1);
    const alive = await until('three Pods at once', async () => {
      const pods = await namespace.pods();
      return pods.length === 3 && pods;
    });
    const podNames = alive.map(({ metadata }) => metadata.name).toSorted();
    const [code, output] = await first.ended;
    expect(output).toContain('3 workers: 3 succeeded, 0 failed');
    expect(code).toBe(0);
    expect(podNamesIn(output)).toEqual(podNames);
    await untilOver(server, namespace, 't1');
    await audit.expectEachCreatedAndDeletedOnce(podNames);

    using second = run(server, threeForT1);
    const [secondCode, secondOutput] = await second.ended;
    expect(secondCode, secondOutput).toBe(0);
    expect(secondOutput).toContain('ALREADY_PROCESSED');
    expect(podNamesIn(secondOutput)).toEqual(podNames);

    await server.kill();
    await using next = await startServer({ NAMESPACE: namespace.name });
    const answer = await scaleUp(next, { task_id: 't1', worker_count: 3, triggered_by: 'test-scaling' });
    expect(answer.status).toBe('ALREADY_PROCESSED');
    expect(answer.worker_pod_names.toSorted()).toEqual(podNames);
    const history = await next.client.getWorkerStatus({ task_id: 't1' });
    expect(history.succeeded_count).toBe(3);
    await audit.expectEachCreatedAndDeletedOnce(podNames);
  },
);
