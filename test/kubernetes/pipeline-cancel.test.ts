/** Cancels at the moments that could tear a run (fault 60): one terminal state, and not one Pod left (G12). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OttoscalerClientError } from '../../src/rpc/client.ts';
import { startApiProxy, type ApiProxy, type Interception, type Write } from '../support/api-proxy.ts';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import {
  expectWhole,
  follow,
  isFinal,
  placeOf,
  podsOf,
  recordPods,
  replay,
  service,
  shell,
  stagesIn,
  type Progress,
  type RunRequest,
} from '../support/pipeline-runs.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

let namespace: Namespace;
let proxy: ApiProxy;
let server: ServerProcess;
let audit: Awaited<ReturnType<typeof auditOf>>;
let recorded: ReturnType<typeof recordPods>;
/** By pipeline_id: what is done at the writes of that run. Deletes do not say whose they are. */
const interceptions = new Map<string, Interception>();

beforeAll(async () => {
  namespace = await openNamespace();
  audit = await auditOf(namespace.name);
  recorded = recordPods(namespace);
  proxy = await startApiProxy();
  proxy.interception = {
    before: async (write) => (await interceptionOf(write)?.before?.(write)) ?? 'forward',
  };
  server = await startServer({ NAMESPACE: namespace.name, KUBECONFIG: proxy.kubeconfigPath });
  await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await recorded[Symbol.asyncDispose]();
  await namespace[Symbol.asyncDispose]();
});

function interceptionOf({ body }: Write): Interception | undefined {
  for (const [id, interception] of interceptions) {
    const marks = [`"ottoscaler.io/pipeline-id":"${id}"`, String.raw`\"pipelineId\":\"${id}\"`];
    if (marks.some((mark) => body.includes(mark))) return interception;
  }
  return undefined;
}

const isCreate = ({ method, resource }: Write) => method === 'POST' && resource === 'pods';
const isState = ({ method, resource }: Write) => method === 'PUT' && resource === 'configmaps';

/** A write of the run's state that holds the end of this stage. */
function recordsEndOf(stage: number, { body }: Write): boolean {
  const { data } = JSON.parse(body) as { data: { state: string } };
  const { progress } = JSON.parse(data.state) as { progress: ReadonlyArray<{ s: number; is?: number }> };
  const completed = 2;
  return progress.some(({ s, is }) => s === stage && is === completed);
}

const neverInTime = { max_attempts: 3, retry_delay_seconds: 600 };

function six(id: string, left = shell('left', 'sleep 1')): RunRequest {
  return {
    pipeline_id: id,
    stages: [
      shell('first', 'true'),
      { ...left, depends_on: ['first'] },
      shell('right', 'true', { depends_on: ['first'] }),
      shell('join', 'true', { depends_on: ['left', 'right'] }),
      shell('check', 'true', { depends_on: ['join'] }),
      shell('last', 'true', { depends_on: ['check'] }),
    ],
  };
}

/** Calls `cancel` at its moment. */
type Arm = (cancel: () => Promise<unknown>, followed: ReturnType<typeof follow>) => Promise<unknown>;

interface Moment {
  readonly name: string;
  readonly request: RunRequest;
  readonly arm: Arm;
}

const seen =
  (stageId: string, status: Progress['status']): Arm =>
  async (cancel, followed) => {
    await followed.seen(`${stageId} ${status}`, (e) => e.stage_id === stageId && e.status === status);
    await cancel();
  };

/** Cancels while the first such write is on its way, and goes on at once. */
const during =
  (id: string, holds: (write: Write) => boolean): Arm =>
  async (cancel) => {
    const answered = Promise.withResolvers<unknown>();
    interceptions.set(id, {
      before: async (write) => {
        if (!holds(write)) return 'forward';
        interceptions.delete(id);
        cancel().then(answered.resolve, answered.reject);
        return 'forward';
      },
    });
    await answered.promise;
  };

/** Cancels while such writes are on their way, and lets them arrive only when the cancel is durable. */
const throughout =
  (id: string, holds: (write: Write) => boolean): Arm =>
  async (cancel) => {
    const begun = Promise.withResolvers<void>();
    const answered = begun.promise.then(cancel);
    interceptions.set(id, {
      before: async (write) => {
        if (!holds(write)) return 'forward';
        begun.resolve();
        await answered;
        return 'forward';
      },
    });
    await answered;
  };

const moments: readonly Moment[] = [
  {
    name: 'before anything of it has started',
    request: six('at-first'),
    arm: during('at-first', isState),
  },
  {
    name: 'during creates',
    request: six('creates'),
    arm: throughout('creates', (write) => isCreate(write) && !write.body.includes('"first"')),
  },
  {
    name: 'while it runs',
    request: six('runs', shell('left', service)),
    arm: seen('left', 'STAGE_RUNNING'),
  },
  {
    name: 'during the delay before a retry',
    request: six('rests', shell('left', 'exit 1', { retry_policy: neverInTime })),
    arm: seen('left', 'STAGE_RETRYING'),
  },
  {
    name: 'between two stages',
    request: six('between'),
    arm: seen('first', 'STAGE_COMPLETED'),
  },
];

