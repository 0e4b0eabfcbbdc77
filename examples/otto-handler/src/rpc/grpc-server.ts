/**
 * Nest's gRPC server, with two things that it lacks: it knows its port when it was given 0, and its end is bounded.
 *
 * `gracefulShutdown` waits until every call has ended, and a stream of log lines ends by itself never. The streams are
 * ended first (answered-streams.ts); a peer that still holds on is cut off after a while.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ServerGrpc, type GrpcOptions } from '@nestjs/microservices';

const closeWithinMs = 2_000;
const minuteMs = 60_000;

export class GrpcServer extends ServerGrpc {
  /** The one it listens on. */
  port = 0;

  constructor(address: string, options: Omit<GrpcOptions['options'], 'url' | 'gracefulShutdown'>) {
    super({ ...options, url: address, gracefulShutdown: true });
  }

  override async createClient(): Promise<Server> {
    // A peer that is gone without a word is noticed.
    const server = new Server({ 'grpc.keepalive_time_ms': minuteMs, 'grpc.enable_channelz': 0 });
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(this.url, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return server;
  }

  override async close(): Promise<void> {
    const server = this.grpcClient as Server | null;
    let timer: NodeJS.Timeout | undefined;
    const cut = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        server?.forceShutdown();
        resolve();
      }, closeWithinMs);
    });
    await Promise.race([super.close(), cut]);
    clearTimeout(timer);
  }
}
