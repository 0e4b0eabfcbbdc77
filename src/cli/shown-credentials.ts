/** Who the caller is, by the environment: the same for every tool that calls an Ottoscaler. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../error-message.ts';
import type { ClientCredentials } from '../rpc/client.ts';
import { UsageError } from './usage-error.ts';

export const credentialsHelp = `Environment, for an Ottoscaler that asks who calls:
  OTTO_TOKEN, OTTO_TOKEN_FILE   the token, or the file that holds it
  OTTO_TLS_CA                   PEM file of the authority that vouches for the server; "system" = those that Node trusts
  OTTO_TLS_CERT, OTTO_TLS_KEY   PEM files of the caller's own certificate and key (mTLS)`;

/** @throws UsageError naming the variable whose file cannot be read, or that lacks its other half */
export function shownCredentials(env: NodeJS.ProcessEnv): ClientCredentials {
  const { OTTO_TOKEN: token, OTTO_TOKEN_FILE: tokenFile, OTTO_TLS_CA: ca } = env;
  const { OTTO_TLS_CERT: certificate, OTTO_TLS_KEY: key } = env;
  if (!certificate !== !key)
    throw new UsageError('OTTO_TLS_CERT and OTTO_TLS_KEY belong together: set both or neither');
  if (certificate && !ca)
    throw new UsageError('OTTO_TLS_CERT needs OTTO_TLS_CA: without it the connection is plaintext');
  const shown = token || (tokenFile ? read('OTTO_TOKEN_FILE', tokenFile).toString('utf8').trim() : '');
  return {
    ...(shown ? { token: shown } : {}),
    ...(ca
      ? {
          tls: {
            ...(ca === 'system' ? {} : { ca: read('OTTO_TLS_CA', ca) }),
            ...(certificate && key
              ? { certificate: read('OTTO_TLS_CERT', certificate), key: read('OTTO_TLS_KEY', key) }
              : {}),
          },
        }
      : {}),
  };
}

function read(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${variable}=${JSON.stringify(path)} cannot be read: ${messageOf(error)}`);
  }
}