const commandOf = (pipelineId: string) =>
  ({ pipeline_id: pipelineId, mode: 'CANCEL_NOW', reason: 'enough', triggered_by: 'alice' }) as const;

/** Runs and cancels it. @returns its events, and the Pods that there were when the last of them came. */
async function cancelled({ request, arm }: Pick<Moment, 'request' | 'arm'>) {
  const { pipeline_id } = request;
  const cancel = () => server.client.cancelPipeline(commandOf(pipeline_id)).catch((error: unknown) => error);
  const followed = follow(server, request);
  const armed = arm(cancel, followed);
  const events = await followed.ended;
  const left = await podsOf(namespace, pipeline_id);
  await armed;
  return { events, left, status: events.findLast(isFinal)?.status ?? 'STAGE_PENDING' };
}

/** It has ended as this for good: those who look later are told the same. */
async function expectSettled(pipelineId: string, events: readonly Progress[], status: Progress['status']) {
  expectWhole(events, status);
  expect((await server.client.getPipeline({ pipeline_id: pipelineId })).summary?.status).toBe(status);
  await until('no Pod of it', async () => (await podsOf(namespace, pipelineId)).length === 0);
  expect(await replay(server, pipelineId)).toEqual(events);
}

describe.concurrent('a run of six stages that is cancelled', { tags: ['G12', 'F60'] }, () => {
  test.each(moments)('$name is cancelled once, and has not one Pod left then', async (moment) => {
    const { events, left, status } = await cancelled(moment);
    expect(status).toBe('STAGE_CANCELLED');
    expect(left).toEqual([]);
    const { pipeline_id } = moment.request;
    await expectSettled(pipeline_id, events, status);
    const stages = stagesIn(events);
    expect(Object.keys(stages)).toHaveLength(6);
    expect(Object.values(stages).filter((s) => !/^(?:completed|cancelled|skipped)$/.test(s))).toEqual([]);
    expect(stages['last']).toBe('skipped');
    const again = await server.client.cancelPipeline(commandOf(pipeline_id));
    expect(again.message).toContain('was cancelled already');
  });

  test('at its completion ends as one or the other, and says so ever after', async () => {
    const { events, left, status } = await cancelled({
      request: six('completes'),
      arm: during('completes', (write) => isState(write) && recordsEndOf(5, write)),
    });
    const isCancelled = status === 'STAGE_CANCELLED';
    // The end of a cancelled run says that its Pods are gone; one that completed sees them off afterwards.
    expect(isCancelled ? left : []).toEqual([]);
    await expectSettled('completes', events, isCancelled ? status : 'STAGE_COMPLETED');
    const again = await server.client.cancelPipeline(commandOf('completes')).then(
      ({ message }) => message,
      (error: OttoscalerClientError) => error.code,
    );
    expect(again).toMatch(isCancelled ? /was cancelled already/ : /^FAILED_PRECONDITION$/);
  });

  test('with CANCEL_RUN_FINALLY the stages that run always do, and then it ends as cancelled', async () => {
    const request = {
      pipeline_id: 'finally',
      stages: [
        shell('first', 'true'),
        shell('left', service, { depends_on: ['first'] }),
        shell('right', 'true', { depends_on: ['first'] }),
        shell('join', 'true', { depends_on: ['left', 'right'] }),
        shell('rescue', 'true', { run_when: 'failure' }),
        shell('cleanup', 'true', { run_when: 'always' }),
      ],
    };
    const followed = follow(server, request);
    const cancel = () => server.client.cancelPipeline({ pipeline_id: 'finally', mode: 'CANCEL_RUN_FINALLY' });
    await seen('left', 'STAGE_RUNNING')(cancel, followed);
    const events = await followed.ended;
    expect(await podsOf(namespace, 'finally')).toEqual([]);
    expectWhole(events, 'STAGE_CANCELLED');
    expect(stagesIn(events)).toMatchObject({
      first: 'completed',
      left: 'cancelled',
      join: 'skipped',
      rescue: 'skipped',
      cleanup: 'completed',
    });
  });
});

test(
  'every Pod of all of them was created once and deleted once, and each try had its own',
  { tags: ['I1'] },
  async () => {
    await namespace.untilNoPods();
    await audit.expectEachCreatedAndDeletedOnce(recorded.pods.map(({ metadata }) => metadata.name));
    const places = recorded.pods.map(placeOf);
    // The creates that were on their way when the cancel came did arrive.
    expect(places).toEqual(expect.arrayContaining(['creates/left/0/1', 'creates/right/0/1']));
    expect(new Set(places).size).toBe(places.length);
  },
);
