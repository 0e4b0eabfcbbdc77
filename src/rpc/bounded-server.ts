/**
 * A gRPC server with the bounds that each of ours has, where it listens, and its orderly end.
 *
 * Everything is bounded here before anything is parsed: message size, streams per connection, age of a connection.
 */
import { Server, type ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';

export function boundedServer(
  messageBytesMax: number,
  interceptors: ServerInterceptor[] | undefined,
): Server {
  return new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_concurrent_streams': 1_000,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.max_connection_age_ms': 60 * 60_000,
    'grpc.max_connection_age_grace_ms': 10 * 60_000,
    'grpc.enable_channelz': 0,
    ...(interceptors ? { interceptors } : {}),
  });
}

/**
 * @param port 0 = a free one
 * @returns the port
 * @throws Error where the address cannot be listened on, saying which and why
 */
export function listen(
  server: Server,
  host: string,
  port: number,
  serverCredentials: ServerCredentials,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  server.bindAsync(address, serverCredentials, (error, bound) => {
    if (error) reject(new Error(`cannot listen on ${address}: ${error.message}`, { cause: error }));
    else resolve(bound);
  });
  return promise;
}

/** What is under way is answered and connections are told to go away; at the deadline they are cut. */
export async function endServer(server: Server, deadlineMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    resolve();
  }, deadlineMs);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
}
