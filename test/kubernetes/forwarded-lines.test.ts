/**
 * All the way: a worker on a real node that prints as fast as it can, the server, otto-handler. Each line of the
 * kubelet's file arrives once and in order, or a gap record counts it, whatever befalls those between.
 *
 * LINES says how many (1000000 is the promise; `npm run lines`). The figures are printed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.ts';
import {
  during,
  killServerAt,
  restartHandler,
  untilCounted,
  untroubled,
  type Between,
  type Trouble,
} from '../support/line-troubles.ts';
import { openNamespace, requireKubeconfig } from '../support/kubernetes.ts';
import { NumberedLines } from '../support/numbered-lines.ts';
import { ScriptedHandler } from '../support/scripted-handler.ts';
import { superviseServer } from '../support/supervised-server.ts';
import { until } from '../support/until.ts';

const lines = Number(process.env['LINES'] ?? 50_000);
const withinMs = 120_000 + lines / 2;
// It rests before it ends: containerd 1.6 may cut the log of a container that exits right after a burst.
const print = `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) print "line " i }'; sleep 5`;

const cutting: Trouble<Between & { readonly proxy: CuttingProxy }> = async ({ proxy }) => proxy.cutEvery(100);
const shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

test.each([
  ['nothing befalls them', untroubled],
  ['every connection to the API server is cut each 100 ms', cutting],
  ['otto-handler is killed and started again', restartHandler],
  ['Ottoscaler is killed with -9 and started again', killServerAt(shares, withinMs)],
] as const)(
  'every line of a worker reaches otto-handler once, or is counted missing, while %s',
  { tags: ['G5', 'I9', 'F52', 'F57'], timeout: withinMs + 60_000 },
  async (_what, trouble) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'ottoscaler-lines-'));
    await using undo = new AsyncDisposableStack();
    undo.defer(() => rm(directory, { recursive: true, force: true }));
    const namespace = undo.use(await openNamespace());
    const proxy = undo.use(await startCuttingProxy(requireKubeconfig(), directory));
    const heard = new NumberedLines(lines);
    const handler = new ScriptedHandler();
    handler.take = heard.take;
    await handler.start();
    undo.defer(() => handler.kill());
    const settings = {
      KUBECONFIG: proxy.kubeconfigPath,
      NAMESPACE: namespace.name,
      OTTO_HANDLER_HOST: handler.address,
      SPOOL_DIR: path.join(directory, 'spool'),
      LOG_DRAIN_SECONDS: '600',
      // As in k8s/base: who is started again in its place leads on at once.
      OTTO_IDENTITY: 'ottoscaler',
      // As Kubernetes' own components have them: node, API server and all of this share two cores here.
      LEASE_SECONDS: '15',
      LEASE_RENEW_SECONDS: '10',
      WORKER_CPU_LIMIT: '500m',
    };
    const server = undo.use(await superviseServer(settings));
    let kills = 0;
    const killServer = async () => {
      kills++;
      await server.kill();
    };

    const request = { task_id: 'printer', worker_count: 1, build_config: { command: print } };
    const startedMs = performance.now();
    await until('an answer', () => server.now?.client.scaleUp(request).catch(() => undefined));
    await during(
      (signal) => trouble({ handler, proxy, heard, killServer }, signal),
      () => namespace.untilNoPods(withinMs),
    );
    const whenThePodWasGone = heard.figures.unique;
    const figures = await untilCounted({ handler, heard }, () => ({
      whenThePodWasGone,
      cuts: proxy.cuts,
      kills,
      starts: server.starts,
      ends: server.ends,
      errors: server.errors,
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    }));
    expect(figures).toMatchObject({ lostUnnoticed: 0, duplicatesAfterDedupe: 0, outOfOrder: 0 });
    // One whose answer was lost is told again.
    const told = () => [...new Set(handler.notified.map(({ status }) => status))].join(' ');
    await until('every notice, in order', () => told() === 'CREATED RUNNING COMPLETED', { seen: told });
  },
);
