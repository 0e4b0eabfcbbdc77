/**
 * WatchLogs: the newest lines of workers, and then what they go on to write.
 *
 * Each stream reads the one memory of newest lines and holds nothing but its place there: a reader that stands still
 * costs no lines, delays nobody, and is told how many it missed. Messages are bytes already, as on their way to
 * otto-handler, so what a field means is the same in both.
 */
import type { RecentLines } from '../../logs/recent/recent-lines.ts';
import type { WatchLogsRequest__Output } from '../generated/ottoscaler/v1/WatchLogsRequest.ts';
import { encodeBatch } from '../handler/encode-entry.ts';
import type { StreamHandler } from '../server-stream.ts';
import { RpcError } from '../status.ts';
import type { Limits } from '../validate/limits.ts';
import { validateLogQuery } from '../validate/log-query.ts';
import { quote } from '../validate/reject.ts';
import { News } from './news.ts';
import type { PoolPort } from './pool-port.ts';
import { requireRecovered } from './readiness.ts';

export interface WatchLogsDeps {
  readonly pool: PoolPort;
  readonly limits: Limits;
  readonly recent: Pick<RecentLines, 'open' | 'close' | 'knows' | 'hasEnded'>;
}

/** A client takes messages of up to 4 MiB unless it was told otherwise. */
const batchLinesMax = 1_024;
const batchWeightMax = 512 * 1_024;
/** How long after the last worker's end a stream ends at the latest. */
const endsWithinMs = 250;

export function watchLogs(deps: WatchLogsDeps): StreamHandler<WatchLogsRequest__Output, Buffer> {
  const { pool, limits, recent } = deps;
  return async function* (request, { signal }) {
    const { filter, tail, follow } = validateLogQuery(request, limits);
    if (pool.past !== undefined)
      throw new RpcError('FAILED_PRECONDITION', `this Ottoscaler shows ${pool.past}, which holds no output`);
    requireRecovered(pool);
    if (!pool.view.knowsOutput(pool.ref.getSnapshot(), filter) && !recent.knows(filter)) throw absent(filter);
    const news = new News(signal);
    const reader = recent.open(filter, { tail, ...(follow ? { onNews: () => news.soon() } : {}) });
    const subscription = follow
      ? pool.ref.subscribe({ next: () => news.within(endsWithinMs) })
      : { unsubscribe: () => {} };
    try {
      for (;;) {
        // Asked first: what ends meanwhile may have written more.
        const isOver = !follow || isOutputOver(deps, filter);
        while (!reader.isCurrent) yield encodeBatch(reader.read(batchLinesMax, batchWeightMax));
        if (isOver) return;
        await news.next();
      }
    } finally {
      subscription.unsubscribe();
      recent.close(reader);
      news.close();
    }
  };
}

type Filter = Parameters<RecentLines['open']>[0];

function isOutputOver({ pool, recent }: WatchLogsDeps, filter: Filter): boolean {
  const { workerIds, mayGrow } = pool.view.readWriters(pool.ref.getSnapshot(), filter);
  return !mayGrow && workerIds.every((workerId) => recent.hasEnded(workerId));
}

function absent({ taskId, pipelineId, stageId, workerId }: Filter): RpcError {
  const named = [
    ['worker_id', workerId],
    ['stage_id', stageId],
    ['pipeline_id', pipelineId],
    ['task_id', taskId],
  ] as const;
  const words = named.flatMap(([field, id]) => (id === '' ? [] : [`${field} ${quote(id)}`]));
  return new RpcError(
    'NOT_FOUND',
    `${words.join(' of ')}: no such worker or run is known, and no line of it is kept`,
  );
}
