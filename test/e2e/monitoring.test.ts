/** What Prometheus and Grafana are given, held against what the program tells. */
import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startServer } from '../support/program.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { findPromtool, type Promtool } from '../support/promtool.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { ScriptedHandler } from '../support/scripted-handler.ts';
import { until } from '../support/until.ts';

const folder = 'k8s/monitoring';
let promtool: Promtool;
beforeAll(async () => {
  promtool = await findPromtool();
}, 180_000);

const sampleName = /^([a-z_]\w*)(?:\{| )/gm;
const metricName = /\b(?:ottoscaler|nodejs|process)_\w+/g;

interface BusyServer {
  readonly address: string;
  /** Resolves when two more workers have lived and their lines are delivered. */
  readonly work: (taskId: string) => Promise<void>;
}

/** At a Redis and an otto-handler. */
async function startBusyServer(): Promise<BusyServer> {
  const redis = await startRedisServer({ password: 'pass' });
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const handler = new ScriptedHandler();
  await handler.start();
  onTestFinished(() => handler.kill());
  const server = await startServer({
    OTTO_CLUSTER: 'local',
    OTTO_HANDLER_HOST: handler.address,
    REDIS_HOST: redis.place.host,
    REDIS_PORT: String(redis.place.port),
    REDIS_PASSWORD: redis.place.password,
  });
  const client = createOttoscalerClient(server.address);
  onTestFinished(() => client.close());
  const [, port] = /"httpPort":(\d+)/.exec(server.stdout()) ?? [];
  const address = `127.0.0.1:${port}`;
  let workers = 0;
  const work = async (taskId: string) => {
    const build_config = { command: 'echo hello' };
    await client.scaleUp({ task_id: taskId, worker_count: 2, build_config }, { timeoutMs: 20_000 });
    workers += 2;
    await until('the workers to be gone, their lines to be delivered and Redis to be measured', async () => {
      const text = await scrape(address);
      return (
        text.includes(`ottoscaler_worker_step_seconds_count{step="gone"} ${workers}`) &&
        text.includes(`ottoscaler_relay_lines_total{outcome="delivered"} ${workers}`) &&
        /^ottoscaler_redis_lag_entries /m.test(text)
      );
    });
  };
  return { address, work };
}

async function scrape(address: string): Promise<string> {
  return await (await fetch(`http://${address}/metrics`, { headers: { connection: 'close' } })).text();
}

test('what is scraped is as Prometheus wants it, and has all that the dashboard and the rules ask for', async () => {
  const taskId = 'task-that-is-no-label';
  const { address, work } = await startBusyServer();
  await work(taskId);
  const text = await scrape(address);
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

/** What may show nothing where nothing is wrong. */
const panelsOfTrouble = new Set(['Of them no success']);

test('a Prometheus that reads the program draws every panel of the dashboard, and lives by the rules', async () => {
  const { address, work } = await startBusyServer();
  await work('task-before');
  const namespace = 'ci';
  const rulesFile = `${folder}/rules.yaml`;
  const prometheus = await startPrometheus({ target: address, labels: { namespace }, rulesFile });
  const { panels } = JSON.parse(await readFile(`${folder}/dashboard.json`, 'utf8')) as Dashboard;
  const queries = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
  );
  expect(queries.length).toBeGreaterThan(30);
  const ask = (expression: string) =>
    prometheus.query(expression.replaceAll('$namespace', namespace).replaceAll('$__rate_interval', '5m'));
  const wrongs = async () => {
    const found: string[] = [];
    for (const { title, expr, legendFormat } of queries) {
      // oxlint-disable-next-line no-await-in-loop -- one panel after the other
      const series = await ask(expr);
      // What has not happened has no quantile: it is shown as a gap.
      const isDrawn = series.some(({ value: [, number] }) => number !== 'NaN');
      if (!isDrawn && !panelsOfTrouble.has(title)) found.push(`${title}: nothing for ${expr}`);
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        if (series.some(({ metric }) => !(label in metric))) found.push(`${title}: no label ${label}`);
    }
    return found;
  };

  // A rate is of what happens between two scrapes.
  await until('a scrape', async () => (await prometheus.query('ottoscaler_build_info')).length > 0);
  await work('task-after');
  let wrong: readonly string[] = [];
  const allDrawn = async () => (wrong = await wrongs()).length === 0;
  await until('every panel to be drawn', allDrawn, { seen: () => wrong.join('\n') });
  expect(await prometheus.labelValues('ottoscaler_build_info', 'namespace')).toEqual([namespace]);

  const rules = await until('all rules to have been looked at', async () => {
    const all = await prometheus.rules();
    return all.every(({ health }) => health !== 'unknown') && all;
  });
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
});

interface Dashboard {
  readonly panels: ReadonlyArray<{
    readonly title: string;
    readonly targets?: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>;
  }>;
}

interface RuleTests {
  readonly tests: ReadonlyArray<{
    readonly alert_rule_test: ReadonlyArray<{
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }>;
  }>;
}

test('the rules are sound, and each alarms when it should and only then', async () => {
  expect(await promtool(['check', 'rules', `${folder}/rules.yaml`])).toContain('SUCCESS');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.test.yaml'));
  const paths = files.map((file) => `${folder}/${file}`);
  expect(await promtool(['test', 'rules', ...paths])).toContain('SUCCESS');

  const tested = await Promise.all(
    paths.map(async (file) => (parse(await readFile(file, 'utf8')) as RuleTests).tests),
  );
  const checks = tested.flat().flatMap(({ alert_rule_test }) => alert_rule_test);
  const tries = (isFiring: boolean) =>
    checks.filter(({ exp_alerts }) => exp_alerts.length > 0 === isFiring).map(({ alertname }) => alertname);
  const rules = await readFile(`${folder}/rules.yaml`, 'utf8');
  const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
  expect(alerts.filter((name) => !tries(true).includes(name ?? ''))).toEqual([]);
  expect(alerts.filter((name) => !tries(false).includes(name ?? ''))).toEqual([]);
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
