/**
 * What a handler may know of the call it answers.
 *
 * grpc-js emits `cancelled` for a client's cancel, for a passed deadline and
 * for a lost connection, but also after every regular answer. Only the first
 * three are news to a handler, so the call is closed before it is answered.
 */
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { RpcError } from './status.ts';

export interface CallContext {
  /**
   * Fires when nobody waits for the answer any more; its reason is an RpcError, CANCELLED or DEADLINE_EXCEEDED.
   * For a stream also when the server ends: UNAVAILABLE.
   */
  readonly signal: AbortSignal;
  /** What the caller sent besides the message, a bearer token for one. */
  readonly metadata: Metadata;
  /** The caller's address, for logs; `unknown` where there is none. */
  readonly peer: string;
}

/** What every kind of server call has. */
type ServerCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPeer' | 'getDeadline'> & {
  once(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
};

/**
 * The caller's own timer ends a call, and its cancel may arrive before our copy of the deadline, which began
 * when the request arrived: this much earlier still counts as the deadline. It decides a word, no behaviour.
 */
const timerSkewMs = 50;

/**
 * Opens a context for a call. `close` is to be called once, right before the call is answered.
 *
 * @param ending fires when the server ends; its reason, an RpcError, is then the context's too
 */
export function openCall(
  call: ServerCall,
  ending?: AbortSignal,
): { context: CallContext; close: () => void } {
  const controller = new AbortController();
  const onCancelled = () => controller.abort(abandonedBecause(call));
  const onEnding = () => controller.abort(ending?.reason);
  call.once('cancelled', onCancelled);
  ending?.addEventListener('abort', onEnding);
  if (ending?.aborted) onEnding();
  return {
    context: { signal: controller.signal, metadata: call.metadata, peer: call.getPeer() },
    close: () => {
      call.off('cancelled', onCancelled);
      ending?.removeEventListener('abort', onEnding);
    },
  };
}

function abandonedBecause(call: ServerCall): RpcError {
  const passed = Number(call.getDeadline()) - Date.now() <= timerSkewMs;
  return passed
    ? new RpcError('DEADLINE_EXCEEDED', 'the deadline of the call has passed')
    : new RpcError('CANCELLED', 'the caller went away');
}

/**
 * What a handler's failure means. A handler that obeyed its signal threw because of it, in whatever form the
 * libraries below give an abort; that is no fault to report.
 */
export function failureOf(thrown: unknown, signal: AbortSignal): unknown {
  const aborted = thrown instanceof Error && thrown.name === 'AbortError';
  return signal.aborted && aborted ? signal.reason : thrown;
}
