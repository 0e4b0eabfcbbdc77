/** Whole runs on a real node: by the program that people use, and what becomes of one whose client goes away. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace } from '../support/kubernetes.ts';
import {
  chain,
  expectWhole,
  follow,
  placeOf,
  podNamesIn,
  read,
  recordPods,
  replay,
  shell,
  stagesIn,
} from '../support/pipeline-runs.ts';
import { startServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { failureOf, image } from '../support/workers.ts';

const testPipeline = fileURLToPath(new URL('../../src/cli/test-pipeline.ts', import.meta.url));

function run(server: { readonly address: string }, args: readonly string[]) {
  const child = spawn(process.execPath, [testPipeline, ...args, '-server', server.address]);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then((parts) => parts.join(''));
  return { ended: Promise.all([exit, output]), [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

test.concurrent(
  'the full sample completes, and every attempt had its own Pod, created once and deleted once',
  { tags: ['I1', 'I6'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using recorded = recordPods(namespace);
    await using server = await startServer({ NAMESPACE: namespace.name, OTTO_AGENT_IMAGE: image });
    await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));

    using program = run(server, ['-type', 'full', '-id', 'full', '-timeout', '4m']);
    const [code, output] = await program.ended;
    expect(code, output).toBe(0);

    const events = await replay(server, 'full');
    expectWhole(events, 'STAGE_COMPLETED');
    expect(stagesIn(events)).toEqual({
      build: 'completed',
      'unit-tests': 'completed',
      compatibility: 'completed',
      'flaky-tests': 'completed',
      style: 'failed',
      deploy: 'completed',
      rollback: 'skipped',
      cleanup: 'completed',
    });
    await namespace.untilNoPods();
    // One of build, style, deploy and cleanup each, three shards, four combinations, and two tries of one.
    expect(recorded.pods.map(placeOf).toSorted()).toEqual(
      [
        ...['build', 'style', 'deploy', 'cleanup'].map((stage) => `full/${stage}/0/1`),
        ...[0, 1, 2].map((index) => `full/unit-tests/${index}/1`),
        ...[0, 1, 2, 3].map((index) => `full/compatibility/${index}/1`),
        ...[1, 2].map((attempt) => `full/flaky-tests/0/${attempt}`),
      ].toSorted(),
    );
    const podNames = recorded.pods.map(({ metadata }) => metadata.name);
    expect(podNamesIn(events)).toEqual(podNames.toSorted());
    await audit.expectEachCreatedAndDeletedOnce(podNames);

    using again = run(server, ['-attach', '-id', 'full']);
    const [againCode, againOutput] = await again.ended;
    expect(againCode, againOutput).toBe(0);
    await audit.expectEachCreatedAndDeletedOnce(podNames);
  },
);

test.concurrent(
  'a client that goes away cancels nothing; those who come later see every event, from the first or from any on',
  { tags: ['G7', 'G8', 'F58'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using server = await startServer({ NAMESPACE: namespace.name });
    await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
    const request = {
      pipeline_id: 'left alone',
      stages: chain([shell('one', 'sleep 1'), shell('two', 'sleep 2'), shell('three', 'true')]),
    };

    const first = follow(server, request);
    await first.seen('the second stage', (e) => e.stage_id === 'two' && e.status === 'STAGE_RUNNING');
    first.disconnect();
    const before = [...(await first.ended)];
    // The second one comes in the middle, by the same request; the third one when all is over.
    const second = await follow(server, request).ended;
    expectWhole(second, 'STAGE_COMPLETED');
    expect(second.slice(0, before.length)).toEqual(before);
    expect(stagesIn(second)).toEqual({ one: 'completed', two: 'completed', three: 'completed' });
    expect(await replay(server, request.pipeline_id)).toEqual(second);

    for (const after_sequence of [1, before.length, second.length - 1, second.length]) {
      const rest = second.slice(after_sequence);
      expect(await read(server.client.executePipeline({ ...request, after_sequence }))).toEqual(rest);
      const { pipeline_id } = request;
      expect(await read(server.client.watchPipeline({ pipeline_id, after_sequence }))).toEqual(rest);
    }
    await namespace.untilNoPods();
    await audit.expectEachCreatedAndDeletedOnce(podNamesIn(second));

    const other = { ...request, stages: [shell('one', 'sleep 3')] };
    const refusal = await failureOf(read(server.client.executePipeline(other)));
    expect(refusal.code).toBe('ALREADY_EXISTS');

    // And also when the process that ran it is no more.
    await server.kill();
    await using next = await startServer({ NAMESPACE: namespace.name });
    expect(await replay(next, request.pipeline_id)).toEqual(second);
  },
);
