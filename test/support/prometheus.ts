/** A real Prometheus that reads one program and lives by the rules of this checkout, ended with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { debianProgram } from './debian-program.ts';
import { until } from './until.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Time in seconds, and the number as text. */
  readonly value: readonly [number, string];
}

interface Rule {
  readonly name: string;
  readonly health: 'ok' | 'unknown' | 'err';
  readonly lastError?: string;
}

export interface Prometheus {
  /** An instant query. @throws Error with its word where it does not understand the query */
  query(expression: string): Promise<readonly Series[]>;
  /** As Grafana's `label_values(series, label)` asks. */
  labelValues(series: string, label: string): Promise<readonly string[]>;
  rules(): Promise<readonly Rule[]>;
}

interface Options {
  /** `host:port` of what is read. */
  readonly target: string;
  /** What a scrape configuration would add. */
  readonly labels: Readonly<Record<string, string>>;
  readonly rulesFile: string;
}

const interval = '500ms';

export async function startPrometheus({ target, labels, rulesFile }: Options): Promise<Prometheus> {
  const program = await debianProgram('prometheus', 'prometheus');
  const folder = await mkdtemp(path.join(tmpdir(), 'otto-prometheus-'));
  const configuration = {
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: [path.resolve(rulesFile)],
    scrape_configs: [{ job_name: 'ottoscaler', static_configs: [{ targets: [target], labels }] }],
  };
  const file = path.join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration));
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const address = await until('Prometheus to listen', () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${complaints}`);
    return /msg="Listening on" address=(\S+)/.exec(complaints)?.[1];
  });
  await until('Prometheus to be ready', async () => (await fetch(`http://${address}/-/ready`)).ok);
  const ask = async <Data>(what: string, query: Readonly<Record<string, string>>): Promise<Data> => {
    const response = await fetch(`http://${address}/api/v1/${what}?${new URLSearchParams(query).toString()}`);
    const answer = (await response.json()) as { readonly data?: Data; readonly error?: string };
    if (answer.data === undefined) throw new Error(`${JSON.stringify(query)}: ${answer.error}`);
    return answer.data;
  };
  return {
    query: async (query) => (await ask<{ result: Series[] }>('query', { query })).result,
    labelValues: (series, label) => ask(`label/${label}/values`, { 'match[]': series }),
    rules: async () => {
      const { groups } = await ask<{ groups: ReadonlyArray<{ rules: Rule[] }> }>('rules', {});
      return groups.flatMap(({ rules }) => rules);
    },
  };
}
