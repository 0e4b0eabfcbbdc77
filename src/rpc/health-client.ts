/** The standard health service, asked once: for the health check of a container, and for scripts. */
import { makeClientConstructor, type ClientUnaryCall, type requestCallback } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { toClientError } from './client-error.ts';
import { channelCredentials, type ClientCredentials } from './security/client-credentials.ts';

interface HealthAnswer {
  readonly status: 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
}

interface HealthClient {
  check(
    request: { service: string },
    options: { deadline: number },
    done: requestCallback<HealthAnswer>,
  ): ClientUnaryCall;
  close(): void;
}

const Health = makeClientConstructor(service, 'grpc.health.v1.Health');

/**
 * @param address `host:port`
 * @returns whether the server as a whole serves; one that stands by, begins or ends does not
 * @throws OttoscalerClientError where there was no answer, in a sentence
 */
export async function isServing(
  address: string,
  shown: ClientCredentials,
  timeoutMs: number,
): Promise<boolean> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made at run time, of that service
  const client = new Health(address, channelCredentials(shown)) as unknown as HealthClient;
  const { promise, resolve, reject } = Promise.withResolvers<HealthAnswer>();
  client.check({ service: '' }, { deadline: Date.now() + timeoutMs }, (error, answer) => {
    if (error) reject(toClientError(error, address, timeoutMs));
    else if (answer) resolve(answer);
  });
  try {
    return (await promise).status === 'SERVING';
  } finally {
    client.close();
  }
}
