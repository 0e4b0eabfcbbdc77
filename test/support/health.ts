/** The standard health service, as a probe or a load balancer sees it. */
import { credentials, makeClientConstructor, type ClientReadableStream } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

const HealthClient = makeClientConstructor(service, 'grpc.health.v1.Health');

export interface HealthWatch extends Disposable {
  /** Every status that was told, in order. */
  readonly statuses: readonly string[];
}

export function watchHealth(address: string): HealthWatch {
  const client = new HealthClient(address, credentials.createInsecure());
  const watch = client['Watch'] as (request: object) => ClientReadableStream<{ status: string }>;
  const stream = watch.call(client, { service: '' });
  const statuses: string[] = [];
  stream.on('data', ({ status }: { status: string }) => void statuses.push(status));
  // The server ends it at the latest when its process does.
  stream.on('error', () => {});
  return {
    statuses,
    [Symbol.dispose]: () => {
      stream.cancel();
      client.close();
    },
  };
}
