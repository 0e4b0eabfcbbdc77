/** SIGTERM (G11, fault 45): not ready, nothing new, workers go on, an end in time; the next process takes over. */
import { expect, test } from 'vitest';
import { startApiProxy, type Write } from '../support/api-proxy.ts';
import { auditOf } from '../support/audit-log.ts';
import { watchHealth } from '../support/health.ts';
import { kubectl, openNamespace } from '../support/kubernetes.ts';
import { startServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { failureOf, scaleUp, scaleUpRequest, untilOver, untilRunning } from '../support/workers.ts';

const shutdownSeconds = 6;
/** What a busy machine may add to a deadline. */
const slackMs = 2_000;

const isCreate = ({ method, resource }: Write) => method === 'POST' && resource === 'pods';

test.concurrent(
  'health turns NOT_SERVING, commands are refused, workers go on, and the next process sees them to their end',
  { tags: ['G11'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    const env = { NAMESPACE: namespace.name, SHUTDOWN_SECONDS: String(shutdownSeconds) };
    await using server = await startServer(env);
    const command = scaleUpRequest('go-on', 2, 'trap "exit 0" TERM; sleep 600 & wait');
    const { worker_pod_names: podNames } = await scaleUp(server, command);
    await untilRunning(server, 'go-on', 2);
    using health = watchHealth(server.address);
    await until('SERVING', () => health.statuses.at(-1) === 'SERVING');

    const beganMs = performance.now();
    server.signal('SIGTERM');
    await until('NOT_SERVING', () => health.statuses.at(-1) === 'NOT_SERVING');
    const refusal = await failureOf(server.client.scaleUp(scaleUpRequest('too-late', 1)));
    expect(refusal.code).toBe('UNAVAILABLE');
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - beganMs).toBeLessThan(shutdownSeconds * 1_000 + slackMs);
    expect(health.statuses.lastIndexOf('SERVING')).toBe(0);

    const alive = await namespace.pods();
    expect(alive.map(({ metadata }) => metadata.name).toSorted()).toEqual(podNames.toSorted());
    expect(alive.map(({ metadata }) => metadata.deletionTimestamp)).toEqual([undefined, undefined]);

    await using next = await startServer(env);
    expect((await scaleUp(next, command)).status).toBe('ALREADY_PROCESSED');
    await untilRunning(next, 'go-on', 2);
    for (const name of podNames) {
      const told = kubectl('exec', name, '--namespace', namespace.name, '--', 'kill', '-TERM', '1');
      // The container that ends takes whoever told it to with it, before or after he could say so.
      await told.catch((error: Error) => {
        if (!error.message.includes('exit code 137')) throw error;
      });
    }
    expect((await untilOver(next, namespace, 'go-on')).succeeded_count).toBe(2);
    await audit.expectEachCreatedAndDeletedOnce(podNames);
  },
);

test.concurrent(
  'SIGTERM twice in the middle of creates drains once: what is under way is finished, nothing more is begun',
  { tags: ['G11', 'F45'] },
  async () => {
    await using namespace = await openNamespace();
    const audit = await auditOf(namespace.name);
    await using proxy = await startApiProxy();
    const env = { NAMESPACE: namespace.name, KUBECONFIG: proxy.kubeconfigPath, WORKERS_LIVE_MAX: '3' };
    await using server = await startServer(env);
    using health = watchHealth(server.address);
    await until('SERVING', () => health.statuses.at(-1) === 'SERVING');

    let creates = 0;
    const release = Promise.withResolvers<void>();
    proxy.interception = {
      before: async (write) => {
        if (!isCreate(write)) return 'forward';
        creates += 1;
        await release.promise;
        return 'forward';
      },
    };
    const command = scaleUpRequest('five', 5);
    const first = server.client.scaleUp(command, { timeoutMs: 25_000 }).catch((error: unknown) => error);
    await until('three creates under way', () => creates === 3);
    server.signal('SIGTERM');
    server.signal('SIGTERM');
    await until('NOT_SERVING', () => health.statuses.at(-1) === 'NOT_SERVING');
    const refusal = await failureOf(server.client.scaleUp(scaleUpRequest('too-late', 1)));
    expect(refusal.code).toBe('UNAVAILABLE');
    expect(refusal.message).toContain('shutting down');
    release.resolve();

    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(creates).toBe(3);
    expect(server.lines.filter(({ level }) => level >= 50)).toEqual([]);
    await first;

    await using next = await startServer(env);
    const answer = await scaleUp(next, command);
    expect(answer.status).toBe('ALREADY_PROCESSED');
    expect((await untilOver(next, namespace, 'five')).succeeded_count).toBe(5);
    await audit.expectEachCreatedAndDeletedOnce(answer.worker_pod_names);
  },
);

test.concurrent(
  'an API server that does not answer cannot hold up the end',
  { tags: ['G11', 'F45'] },
  async () => {
    await using namespace = await openNamespace();
    await using proxy = await startApiProxy();
    const seconds = 3;
    const env = {
      NAMESPACE: namespace.name,
      KUBECONFIG: proxy.kubeconfigPath,
      SHUTDOWN_SECONDS: String(seconds),
    };
    await using server = await startServer(env);
    await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    proxy.interception = {
      before: async (write) => {
        if (!isCreate(write)) return 'forward';
        asked.resolve();
        await ended.promise;
        return 'drop';
      },
    };
    const call = failureOf(server.client.scaleUp(scaleUpRequest('hangs', 1)));
    await asked.promise;
    const beganMs = performance.now();
    server.signal('SIGTERM');
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - beganMs).toBeLessThan(seconds * 1_000 + slackMs);
    expect((await call).code).toMatch(/^(?:UNAVAILABLE|CANCELLED)$/);
    ended.resolve();
    proxy.interception = {};

    await using next = await startServer(env);
    expect((await scaleUp(next, scaleUpRequest('hangs', 1))).status).toBe('ALREADY_PROCESSED');
    expect((await untilOver(next, namespace, 'hangs')).succeeded_count).toBe(1);
  },
);
