/**
 * Lets an async generator answer a server-streaming call.
 *
 * A slow reader slows the generator down: the next message is asked for only
 * when the last one was taken or the buffer has drained, so memory stays
 * bounded by the stream's own high-water mark. A reader that goes away fires
 * the signal, which the generator must obey wherever it waits; its `finally`
 * blocks run in every case.
 */
import { once } from 'node:events';
import type { ServerWritableStream, handleServerStreamingCall } from '@grpc/grpc-js';
import { type CallContext, failureOf, openCall } from './call-context.ts';
import { type ReportUnexpected, toServiceError } from './status.ts';

export type StreamHandler<Request, Message> = (
  request: Request,
  context: CallContext,
) => AsyncIterable<Message>;

/** @param ending ends every stream with its reason, an RpcError: a stream left open would keep the server open */
export function serverStream<Request, Message>(
  handler: StreamHandler<Request, Message>,
  reportUnexpected: ReportUnexpected,
  ending?: AbortSignal,
): handleServerStreamingCall<Request, Message> {
  return (call) => {
    const { context, close } = openCall(call, ending);
    const answer = async () => {
      try {
        await writeAll(call, handler(call.request, context), context.signal);
        close();
        call.end();
      } catch (thrown) {
        close();
        // The stream's own `error` listener makes this the call's status and ends it.
        call.emit('error', toServiceError(failureOf(thrown, context.signal), reportUnexpected));
      }
    };
    void answer();
  };
}

async function writeAll<Request, Message>(
  call: ServerWritableStream<Request, Message>,
  messages: AsyncIterable<Message>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    signal.throwIfAborted();
    if (!call.write(message)) await once(call, 'drain', { signal });
  }
}
