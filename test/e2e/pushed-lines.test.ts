/**
 * All the way for workers that push: otto-agent, the server, otto-handler. Each line that the command wrote arrives once
 * and in order, also without a rest before it exits, whatever befalls those between. The agent is given the memory and
 * the time for all of them; with less it counts what it gives up (test/integration/otto-agent.test.ts).
 *
 * LINES says how many (1000000 is the promise; `npm run lines`). The figures are printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import {
  during,
  everyLineOnce,
  killServerAt,
  restartHandler,
  untilCounted,
  untroubled,
} from '../support/line-troubles.ts';
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

test.each([
  ['nothing befalls them', untroubled],
  ['otto-handler is killed and started again', restartHandler],
  ['Ottoscaler is killed with -9 and started again', killServerAt([0.1, 0.4, 0.7], withinMs)],
] as const)(
  'every pushed line reaches otto-handler once, while %s',
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
    const killServer = async () => {
      kills++;
      server.child.kill('SIGKILL');
      await server.ended;
      server = await startServer(settings);
    };

    const client = createOttoscalerClient(`127.0.0.1:${port}`);
    onTestFinished(() => client.close());
    const startedMs = performance.now();
    const command = `exec ${agent} --buffer 512 --flush-timeout 20m -- sh -c '${print.replaceAll("'", String.raw`'\''`)}'`;
    await client.scaleUp({ task_id: 'pusher', worker_count: 1, build_config: { command } });
    const isOver = async () => {
      const status = await client
        .getWorkerStatus({ task_id: 'pusher' }, { timeoutMs: 5_000 })
        .catch(() => {});
      return status?.workers.every(({ status: word }) => word === 'succeeded') && status.workers.length === 1;
    };
    await during(
      (signal) => trouble({ handler, heard, killServer }, signal),
      () => until('the end of the worker', isOver, { timeoutMs: withinMs }),
    );
    const seconds = () => Math.round((performance.now() - startedMs) / 100) / 10;
    const figures = await untilCounted({ handler, heard }, () => ({ kills, seconds: seconds() }));
    expect(figures).toMatchObject(everyLineOnce(lines));
  },
);
