/** Who does not lead answers no call, also none that only reads, and says who does. */
import { expect, test } from 'vitest';
import type { OttoscalerClient } from '../../../../src/rpc/client.ts';
import { scriptedPool } from '../../../support/scripted-pool.ts';
import { serveScripted } from '../../../support/scripted-pool-server.ts';
import { failureOf } from '../../../support/workers.ts';

async function first(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const event of stream) return event;
  return undefined;
}

const stage = { stage_id: 's', type: 'custom', worker_count: 1, image: 'i' };
const run = { pipeline_id: 'p', stages: [stage], repository: 'r', commit_sha: 'c' };

const calls: Readonly<Record<string, (client: OttoscalerClient) => Promise<unknown>>> = {
  ScaleUp: (client) => client.scaleUp({ task_id: 't', worker_count: 1 }),
  ScaleDown: (client) => client.scaleDown({ task_id: 't', worker_count: 0 }),
  GetWorkerStatus: (client) => client.getWorkerStatus({}),
  ExecutePipeline: (client) => first(client.executePipeline(run)),
  WatchPipeline: (client) => first(client.watchPipeline({ pipeline_id: 'p' })),
  CancelPipeline: (client) => client.cancelPipeline({ pipeline_id: 'p' }),
  RetryPipeline: (client) => client.retryPipeline({ pipeline_id: 'p' }),
  GetPipeline: (client) => client.getPipeline({ pipeline_id: 'p' }),
  ListPipelines: (client) => client.listPipelines({}),
  WatchLogs: (client) => first(client.watchLogs({ task_id: 't' })),
};

test.each(Object.keys(calls))('%s', { tags: ['F44'] }, async (name) => {
  const pool = scriptedPool();
  const standsBy = () => 'stands by; ottoscaler-0 leads';
  await using served = await serveScripted({ ...pool, port: { ...pool.port, standsBy } });
  const { code, message } = await failureOf(calls[name]?.(served.client) ?? Promise.resolve());
  expect(code).toBe('UNAVAILABLE');
  expect(message).toContain('this Ottoscaler stands by; ottoscaler-0 leads');
  expect(pool.sent).toEqual([]);
});
