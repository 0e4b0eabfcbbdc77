/**
 * The events of a run, each once and in order, across lost connections.
 *
 * A stream that breaks, ends early or leaves a number out is taken up again
 * behind the last event that was seen. What is not answered for half a minute
 * is lost: the run goes on without us, and can be attached to again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OttoscalerClientError } from '../../rpc/client.ts';
import type { PipelineProgress__Output } from '../../rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineClient } from './pipeline-client.ts';
import { statusWord } from './run-state.ts';

export type Followed =
  | { readonly kind: 'event'; readonly event: PipelineProgress__Output }
  /** Once for each loss, with the reason. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The server answers again; what follows was not seen yet. */
  | { readonly kind: 'attached'; readonly afterSequence: number };

export interface FollowOptions {
  readonly client: Pick<PipelineClient, 'watchPipeline' | 'getPipeline'>;
  readonly pipelineId: string;
  /** The stream of a run of which nothing was seen yet; called again where it breaks before its first event. */
  readonly start: () => AsyncIterable<PipelineProgress__Output>;
  readonly signal: AbortSignal;
  /** For tests. */
  readonly patience?: Patience;
}

interface Patience {
  /** From the loss on. */
  readonly lostMs: number;
  readonly pauseMinMs: number;
  readonly pauseMaxMs: number;
  /** A stream that held for this long was no failed attempt. */
  readonly heldMs: number;
}

const patienceDefault: Patience = { lostMs: 30_000, pauseMinMs: 250, pauseMaxMs: 4_000, heldMs: 5_000 };
const probeTimeoutMs = 5_000;

/** The connection did not come back in time. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/**
 * Ends with the run's own last event.
 * @throws ConnectionLostError; OttoscalerClientError where the server refuses; whatever aborts the signal.
 */
export async function* followRun(options: FollowOptions): AsyncGenerator<Followed, void> {
  const { client, pipelineId, start, signal, patience = patienceDefault } = options;
  let lastSequence = 0;
  let seenAny = false;
  let lostSinceMs: number | undefined;
  let pauseMs = patience.pauseMinMs;
  for (;;) {
    const openedMs = performance.now();
    let reason = 'the stream ended early';
    try {
      if (lostSinceMs !== undefined && seenAny) {
        await client.getPipeline({ pipeline_id: pipelineId }, { timeoutMs: probeTimeoutMs, signal });
        yield { kind: 'attached', afterSequence: lastSequence };
      }
      const stream = seenAny
        ? client.watchPipeline({ pipeline_id: pipelineId, after_sequence: lastSequence }, { signal })
        : start();
      for await (const event of stream) {
        const { sequence } = event;
        if (sequence !== 0 && sequence <= lastSequence) continue;
        if (sequence > lastSequence + 1) {
          reason = `event ${lastSequence + 1} was left out`;
          break;
        }
        lastSequence = Math.max(sequence, lastSequence);
        seenAny = true;
        lostSinceMs = undefined;
        pauseMs = patience.pauseMinMs;
        yield { kind: 'event', event };
        if (isLast(event)) return;
      }
    } catch (error) {
      if (signal.aborted || !isPassing(error, seenAny)) throw error;
      reason = error.message;
    }
    const nowMs = performance.now();
    if (nowMs - openedMs >= patience.heldMs) lostSinceMs = undefined;
    if (lostSinceMs === undefined) yield { kind: 'lost', reason };
    lostSinceMs ??= nowMs;
    const leftMs = patience.lostMs - (nowMs - lostSinceMs);
    if (leftMs <= 0) throw new ConnectionLostError(lossOf(reason, patience.lostMs));
    // Half of it by chance: whoever lost the same server does not return at once.
    const restMs = pauseMs * (0.5 + Math.random() / 2);
    await pause(Math.min(leftMs, restMs), undefined, { signal });
    pauseMs = Math.min(pauseMs * 2, patience.pauseMaxMs);
  }
}

function lossOf(reason: string, lostMs: number): string {
  return `the connection was lost and did not come back within ${lostMs / 1_000} s (${reason}); the run goes on`;
}

function isLast(event: PipelineProgress__Output): boolean {
  if (event.stage_id !== '') return false;
  const status = statusWord(event.status);
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Whether it may go by: the server is away, restarts or dies in the middle of a call. */
function isPassing(error: unknown, seenAny: boolean): error is OttoscalerClientError {
  if (!(error instanceof OttoscalerClientError)) return false;
  switch (error.code) {
    case 'UNAVAILABLE':
      // Whom nobody ever answered has most likely called the wrong place.
      return seenAny || !wasNeverReached(error);
    case 'CANCELLED':
    case 'INTERNAL':
    case 'UNKNOWN':
    case 'DEADLINE_EXCEEDED':
    case 'ABORTED':
      return seenAny;
    case 'INVALID_ARGUMENT':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PERMISSION_DENIED':
    case 'RESOURCE_EXHAUSTED':
    case 'FAILED_PRECONDITION':
    case 'OUT_OF_RANGE':
    case 'UNIMPLEMENTED':
    case 'DATA_LOSS':
    case 'UNAUTHENTICATED':
      return false;
  }
}

/** As the client says it; a unit test holds the two together. */
export function wasNeverReached({ message }: OttoscalerClientError): boolean {
  return message.startsWith('no Ottoscaler answers ');
}
