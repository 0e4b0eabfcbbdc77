/** From the environment to checked settings; what ENV_FILE says is in it by then (`src/cli/env-file.ts`). */
import { z } from 'zod';
import { settings, type Settings } from './settings.ts';

/** Its message is one line a person can act on. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** @throws SettingsError naming the variable, its value and the rule that it breaks. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const schema = z.object(
    Object.fromEntries(
      Object.entries(settings).map(([name, s]) => [name, z.string().default(s.default).pipe(s.rule)]),
    ),
  );
  // An empty variable counts as unset, as in a manifest that leaves a value blank.
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== '' && value !== undefined),
  );
  const result = schema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0]);
    throw new SettingsError(`${name}=${JSON.stringify(given[name])} ${issue?.message}`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema was made from the same table
  return consistent(result.data as Settings);
}

/** Rules that no single variable can break, and what follows for one from another. */
function consistent(s: Settings): Settings {
  requireSafe(s);
  requirePushable(s);
  requireHandlerTls(s);
  requireLess(s, 'LEASE_RENEW_SECONDS', 'LEASE_SECONDS');
  requireLess(s, 'LEASE_RETRY_SECONDS', 'LEASE_RENEW_SECONDS');
  return { ...s, LEADER_ELECTION: s.LEADER_ELECTION && s.OTTO_CLUSTER !== 'local' };
}

/** What is open beyond this machine is encrypted and asks who calls, unless that is given up in so many words. */
function requireSafe(s: Settings): void {
  requirePair(s, 'GRPC_TLS');
  requirePair(s, 'HTTP_TLS');
  if (s.GRPC_TLS_CLIENT_CA !== '' && s.GRPC_TLS_CERT === '')
    throw new SettingsError('GRPC_TLS_CLIENT_CA needs GRPC_TLS_CERT and GRPC_TLS_KEY');
  if (loopback.test(s.GRPC_HOST) || s.GRPC_PLAINTEXT) return;
  const where = `GRPC_HOST=${JSON.stringify(s.GRPC_HOST)} is outside loopback, where`;
  if (s.GRPC_TLS_CERT === '')
    throw new SettingsError(
      `${where} plaintext gRPC is refused; set GRPC_TLS_CERT and GRPC_TLS_KEY, or GRPC_PLAINTEXT=true to allow it`,
    );
  if (s.GRPC_CREDENTIALS === '' && s.GRPC_TLS_CLIENT_CA === '')
    throw new SettingsError(
      `${where} callers must show who they are; set GRPC_CREDENTIALS or GRPC_TLS_CLIENT_CA, or GRPC_PLAINTEXT=true to do without`,
    );
}

/** Workers have no certificate, and nothing but what their Pods are given to know the server by. */
function requirePushable(s: Settings): void {
  if (s.WORKER_LOG_ENDPOINT === '') return;
  if (s.GRPC_TLS_CERT !== '' && s.WORKER_LOG_CA === '')
    throw new SettingsError(
      'WORKER_LOG_ENDPOINT beside GRPC_TLS_CERT needs WORKER_LOG_CA, the PEM file of the authority by which workers know this server, or system',
    );
  if (s.GRPC_TLS_CLIENT_CA !== '' && s.WORKER_LOG_PORT === 'off')
    throw new SettingsError(
      'WORKER_LOG_ENDPOINT beside GRPC_TLS_CLIENT_CA needs WORKER_LOG_PORT: workers have no client certificate',
    );
}

function requireHandlerTls(s: Settings): void {
  requirePair(s, 'OTTO_HANDLER_TLS');
  if (s.OTTO_HANDLER_TLS_CERT !== '' && s.OTTO_HANDLER_TLS_CA === '')
    throw new SettingsError(
      'OTTO_HANDLER_TLS_CERT needs OTTO_HANDLER_TLS_CA: without it otto-handler is called in plaintext',
    );
  const isNear = loopback.test(s.OTTO_HANDLER_HOST.replace(/:\d+$/, ''));
  if (s.OTTO_HANDLER_TOKEN_FILE !== '' && s.OTTO_HANDLER_TLS_CA === '' && !isNear && !s.GRPC_PLAINTEXT)
    throw new SettingsError(
      'OTTO_HANDLER_TOKEN_FILE needs OTTO_HANDLER_TLS_CA, or GRPC_PLAINTEXT=true to show the token unencrypted outside loopback',
    );
}

type Tls = 'GRPC_TLS' | 'HTTP_TLS' | 'OTTO_HANDLER_TLS';

function requirePair(s: Settings, tls: Tls): void {
  if ((s[`${tls}_CERT`] === '') !== (s[`${tls}_KEY`] === ''))
    throw new SettingsError(`${tls}_CERT and ${tls}_KEY belong together: set both or neither`);
}

type Seconds = 'LEASE_SECONDS' | 'LEASE_RENEW_SECONDS' | 'LEASE_RETRY_SECONDS';

function requireLess(s: Settings, less: Seconds, more: Seconds): void {
  if (s[less] < s[more]) return;
  throw new SettingsError(`${less}="${s[less]}" must be less than ${more}="${s[more]}"`);
}
