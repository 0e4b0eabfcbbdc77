/**
 * Reads a server's stream as an async iterable.
 *
 * A reader that stops early, by leaving its loop or by its signal, cancels the call. Messages are read one
 * by one, so a slow reader slows the server down.
 */
import type { ClientReadableStream } from '@grpc/grpc-js';

/**
 * @param start begins the call; it is begun when the first message is asked for
 * @param toError makes of the call's error what the reader gets
 */
export async function* readStream<Message>(
  start: () => ClientReadableStream<Message>,
  signal: AbortSignal | undefined,
  toError: (error: unknown) => Error,
): AsyncGenerator<Message, void, void> {
  const call = start();
  // The iterator below reports errors; one that comes after its end must not end the process.
  call.on('error', () => {});
  const onAbort = () => call.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const messages: AsyncIterable<Message> = call;
  try {
    yield* messages;
  } catch (error) {
    throw toError(error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    call.cancel();
  }
}
