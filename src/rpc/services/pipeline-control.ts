/**
 * CancelPipeline and RetryPipeline: what is asked of runs that were accepted before.
 *
 * Both answer only what is durable. Asked twice, each has the effect of once.
 */
import type { CallContext } from '../call-context.ts';
import type { CancelMode } from '../../machines/pipeline/command.ts';
import type { PipelineReading } from '../../machines/pipeline/reading.ts';
import type { CancelPipelineRequest__Output } from '../generated/ottoscaler/v1/CancelPipelineRequest.ts';
import type { CancelPipelineResponse } from '../generated/ottoscaler/v1/CancelPipelineResponse.ts';
import type { RetryPipelineRequest__Output } from '../generated/ottoscaler/v1/RetryPipelineRequest.ts';
import type { RetryPipelineResponse } from '../generated/ottoscaler/v1/RetryPipelineResponse.ts';
import { RpcError } from '../status.ts';
import { validateCancel, validateRetry } from '../validate/pipeline-query.ts';
import { quote } from '../validate/reject.ts';
import { isOfStage } from './encode-progress.ts';
import { noteTrace } from './note-trace.ts';
import { openRun } from './open-run.ts';
import type { PipelineDeps } from './pipeline-stream.ts';
import { requireServing } from './readiness.ts';

/**
 * One call, whoever makes it: a gRPC caller, or somebody at the inspector.
 *
 * @throws RpcError where it cannot be done
 */
export type PipelineCall<Request, Response> = (
  request: Request,
  caller: Pick<CallContext, 'signal'> & Partial<Pick<CallContext, 'metadata'>>,
) => Promise<Response>;

/** A cancel may only go further. */
const strength = { 'finish-running': 1, 'run-finally': 2, now: 3 } as const satisfies Record<
  CancelMode,
  number
>;

const effects = {
  'finish-running': 'what runs may finish and nothing else starts',
  'run-finally': 'what runs is terminated, then the stages that run always do',
  now: 'what runs is terminated and nothing else starts',
} as const satisfies Record<CancelMode, string>;

export function cancelPipeline({
  pool,
  limits,
}: PipelineDeps): PipelineCall<CancelPipelineRequest__Output, CancelPipelineResponse> {
  return async (request, { signal }) => {
    const { pipelineId, cancel } = validateCancel(request, limits);
    requireServing(pool);
    const run = await openRun(pool, { kind: 'attach', pipelineId }, signal);
    try {
      for (let isSent = false; ;) {
        const reading = run.read();
        const message = answerOf(reading, cancel.mode, isSent, pipelineId);
        if (message !== undefined) return { pipeline_id: pipelineId, message };
        if (!isSent) pool.ref.send({ type: 'pipeline.cancel', pipelineId, cancel });
        isSent = true;
        // oxlint-disable-next-line no-await-in-loop -- each reading follows a change
        await run.changed();
      }
    } finally {
      run.close();
    }
  };
}

/** Undefined while there is nothing to answer yet. */
function answerOf(
  { phase, cancel, progress }: PipelineReading,
  wanted: CancelMode,
  isSent: boolean,
  pipelineId: string,
): string | undefined {
  const run = `the run ${quote(pipelineId)}`;
  const inForce = cancel && strength[cancel.mode] >= strength[wanted] ? cancel.mode : undefined;
  if (phase === 'ended') {
    const status = progress.findLast((event) => !isOfStage(event))?.status;
    if (status !== 'cancelled')
      throw new RpcError('FAILED_PRECONDITION', `pipeline_id: ${run} has ended as ${status ?? 'unknown'}`);
    return isSent && inForce ? `${run} is cancelled` : `${run} was cancelled already`;
  }
  if (inForce === undefined) return undefined;
  return isSent
    ? `${run} is being cancelled: ${effects[inForce]}`
    : `${run} is being cancelled already (${inForce}): ${effects[inForce]}`;
}

export function retryPipeline({
  pool,
  limits,
}: PipelineDeps): PipelineCall<RetryPipelineRequest__Output, RetryPipelineResponse> {
  return async (request, caller) => {
    const { pipelineId: earlierId, newPipelineId, triggeredBy } = validateRetry(request, limits);
    const opening = { kind: 'retry', pipelineId: newPipelineId, earlierId, triggeredBy } as const;
    noteTrace(pool, opening, caller);
    const run = await openRun(pool, opening, caller.signal);
    run.close();
    const { retryOf, stages } = run.accepted.command;
    if (retryOf?.pipelineId !== earlierId)
      throw new RpcError(
        'ALREADY_EXISTS',
        `new_pipeline_id ${quote(newPipelineId)} was accepted before and is no retry of ${quote(earlierId)}; ` +
          'choose another new_pipeline_id',
      );
    const reused = new Set(retryOf.reused.map(({ stageId }) => stageId));
    return {
      pipeline_id: newPipelineId,
      reused: retryOf.reused.map(({ stageId, digest }) => ({ stage_id: stageId, digest })),
      rerun_stage_ids: stages.map(({ stageId }) => stageId).filter((stageId) => !reused.has(stageId)),
      already_accepted: run.wasAccepted,
    };
  };
}
