/** The real gRPC server before a scripted pool, and the real client before that. */
import { vi } from 'vitest';
import { RecentLines } from '../../src/logs/recent/recent-lines.ts';
import { createOttoscalerClient } from '../../src/rpc/client.ts';
import { startRpcServer } from '../../src/rpc/server.ts';
import type { ReportUnexpected } from '../../src/rpc/status.ts';
import { defaultLimits } from '../../src/rpc/validate/limits.ts';
import type { ScriptedPool } from './scripted-pool.ts';

/** Serves the pool on a loopback port, a free one by default, until it is disposed of. */
export async function serveScripted(pool: ScriptedPool, recent = new RecentLines(1024 * 1024), port = 0) {
  const report = vi.fn<ReportUnexpected>();
  const server = await startRpcServer({
    host: '127.0.0.1',
    port,
    pool: pool.port,
    limits: defaultLimits,
    lastLines: { of: (podName) => `last line of ${podName}` },
    recent,
    now: () => 0,
    reportUnexpected: report,
  });
  const client = createOttoscalerClient(`127.0.0.1:${server.port}`);
  return {
    server,
    client,
    report,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await server.close(0);
    },
  };
}
