/**
 * `ottoscaler healthcheck`: whether the server of this environment serves, by gRPC's own health service.
 *
 * It finds the server by the server's own settings, so in a container it needs none.
 */
import { shownCredentials } from '../cli/shown-credentials.ts';
import { readSettings } from '../config/read-settings.ts';
import { isServing } from '../rpc/health-client.ts';

const answerWithinMs = 4_000;

/**
 * @param address `host:port`; absent: where the settings say that the server listens
 * @returns the exit code: 0 where it serves
 * @throws Error where there is no answer, in a sentence
 */
export async function checkHealth(
  env: NodeJS.ProcessEnv,
  address: string = listeningAddress(env),
): Promise<number> {
  if (await isServing(address, shownCredentials(env), answerWithinMs)) {
    process.stdout.write(`Ottoscaler at ${address} serves.\n`);
    return 0;
  }
  throw new Error(
    `Ottoscaler at ${address} does not serve now: it begins, stands by or ends; /readyz says which`,
  );
}

function listeningAddress(env: NodeJS.ProcessEnv): string {
  const { GRPC_HOST: host, GRPC_PORT: port } = readSettings(env);
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return reached.includes(':') ? `[${reached}]:${port}` : `${reached}:${port}`;
}
