/**
 * All the way for workers that push: otto-agent, the server, otto-handler. Each line that the command wrote arrives once
 * and in order, or is counted missing, also without a rest before it exits, whatever befalls those between.
 *
 * LINES says how many (1000000 is the promise; `npm run lines`). The figures are printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { NumberedLines } from '../support/numbered-lines.ts';
import { startProgram, startServer, type Program } from '../support/program.ts';
import { ScriptedHandler } from '../support/scripted-handler.ts';
import { until } from '../support/until.ts';

const lines = Number(process.env['LINES'] ?? 20_000);
const withinMs = 60_000 + lines;
const agent = `${process.execPath} ${path.resolve(import.meta.dirname, '../../bin/otto-agent.js')}`;
const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) print "line " i }'`;
/** Chosen here: Pods are told where to push when they are made, and a server that follows listens there again. */
const port = 20_000 + ((process.pid + 6_000) % 12_000);

interface Between {
  readonly handler: ScriptedHandler;
  readonly heard: NumberedLines;
  readonly restartServer: () => Promise<void>;
}

type Trouble = (between: Between, signal: AbortSignal) => Promise<unknown>;

const untroubled: Trouble = async () => undefined;

const restartHandler: Trouble = async ({ handler }, signal) => {
  let isUp = true;
  for await (const _ of every(250, undefined, { signal })) {
    if (isUp) handler.kill();
    else await handler.start();
    isUp = !isUp;
  }
};

const killServer: Trouble = async ({ heard, restartServer }, signal) => {
  for (const share of [0.1, 0.4, 0.7]) {
    const isThere = () => signal.aborted || heard.unique >= lines * share;
    await until(`${share} of the lines`, isThere, { timeoutMs: withinMs });
    if (signal.aborted) return;
    await restartServer();
  }
};

test.each([
  ['nothing befalls them', untroubled],
  ['otto-handler is killed and started again', restartHandler],
  ['Ottoscaler is killed with -9 and started again', killServer],
] as const)(
  'every pushed line reaches otto-handler once, or is counted missing, while %s',
  { tags: ['G5', 'I9'], timeout: withinMs + 60_000 },
  async (_what, trouble) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'ottoscaler-pushed-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const local = startProgram('bin/ottoscaler.js', ['local-cluster', '--directory', directory]);
    const [, kubeconfig = ''] = await local.says(/export KUBECONFIG=(\S+)/);
    const heard = new NumberedLines(lines);
    const handler = new ScriptedHandler();
    handler.take = heard.take;
    await handler.start();
    onTestFinished(() => handler.kill());
    const settings = {
      KUBECONFIG: kubeconfig,
      OTTO_HANDLER_HOST: handler.address,
      SPOOL_DIR: path.join(directory, 'spool'),
      GRPC_PORT: String(port),
      WORKER_LOG_ENDPOINT: `127.0.0.1:${port}`,
      LOG_RATE_LIMIT: '1000000',
      LOG_BUFFER_SIZE: '10000',
    };
    let server: Program & { readonly address: string } = await startServer(settings);
    let kills = 0;
    const restartServer = async () => {
      kills++;
      server.child.kill('SIGKILL');
      await server.ended;
      server = await startServer(settings);
    };

    const client = createOttoscalerClient(`127.0.0.1:${port}`);
    onTestFinished(() => client.close());
    const startedMs = performance.now();
    const command = `exec ${agent} -- sh -c '${print.replaceAll("'", String.raw`'\''`)}'`;
    await client.scaleUp({ task_id: 'pusher', worker_count: 1, build_config: { command } });
    const ending = new AbortController();
    const troubling = trouble({ handler, heard, restartServer }, ending.signal).catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    });
    const isOver = async () => {
      const status = await client.getWorkerStatus({ task_id: 'pusher' }, { timeoutMs: 5_000 }).catch(() => {});
      return status?.workers.every(({ status: word }) => word === 'succeeded') && status.workers.length === 1;
    };
    await until('the end of the worker', isOver, { timeoutMs: withinMs });
    ending.abort();
    await troubling;
    handler.kill();
    await handler.start();
    await until('all lines', () => heard.figures.lostUnnoticed === 0, {
      timeoutMs: 60_000,
      seen: () => JSON.stringify(heard.figures),
    });
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    console.log(JSON.stringify({ ...heard.figures, kills, seconds, load: loadavg()[0] }));
    expect(heard.figures).toMatchObject({ lostUnnoticed: 0, duplicatesAfterDedupe: 0, outOfOrder: 0 });
  },
);
