/** Other Ottoscalers and other people's Pods (I4): neither is seen, nothing of theirs is touched. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { podNamesOf } from '../../src/actors/ledger/order.ts';
import { validateScaleUp } from '../../src/rpc/validate/scale.ts';
import { defaultLimits } from '../../src/rpc/validate/limits.ts';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace, type Namespace, type RawObject, type RawPod } from '../support/kubernetes.ts';
import { startServer } from '../support/server-process.ts';
import {
  failureOf,
  image,
  scaleUp,
  scaleUpRequest,
  untilEnded,
  untilOver,
  untilRunning,
} from '../support/workers.ts';

/** The names that the workers of this task will have. */
function futureNames(namespace: Namespace, taskId: string, count: number): readonly string[] {
  const rest = {
    repository: '',
    commit_sha: '',
    triggered_by: '',
    reason: '',
    build_config: {},
    metadata: {},
  };
  const request = { task_id: taskId, worker_count: count, ...rest };
  return podNamesOf(namespace.name, validateScaleUp(request, defaultLimits));
}

/** Somebody else's Pod that wears our label. */
async function createForeign(
  namespace: Namespace,
  name: string,
  owner?: { readonly name: string; readonly uid: string },
): Promise<RawPod> {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', controller: true, ...owner };
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { 'managed-by': 'ottoscaler', app: 'otto-agent' },
      ...(owner ? { ownerReferences: [reference] } : {}),
    },
    spec: { containers: [{ name: 'worker', image, command: ['sleep', '600'] }] },
  };
  return (await namespace.call('POST', 'pods', { body })) as RawPod;
}

async function expectUntouched(namespace: Namespace, foreign: RawPod): Promise<void> {
  const now = (await namespace.call('GET', `pods/${foreign.metadata.name}`)) as RawPod;
  expect(now.metadata.uid).toBe(foreign.metadata.uid);
  expect(now.metadata.deletionTimestamp).toBeUndefined();
  expect(now.metadata.labels).toEqual(foreign.metadata.labels);
  expect(now.metadata.annotations ?? {}).toEqual(foreign.metadata.annotations ?? {});
}

test.concurrent(
  'two Ottoscalers in two namespaces run the same task without seeing each other',
  { tags: ['I4'] },
  async () => {
    await using here = await openNamespace();
    await using there = await openNamespace();
    await using ours = await startServer({ NAMESPACE: here.name });
    await using theirs = await startServer({ NAMESPACE: there.name });
    const service = 'trap "exit 0" TERM; sleep 600 & wait';
    const first = await scaleUp(ours, scaleUpRequest('same', 2, service));
    const second = await scaleUp(theirs, scaleUpRequest('same', 1, service));
    expect(second.status).toBe('SUCCESS');
    await untilRunning(ours, 'same', 2);
    await untilRunning(theirs, 'same', 1);

    const down = await ours.client.scaleDown({ worker_count: 0 });
    expect(down.worker_pod_names.toSorted()).toEqual(first.worker_pod_names.toSorted());
    await untilOver(ours, here, 'same');
    expect(await theirs.client.getWorkerStatus({})).toMatchObject({ total_count: 1, running_count: 1 });
    expect((await there.pods()).map(({ metadata }) => metadata.name)).toEqual(second.worker_pod_names);
  },
);

test.concurrent(
  'a worker whose name is taken by a foreign Pod fails as create-rejected, and the Pod stays as it is',
  { tags: ['F2', 'I4'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    const [alone = '', second = ''] = [
      ...futureNames(namespace, 'alone', 1),
      ...futureNames(namespace, 'some', 2).slice(1),
    ];
    const foreign = [await createForeign(namespace, alone), await createForeign(namespace, second)];
    await using server = await startServer({ NAMESPACE: namespace.name });

    const failure = await failureOf(scaleUp(server, scaleUpRequest('alone', 1)));
    expect(failure.code).toBe('FAILED_PRECONDITION');
    expect(failure.message).toContain(`a Pod named ${alone} exists that is not ours (it has no owner)`);
    expect(await namespace.records()).toEqual([]);

    const answer = await scaleUp(server, scaleUpRequest('some', 2));
    expect(answer).toMatchObject({ status: 'PARTIAL_SUCCESS', processed_count: 1 });
    const { workers } = await untilEnded(server, 'some');
    const errors = workers.map((worker) => [worker.pod_name, worker.error_message.replace(/:.*/, '')]);
    expect(Object.fromEntries(errors)).toEqual({
      [answer.worker_pod_names[0] ?? '']: '',
      [second]: 'create-rejected',
    });

    const down = await server.client.scaleDown({ worker_count: 0 });
    expect(down.processed_count).toBe(0);
    for (const pod of foreign) await expectUntouched(namespace, pod);
    await audit.expectDeleted(answer.worker_pod_names.slice(0, 1));
  },
);

test.concurrent(
  'a labelled Pod that owns up to a stranger, or falsely to one of our ledgers, is left alone',
  { tags: ['I4'] },
  async () => {
    await using namespace = await openNamespace();
    await using server = await startServer({ NAMESPACE: namespace.name });
    await scaleUp(server, scaleUpRequest('ours', 1));
    await untilOver(server, namespace, 'ours');
    const [ledger] = await namespace.records();
    if (!ledger) throw new Error('there is no ledger');

    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stranger', labels: { 'managed-by': 'ottoscaler' } },
      data: { state: '{}' },
    };
    const stranger = (await namespace.call('POST', 'configmaps', { body })) as RawObject;
    const foreign = [
      await createForeign(namespace, 'of-nobody'),
      await createForeign(namespace, 'of-a-stranger', { name: 'stranger', uid: stranger.metadata.uid }),
      // Its name is none that this ledger's command has.
      await createForeign(namespace, 'of-our-ledger', {
        name: ledger.metadata.name,
        uid: ledger.metadata.uid,
      }),
    ];
    await scaleUp(server, scaleUpRequest('after', 1));
    await untilEnded(server, 'after');
    for (const pod of foreign) await expectUntouched(namespace, pod);

    await server.kill();
    await using next = await startServer({ NAMESPACE: namespace.name });
    await scaleUp(next, scaleUpRequest(randomUUID(), 1));
    for (const pod of foreign) await expectUntouched(namespace, pod);
    expect(await namespace.records()).toHaveLength(4);
  },
);
