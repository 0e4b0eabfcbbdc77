/**
 * ExecutePipeline and WatchPipeline: a run's events, in order, from any of them on.
 *
 * Each stream reads the one list that the run's actor keeps, by index, and holds nothing of its own: a
 * reader that is slow or stands still costs no memory, and one that goes away ends its stream and no run.
 * The list holds what is durable, so a stream that breaks is resumed by its last sequence number.
 */
import { isDeepStrictEqual } from 'node:util';
import type { PipelineProgress } from '../generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest__Output } from '../generated/ottoscaler/v1/PipelineRequest.ts';
import type { WatchPipelineRequest__Output } from '../generated/ottoscaler/v1/WatchPipelineRequest.ts';
import type { StreamHandler } from '../server-stream.ts';
import { RpcError } from '../status.ts';
import type { Limits } from '../validate/limits.ts';
import { afterSequence, pipelineIdOf } from '../validate/pipeline-query.ts';
import { validatePipeline } from '../validate/pipeline.ts';
import { quote } from '../validate/reject.ts';
import { encodeProgress } from './encode-progress.ts';
import { noteTrace } from './note-trace.ts';
import { openRun, type Run } from './open-run.ts';
import type { PoolPort } from './pool-port.ts';

export interface PipelineDeps {
  readonly pool: PoolPort;
  readonly limits: Limits;
}

export function executePipeline({
  pool,
  limits,
}: PipelineDeps): StreamHandler<PipelineRequest__Output, PipelineProgress> {
  return async function* (request, caller) {
    const after = afterSequence(request);
    const command = validatePipeline(request, limits);
    const { pipelineId } = command;
    noteTrace(pool, command, caller);
    const run = await openRun(pool, { kind: 'submit', pipelineId, command }, caller.signal);
    try {
      if (!isDeepStrictEqual(run.accepted.command, command)) throw differs(pipelineId);
      yield* eventsOf(run, after);
    } finally {
      run.close();
    }
  };
}

export function watchPipeline({
  pool,
  limits,
}: PipelineDeps): StreamHandler<WatchPipelineRequest__Output, PipelineProgress> {
  return async function* (request, { signal }) {
    const after = afterSequence(request);
    const pipelineId = pipelineIdOf(request, limits);
    const run = await openRun(pool, { kind: 'attach', pipelineId }, signal);
    try {
      yield* eventsOf(run, after);
    } finally {
      run.close();
    }
  };
}

/** The list may grow, and the run end, while an event is on its way; so both are read again after each wait. */
async function* eventsOf(run: Run, after: number): AsyncGenerator<PipelineProgress> {
  for (let next = after; ;) {
    const { phase, progress } = run.read();
    for (; next < progress.length; next++) {
      const event = progress[next];
      if (event) yield encodeProgress(run.accepted, event, next);
    }
    if (phase === 'ended') return;
    await run.changed();
  }
}

function differs(pipelineId: string): RpcError {
  return new RpcError(
    'ALREADY_EXISTS',
    `pipeline_id ${quote(pipelineId)} was accepted before with other content; choose another pipeline_id`,
  );
}
