/**
 * A real gRPC server on a free loopback port, with the handlers a test gives it.
 */
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { ottoscalerService } from '../../src/rpc/contract.ts';

export interface TestServer extends AsyncDisposable {
  readonly address: string;
}

/** Serves OttoscalerService; what `handlers` lacks answers UNIMPLEMENTED. */
export async function startOttoscaler(handlers: UntypedServiceImplementation): Promise<TestServer> {
  const server = new Server();
  server.addService(ottoscalerService, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}
