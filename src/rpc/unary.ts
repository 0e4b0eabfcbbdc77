/**
 * Lets an async function answer a unary call.
 *
 * grpc-js ignores a handler's promise: a rejection would be unhandled and the
 * caller would wait forever. Here every way a handler can end answers the call
 * exactly once.
 */
import type { handleUnaryCall } from '@grpc/grpc-js';
import { type CallContext, failureOf, openCall } from './call-context.ts';
import { type ReportUnexpected, toServiceError } from './status.ts';

export type UnaryHandler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

export function unary<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  reportUnexpected: ReportUnexpected,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const { context, close } = openCall(call);
    const outcome = async (): Promise<Parameters<typeof callback>> => {
      try {
        return [null, await handler(call.request, context)];
      } catch (thrown) {
        return [toServiceError(failureOf(thrown, context.signal), reportUnexpected)];
      }
    };
    const answer = async () => {
      const parameters = await outcome();
      close();
      callback(...parameters);
    };
    void answer();
  };
}
