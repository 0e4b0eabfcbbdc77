/**
 * Two servers on one namespace of a real cluster. One leads; it is killed, told to end, or stopped for longer than
 * its lease, while scale-ups and runs are under way. The other goes on: nothing is done twice, nothing is lost.
 */
import { expect, test } from 'vitest';
import { startApiProxy, type Write } from '../support/api-proxy.ts';
import { auditOf } from '../support/audit-log.ts';
import { watchHealth } from '../support/health.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import {
  chain,
  expectWhole,
  follow,
  ifLost,
  podNamesIn,
  read,
  replay,
  shell,
  type Progress,
  type RunRequest,
} from '../support/pipeline-runs.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { failureOf, scaleUp, scaleUpRequest, untilOver } from '../support/workers.ts';

const workers = 30;
const servesWithinMs = 10_000;
const request = scaleUpRequest('thirty', workers, 'sleep 3; echo done');

const runs: readonly RunRequest[] = ['one', 'two', 'three'].map((pipeline_id) => ({
  pipeline_id,
  stages: chain([
    shell('build', 'sleep 4', { worker_count: 2 }),
    shell('test', 'sleep 2'),
    shell('deploy', 'true'),
  ]),
}));

interface Pair {
  readonly leader: ServerProcess;
  readonly standby: ServerProcess;
}

const says = (server: ServerProcess, words: string) =>
  until(`"${words}"`, () => server.lines.some(({ msg }) => msg === words));

/** @param kubeconfigs by identity, where a test stands between a server and the API server */
async function startPair(
  namespace: Namespace,
  stack: AsyncDisposableStack,
  kubeconfigs: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const start = async (identity: string, until_: string) => {
    const server = await startServer({
      NAMESPACE: namespace.name,
      OTTO_IDENTITY: identity,
      // Others use the same node.
      WORKER_CPU_REQUEST: '5m',
      WORKER_MEMORY_REQUEST: '8Mi',
      ...(kubeconfigs[identity] ? { KUBECONFIG: kubeconfigs[identity] } : {}),
    });
    stack.use(server);
    await says(server, until_);
    return server;
  };
  const leader = await start('first', 'watching Pods');
  return { leader, standby: await start('second', 'standing by') };
}

/** Sends everything, and resolves in the middle of it: some of the thirty Pods are there, all runs are accepted. */
async function underLoad(namespace: Namespace, { leader }: Pair) {
  const followed = runs.map((run) => {
    const events: Progress[] = [];
    const ended = read(leader.client.executePipeline(run), events).catch(ifLost);
    return { events, ended };
  });
  await until('a Pod of every run', () => followed.every(({ events }) => podNamesIn(events).length > 0));
  const answer = leader.client.scaleUp(request).catch(ifLost);
  await until('some of the Pods', async () => (await scaledUp(namespace)) > workers / 3);
  return { followed, answer };
}

async function scaledUp(namespace: Namespace): Promise<number> {
  const pods = await namespace.pods();
  return pods.filter(({ metadata }) => metadata.annotations?.['ottoscaler.io/task-id'] === 'thirty').length;
}

/** @returns milliseconds from now until the server answers */
async function msUntilServing(server: ServerProcess): Promise<number> {
  const sinceMs = performance.now();
  await until('an answer', () => server.client.getWorkerStatus({ task_id: 'thirty' }).catch(ifLost));
  return performance.now() - sinceMs;
}

/** All that was asked for is done once, as the audit log of the API server has it. */
async function expectAllOnce(
  namespace: Namespace,
  server: ServerProcess,
  audit: Awaited<ReturnType<typeof auditOf>>,
  seen: ReadonlyArray<{ readonly events: readonly Progress[] }>,
): Promise<void> {
  const answer = await scaleUp(server, request);
  expect(answer.worker_pod_names).toHaveLength(workers);
  const lists = await Promise.all(runs.map((run) => follow(server, run).ended));
  for (const [index, list] of lists.entries()) {
    expectWhole(list, 'STAGE_COMPLETED');
    // Whatever the former leader had told stays true.
    const before = seen[index]?.events ?? [];
    expect(list.slice(0, before.length)).toEqual(before);
    expect(await replay(server, runs[index]?.pipeline_id ?? '')).toEqual(list);
  }
  const status = await untilOver(server, namespace, 'thirty');
  expect(status).toMatchObject({ total_count: workers, succeeded_count: workers });
  await audit.expectEachCreatedAndDeletedOnce([...answer.worker_pod_names, ...lists.flatMap(podNamesIn)]);
}

