/**
 * `ottoscaler replay --serve`: the moment that a recording was lived up to, over the gRPC of a server at work.
 *
 * Whatever reads (GetWorkerStatus, GetPipeline, ListPipelines, WatchPipeline) is answered from the actors as they
 * were then; time stands still, and commands are refused as FAILED_PRECONDITION. Loopback only.
 */
import { RecentLines } from '../logs/recent/recent-lines.ts';
import { summarize } from '../machines/pipeline/summary.ts';
import * as outputView from '../machines/pool/output-view.ts';
import * as pipelineView from '../machines/pool/pipeline-view.ts';
import * as view from '../machines/pool/view.ts';
import type { Relived } from '../recording/relive.ts';
import { startRpcServer } from '../rpc/server.ts';
import { defaultLimits } from '../rpc/validate/limits.ts';
import { listenUntil } from './listen-until.ts';

const host = '127.0.0.1';

/**
 * Ends when `signal` is aborted.
 *
 * @param port 0 = a free one
 * @param say told once where it listens
 * @throws PortError
 */
export async function servePast(
  { pool, n, atMs }: Relived,
  port: number,
  signal: AbortSignal,
  say: (address: string) => void,
): Promise<void> {
  const starting = startRpcServer({
    host,
    port,
    pool: {
      ref: { getSnapshot: () => pool, send: () => {}, subscribe: () => ({ unsubscribe: () => {} }) },
      past: `line ${n} of a recording`,
      view: { ...view, ...outputView, ...pipelineView, summarize },
    },
    limits: defaultLimits,
    lastLines: { of: () => '' },
    recent: new RecentLines(0),
    now: () => atMs,
    reportUnexpected: (error) => process.stderr.write(`ottoscaler replay: ${String(error)}\n`),
  });
  await listenUntil(signal, starting, (server) => {
    server.setServing(true);
    say(`${host}:${server.port}`);
  });
}
