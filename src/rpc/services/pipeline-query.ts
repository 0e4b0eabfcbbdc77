/** GetPipeline and ListPipelines: what is known of runs, changing nothing. */
import type { ProgressEvent } from '../../machines/pipeline/progress.ts';
import type { PipelineSummary as SummaryView } from '../../machines/pipeline/record.ts';
import type { GetPipelineRequest__Output } from '../generated/ottoscaler/v1/GetPipelineRequest.ts';
import type { ListPipelinesRequest__Output } from '../generated/ottoscaler/v1/ListPipelinesRequest.ts';
import type { ListPipelinesResponse } from '../generated/ottoscaler/v1/ListPipelinesResponse.ts';
import type { PipelineStatus } from '../generated/ottoscaler/v1/PipelineStatus.ts';
import type { UnaryHandler } from '../unary.ts';
import { encodePageToken, type RunPlace } from '../validate/page-token.ts';
import { pipelineIdOf, validateList } from '../validate/pipeline-query.ts';
import { encodeProgress, encodeUnbegun, isOfStage } from './encode-progress.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeSummary, runStatusOf } from './encode-summary.ts';
import { openRun } from './open-run.ts';
import type { PipelineDeps } from './pipeline-stream.ts';
import type { PoolPort } from './pool-port.ts';
import { requireRecovered } from './readiness.ts';

export function getPipeline({
  pool,
  limits,
}: PipelineDeps): UnaryHandler<GetPipelineRequest__Output, PipelineStatus> {
  return async (request, { signal }) => {
    const pipelineId = pipelineIdOf(request, limits);
    const run = await openRun(pool, { kind: 'attach', pipelineId }, signal);
    try {
      const { accepted } = run;
      const { progress } = run.read();
      const latest = latestIndices(progress);
      return {
        summary: encodeSummary(pool.view.summarize({ ...accepted, record: { progress } })),
        stages: accepted.command.stages.map((_, stage) => {
          const index = latest.get(stage) ?? -1;
          const event = progress[index];
          return event ? encodeProgress(accepted, event, index) : encodeUnbegun(accepted, stage);
        }),
        request: encodeRequest(accepted.command),
      };
    } finally {
      run.close();
    }
  };
}

/** By stage: where its latest event is in the list. */
function latestIndices(progress: readonly ProgressEvent[]): ReadonlyMap<number, number> {
  const latest = new Map<number, number>();
  for (const [index, event] of progress.entries()) if (isOfStage(event)) latest.set(event.stage, index);
  return latest;
}

export function listPipelines({
  pool,
}: {
  readonly pool: PoolPort;
}): UnaryHandler<ListPipelinesRequest__Output, ListPipelinesResponse> {
  // oxlint-disable-next-line require-await -- a validation error has to be a rejection
  return async (request) => {
    const { status, pageSize, after } = validateList(request);
    requireRecovered(pool);
    const matching = pool.view
      .listPipelines(pool.ref.getSnapshot())
      .filter((run) => status === undefined || runStatusOf(run) === status)
      .filter((run) => after === undefined || byPlace(after, run) < 0)
      .toSorted(byPlace);
    const page = firstPage(matching, pageSize);
    const last = page.at(-1);
    return {
      pipelines: page.map(encodeSummary),
      next_page_token: last && page.length < matching.length ? encodePageToken(last) : '',
    };
  };
}

/** The latest accepted first; runs of the same moment by id, so that every run has one place. */
function byPlace(a: RunPlace, b: RunPlace): number {
  return compare(b.acceptedAt, a.acceptedAt) || compare(a.pipelineId, b.pipelineId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A client's default limit for a message is 4 MiB; characters are counted, and one is at most three bytes. */
const pageCharsMax = 1024 * 1024;

/** At most this many, and no more than fit into one message; but one at least. */
function firstPage(runs: readonly SummaryView[], size: number): readonly SummaryView[] {
  let chars = 0;
  const end = runs.findIndex((run, index) => {
    chars += charsOf(run);
    return index >= size || (index > 0 && chars > pageCharsMax);
  });
  return end === -1 ? runs : runs.slice(0, end);
}

function charsOf(run: SummaryView): number {
  const { pipelineId, name, message, errorMessage, triggeredBy } = run;
  const overhead = 100;
  return [pipelineId, name, message, errorMessage, triggeredBy].join('').length + overhead;
}
