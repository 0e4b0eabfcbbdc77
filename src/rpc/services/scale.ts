/** ScaleUp and ScaleDown: a request becomes an event, the actor's answer becomes the response. */
import { isDeepStrictEqual } from 'node:util';
import type { ScaleAnswer } from '../../machines/scale/replies.ts';
import type { CallContext } from '../call-context.ts';
import type { ScaleRequest__Output } from '../generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse } from '../generated/ottoscaler/v1/ScaleResponse.ts';
import { RpcError } from '../status.ts';
import type { Limits } from '../validate/limits.ts';
import { validateScaleDown, validateScaleUp } from '../validate/scale.ts';
import { answerOf } from './answer-of.ts';
import { noteTrace } from './note-trace.ts';
import type { PoolPort } from './pool-port.ts';
import { requireServing } from './readiness.ts';
import { refusalError } from './refusal.ts';

export interface ScaleDeps {
  readonly pool: PoolPort;
  readonly limits: Limits;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * One call, whoever makes it: a gRPC caller, or an event that stands for one.
 *
 * @throws RpcError where the command was not accepted
 */
export type ScaleCall = (
  request: ScaleRequest__Output,
  caller: Pick<CallContext, 'signal'> & Partial<Pick<CallContext, 'metadata'>>,
) => Promise<ScaleResponse>;

export function scaleUp({ pool, limits, now }: ScaleDeps): ScaleCall {
  return async (request, caller) => {
    const { signal } = caller;
    const command = validateScaleUp(request, limits);
    requireServing(pool);
    const earlier = pool.view.findScaleUp(pool.ref.getSnapshot(), command);
    if (earlier && !isDeepStrictEqual(earlier.getSnapshot().context.command, command))
      throw differs(command.taskId);
    noteTrace(pool, command, caller);
    pool.ref.send({ type: 'scale.up', command });
    const ref = pool.view.findScaleUp(pool.ref.getSnapshot(), command);
    if (!ref) throw new RpcError('UNAVAILABLE', 'Ottoscaler is shutting down; send the command again');
    return encode(await answerOf(ref, signal), earlier !== undefined, now());
  };
}

export function scaleDown({ pool, limits, now }: ScaleDeps): ScaleCall {
  return async (request, caller) => {
    const { signal } = caller;
    const command = validateScaleDown(request, limits);
    requireServing(pool);
    const earlier = pool.view.findScaleDown(pool.ref.getSnapshot(), command);
    if (
      command.requestId !== '' &&
      earlier &&
      !isDeepStrictEqual(earlier.getSnapshot().context.command, command)
    ) {
      throw differs(command.taskId);
    }
    noteTrace(pool, command, caller);
    pool.ref.send({ type: 'scale.down', command, at: new Date(now()).toISOString() });
    const ref = pool.view.findScaleDown(pool.ref.getSnapshot(), command);
    if (!ref) throw new RpcError('UNAVAILABLE', 'Ottoscaler is shutting down; send the command again');
    return encode(await answerOf(ref, signal), command.requestId !== '' && earlier !== undefined, now());
  };
}

function differs(taskId: string): RpcError {
  const key = `task_id ${JSON.stringify(taskId)} with this metadata["request_id"]`;
  return new RpcError(
    'ALREADY_EXISTS',
    `${key} was accepted before with other content; send another request_id`,
  );
}

function encode(answer: ScaleAnswer, attached: boolean, nowMs: number): ScaleResponse {
  if (answer.kind === 'refused') throw refusalError(answer);
  const { podNames, failedCount, acceptedAt } = answer;
  const replayed = answer.replayed || attached;
  const outcome =
    failedCount === 0 ? 'SUCCESS' : failedCount < podNames.length ? 'PARTIAL_SUCCESS' : 'FAILED';
  return {
    status: replayed ? 'ALREADY_PROCESSED' : outcome,
    message: replayed ? 'already processed' : answer.message,
    processed_count: podNames.length - failedCount,
    worker_pod_names: [...podNames],
    started_at: acceptedAt,
    completed_at: new Date(nowMs).toISOString(),
  };
}
