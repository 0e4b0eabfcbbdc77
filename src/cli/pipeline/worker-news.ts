/**
 * What the workers of a run say at the moment: the last line of those that run, why the others wait.
 *
 * Asked once a second and for the eye alone, so an answer that does not come is
 * left out: the run's own events tell what counts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkerPodStatus__Output } from '../../rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';
import { printable } from '../printable.ts';
import type { PipelineClient } from './pipeline-client.ts';

export interface StageNews {
  /** The latest line that one of its workers wrote; '' without one. */
  readonly lastLine: string;
  /** Why a worker of it does not run yet; '' where all do. */
  readonly waitReason: string;
  /** By Pod, to tell a new line from an old one. */
  readonly lines: ReadonlyMap<string, string>;
}

/** By stage id. */
export type WorkerNews = ReadonlyMap<string, StageNews>;

/** What is new since the answer before. Pure. */
export function foldWorkers(earlier: WorkerNews, workers: readonly WorkerPodStatus__Output[]): WorkerNews {
  const news = new Map<string, StageNews>();
  for (const [stageId, ofStage] of Map.groupBy(workers, (worker) => worker.stage_id)) {
    const before = earlier.get(stageId);
    const lines = new Map(
      ofStage
        .filter(({ status, last_line }) => status === 'running' && last_line !== '')
        .map(({ pod_name, last_line }) => [pod_name, printable(last_line)]),
    );
    const fresh = [...lines].findLast(([pod, line]) => before?.lines.get(pod) !== line)?.[1];
    const stillThere = [...lines.values()].includes(before?.lastLine ?? '') ? before?.lastLine : undefined;
    const waiting = ofStage.find(({ status }) => status === 'pending');
    news.set(stageId, {
      lastLine: fresh ?? stillThere ?? [...lines.values()].at(-1) ?? '',
      waitReason: printable(waiting?.reason ?? ''),
      lines,
    });
  }
  return news;
}

const pollMs = 1_000;
const timeoutMs = 5_000;

/** Polls until the signal fires; never throws. */
export async function pollWorkers(
  client: Pick<PipelineClient, 'getWorkerStatus'>,
  pipelineId: string,
  tell: (news: WorkerNews) => void,
  signal: AbortSignal,
): Promise<void> {
  const ask = (status_filter: string) =>
    client.getWorkerStatus({ task_id: pipelineId, status_filter }, { timeoutMs, signal });
  let news: WorkerNews = new Map();
  while (!signal.aborted) {
    try {
      await pause(pollMs, undefined, { signal });
      const answers = await Promise.all([ask('running'), ask('pending')]);
      news = foldWorkers(
        news,
        answers.flatMap(({ workers }) => workers),
      );
      tell(news);
    } catch {
      // The stream of events says what has become of the connection.
    }
  }
}
