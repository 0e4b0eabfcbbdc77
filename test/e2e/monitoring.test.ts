/** What Prometheus and Grafana are given, held against what the program tells. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startServer } from '../support/program.ts';
import { findPromtool, type Promtool } from '../support/promtool.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const folder = 'k8s/monitoring';
let promtool: Promtool;
beforeAll(async () => {
  promtool = await findPromtool();
}, 180_000);

const sampleName = /^([a-z_]\w*)(?:\{| )/gm;
const metricName = /\b(?:ottoscaler|nodejs|process)_\w+/g;

/** Of a server that has done a bit of everything. */
async function scrape(taskId: string): Promise<string> {
  const redis = await startRedisServer({ password: 'pass' });
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    // Nobody is there; what waits for it is measured all the same.
    OTTO_HANDLER_HOST: '127.0.0.1:1',
    REDIS_HOST: redis.place.host,
    REDIS_PORT: String(redis.place.port),
    REDIS_PASSWORD: redis.place.password,
  });
  const client = createOttoscalerClient(server.address);
  onTestFinished(() => client.close());
  const [, port] = /"httpPort":(\d+)/.exec(server.stdout()) ?? [];
  const url = `http://127.0.0.1:${port}/metrics`;
  const read = async () => await (await fetch(url, { headers: { connection: 'close' } })).text();
  await client.scaleUp(
    { task_id: taskId, worker_count: 2, build_config: { command: 'echo hello' } },
    { timeoutMs: 20_000 },
  );
  await until('the workers to be gone and Redis to be measured', async () => {
    const text = await read();
    return (
      text.includes('ottoscaler_worker_step_seconds_count{step="gone"} 2') &&
      /^ottoscaler_redis_lag_entries /m.test(text)
    );
  });
  return await read();
}

test('what is scraped is as Prometheus wants it, and has all that the dashboard and the rules ask for', async () => {
  const taskId = 'task-that-is-no-label';
  const text = await scrape(taskId);
  expect(await promtool(['check', 'metrics'], text)).toBe('');

  const told = new Set([...text.matchAll(sampleName)].map(([, name]) => name));
  const asked = await Promise.all(
    ['dashboard.json', 'rules.yaml'].map((file) => readFile(`${folder}/${file}`, 'utf8')),
  );
  const names = new Set(asked.flatMap((file) => [...file.matchAll(metricName)].map(([name]) => name)));
  expect(names.size).toBeGreaterThan(40);
  expect([...names].filter((name) => !told.has(name))).toEqual([]);

  expect(text).toContain('ottoscaler_workers_ended_total{outcome="succeeded"} 2');
  expect(text).toContain('ottoscaler_commands_total{kind="scale_up",result="opened"} 1');
  expect(text).not.toContain(taskId);
});

test('the rules are sound, and alarm when they should and only then', async () => {
  expect(await promtool(['check', 'rules', `${folder}/rules.yaml`])).toContain('SUCCESS');
  expect(await promtool(['test', 'rules', `${folder}/rules.test.yaml`])).toContain('SUCCESS');
});

test('each alert leads to its place in the runbook', async () => {
  const rules = await readFile(`${folder}/rules.yaml`, 'utf8');
  const page = await readFile('docs/operations.md', 'utf8');
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) =>
      `docs/operations.md#${title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-')}`,
  );
  const alerts = rules.match(/^ +- alert: \w+$/gm) ?? [];
  const runbooks = [...rules.matchAll(/runbook: (\S+)$/gm)].map(([, place]) => place);
  expect(runbooks).toHaveLength(alerts.length);
  expect(runbooks.filter((place) => !anchors.includes(place ?? ''))).toEqual([]);
});
