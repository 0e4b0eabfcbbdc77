/** From the environment (and ENV_FILE) to checked settings. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { settings, type Settings } from './settings.ts';

/** Its message is one line a person can act on. */
class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** @throws SettingsError naming the variable, its value and the rule that it breaks. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const merged = { ...fromFile(env['ENV_FILE']), ...env };
  const schema = z.object(
    Object.fromEntries(
      Object.entries(settings).map(([name, s]) => [name, z.string().default(s.default).pipe(s.rule)]),
    ),
  );
  // An empty variable counts as unset, as in a manifest that leaves a value blank.
  const given = Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== '' && value !== undefined),
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
  requireLess(s, 'LEASE_RENEW_SECONDS', 'LEASE_SECONDS');
  requireLess(s, 'LEASE_RETRY_SECONDS', 'LEASE_RENEW_SECONDS');
  return { ...s, LEADER_ELECTION: s.LEADER_ELECTION && s.OTTO_CLUSTER !== 'local' };
}

/** What is open beyond this machine is encrypted and asks who calls, unless that is given up in so many words. */
function requireSafe(s: Settings): void {
  if ((s.GRPC_TLS_CERT === '') !== (s.GRPC_TLS_KEY === ''))
    throw new SettingsError('GRPC_TLS_CERT and GRPC_TLS_KEY belong together: set both or neither');
  if (s.GRPC_TLS_CLIENT_CA !== '' && s.GRPC_TLS_CERT === '')
    throw new SettingsError('GRPC_TLS_CLIENT_CA needs GRPC_TLS_CERT and GRPC_TLS_KEY');
  if (s.WORKER_LOG_ENDPOINT !== '' && s.GRPC_TLS_CERT !== '')
    throw new SettingsError(
      'WORKER_LOG_ENDPOINT needs plaintext gRPC, which GRPC_TLS_CERT ends; leave it empty: the logs are followed all the same',
    );
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

type Seconds = 'LEASE_SECONDS' | 'LEASE_RENEW_SECONDS' | 'LEASE_RETRY_SECONDS';

function requireLess(s: Settings, less: Seconds, more: Seconds): void {
  if (s[less] < s[more]) return;
  throw new SettingsError(`${less}="${s[less]}" must be less than ${more}="${s[more]}"`);
}

function fromFile(file: string | undefined): NodeJS.Dict<string> {
  if (!file) return {};
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError(
      `ENV_FILE=${JSON.stringify(file)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