test('who stands by listens, is not ready, and says who leads', async () => {
  await using namespace = await openNamespace();
  await using stack = new AsyncDisposableStack();
  const { standby } = await startPair(namespace, stack);
  using health = watchHealth(standby.address);
  await until('its health', () => health.statuses.length > 0);
  expect(health.statuses).toEqual(['NOT_SERVING']);
  const { client } = standby;
  for (const call of [
    client.scaleUp(request),
    client.scaleDown({ task_id: 'thirty', worker_count: 0 }),
    client.getWorkerStatus({}),
    client.listPipelines({}),
    client.getPipeline({ pipeline_id: 'one' }),
    read(client.watchPipeline({ pipeline_id: 'one' })),
    read(client.executePipeline(runs[0] ?? {})),
  ]) {
    const { code, message } = await failureOf(call);
    expect(code).toBe('UNAVAILABLE');
    expect(message).toContain('this Ottoscaler stands by; first leads');
  }
});

test(
  'kill -9 of the leader under load: the other serves within ten seconds, and all is done once',
  { tags: ['G1', 'G10', 'F44', 'I1'] },
  async () => {
    await using namespace = await openNamespace();
    await using stack = new AsyncDisposableStack();
    const audit = await auditOf(namespace.name);
    const pair = await startPair(namespace, stack);
    const { followed, answer } = await underLoad(namespace, pair);
    pair.leader.signal('SIGKILL');
    const ms = await msUntilServing(pair.standby);
    console.log(`the standby served ${Math.round(ms)} ms after kill -9 of the leader`);
    expect(ms).toBeLessThan(servesWithinMs);
    await Promise.all([answer, ...followed.map(({ ended }) => ended)]);
    await expectAllOnce(namespace, pair.standby, audit, followed);
  },
);

test(
  'SIGTERM of the leader under load: it hands over at once and ends with 0',
  { tags: ['G11', 'F44'] },
  async () => {
    await using namespace = await openNamespace();
    await using stack = new AsyncDisposableStack();
    const audit = await auditOf(namespace.name);
    const pair = await startPair(namespace, stack);
    const { followed, answer } = await underLoad(namespace, pair);
    pair.leader.signal('SIGTERM');
    const ms = await msUntilServing(pair.standby);
    console.log(`the standby served ${Math.round(ms)} ms after SIGTERM of the leader`);
    expect(await pair.leader.exit).toEqual({ code: 0, signal: null });
    expect(pair.leader.lines.some(({ msg }) => msg === 'the lease was given back')).toBe(true);
    await Promise.all([answer, ...followed.map(({ ended }) => ended)]);
    await expectAllOnce(namespace, pair.standby, audit, followed);
  },
);

/** It is stopped when all creates of the scale-up are applied and none is answered: the answers wait in its sockets. */
test(
  'a leader that was stopped for longer than its lease ends with 1, and writes nothing more',
  { tags: ['G10', 'F43'] },
  async () => {
    await using namespace = await openNamespace();
    await using stack = new AsyncDisposableStack();
    const audit = await auditOf(namespace.name);
    const proxy = stack.use(await startApiProxy());
    const pair = await startPair(namespace, stack, { first: proxy.kubeconfigPath });
    const stopped = Promise.withResolvers<void>();
    proxy.interception = {
      async after({ method, resource, body }) {
        const isOfScaleUp = body.includes('"ottoscaler.io/task-id":"thirty"');
        if (method === 'POST' && resource === 'pods' && isOfScaleUp) await stopped.promise;
        return 'forward';
      },
    };
    const { followed, answer } = await underLoad(namespace, pair);
    await until('all the Pods', async () => (await scaledUp(namespace)) === workers);
    pair.leader.signal('SIGSTOP');
    stopped.resolve();
    const ms = await msUntilServing(pair.standby);
    console.log(`the standby served ${Math.round(ms)} ms after SIGSTOP of the leader`);
    expect(ms).toBeLessThan(servesWithinMs);

    const sent: Write[] = [];
    proxy.interception = {
      before: (write) => {
        sent.push(write);
        return Promise.resolve('forward');
      },
    };
    pair.leader.signal('SIGCONT');
    expect(await pair.leader.exit).toEqual({ code: 1, signal: null });
    expect(sent).toEqual([]);
    const lost = pair.leader.lines.find(({ msg }) => msg === 'the lease was lost');
    expect(lost?.['reason']).toMatch(/stood still|could not be renewed|after its time|holds the lease now/);
    await Promise.all([answer, ...followed.map(({ ended }) => ended)]);
    await expectAllOnce(namespace, pair.standby, audit, followed);
  },
);
