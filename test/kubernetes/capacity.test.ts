/** The limit on live workers, watched from outside. */
import { expect, test } from 'vitest';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import { startServer } from '../support/server-process.ts';
import { scaleUp, scaleUpRequest, untilOver, untilStatus } from '../support/workers.ts';

const liveMax = 2;
const workers = 6;

/** Follows the Pods until the signal aborts. */
async function follow(namespace: Namespace, signal: AbortSignal) {
  const live = new Set<string>();
  const order: number[] = [];
  let most = 0;
  for await (const { type, pod } of namespace.podChanges(signal)) {
    const { name, labels } = pod.metadata;
    if (type === 'ADDED') order.push(Number(labels?.['ottoscaler.io/index']));
    const isOver = type === 'DELETED' || pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    if (isOver) live.delete(name);
    else live.add(name);
    most = Math.max(most, live.size);
  }
  return { most, order };
}

test(
  'six workers under a limit of two: never more than two live, the rest wait in order and say so',
  { tags: ['I14'] },
  async () => {
    await using namespace = await openNamespace();
    await using server = await startServer({ NAMESPACE: namespace.name, WORKERS_LIVE_MAX: String(liveMax) });
    const stop = new AbortController();
    const followed = follow(namespace, stop.signal);

    const answer = await scaleUp(server, scaleUpRequest('six', workers));
    expect(answer).toMatchObject({
      status: 'SUCCESS',
      message: '2 of 6 created, 4 waiting for capacity',
    });
    expect(answer.worker_pod_names).toHaveLength(workers);
    const waiting = await untilStatus(server, 'six', 'four that wait', ({ workers: all }) => {
      return all.filter(({ reason }) => reason.startsWith('waiting for capacity, at most ')).length === 4;
    });
    expect(waiting.pending_count + waiting.running_count).toBe(workers);

    const status = await untilOver(server, namespace, 'six');
    expect(status.succeeded_count).toBe(workers);
    stop.abort();
    const { most, order } = await followed;
    expect(most).toBe(liveMax);
    // Those who are let in together are created at once, in either order.
    const ahead = order.map((index, position) => Math.abs(index - position));
    expect(Math.max(...ahead), `in the order ${order.join(' ')}`).toBeLessThan(liveMax);
    expect(new Set(order)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(order).toHaveLength(workers);
  },
);
