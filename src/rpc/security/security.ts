/** All that stands between a connection and a method: the certificate, the callers' credentials, the guard. */
import { ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { parseCredentials, type Credential } from '../../config/credentials-file.ts';
import { named } from '../../config/named-setting.ts';
import { Guard } from './guard.ts';
import { openTls, type TlsFiles } from './tls.ts';
import { lookEveryMs, WatchedFiles } from './watched-files.ts';

export interface SecurityOptions {
  /** Absent: plaintext. */
  readonly tls?: TlsFiles | undefined;
  /** Path of the file of credentials; absent: whoever can connect may do everything. */
  readonly credentialsFile?: string | undefined;
  readonly callsPerPeerMax: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

export interface Security {
  readonly serverCredentials: ServerCredentials;
  /** Of a port for workers alone, who show a token of their own and no certificate. */
  readonly workerCredentials: ServerCredentials;
  readonly interceptors: ServerInterceptor[];
  /** Who may call, as it is now; undefined = whoever can connect. */
  readonly credentials: () => readonly Credential[] | undefined;
  close(): void;
}

/** @throws Error where a file cannot be used, saying which and why */
export function openSecurity(options: SecurityOptions): Security {
  const { tls: tlsFiles, credentialsFile, callsPerPeerMax, now, log } = options;
  const failed = (sentence: string) => log.error({}, sentence);
  const files =
    credentialsFile === undefined
      ? undefined
      : named('GRPC_CREDENTIALS', credentialsFile, () => {
          return new WatchedFiles({
            paths: [credentialsFile],
            parse: ([content]) => parseCredentials(content?.toString('utf8') ?? ''),
            changed: (all) => log.info({ credentials: all.length }, 'the credentials were replaced'),
            failed,
          });
        });
  const tls = tlsFiles && named('GRPC_TLS_CERT', tlsFiles.certificate, () => openTls(tlsFiles, failed));
  const guard = new Guard({
    credentials: () => files?.value,
    callsPerPeerMax,
    now,
    refused: (method, peer, why) => log.warn({ method, peer, why }, 'a call was refused'),
  });
  // Credentials are taken away, and expire.
  const looking = files && setInterval(() => guard.lookAgain(), lookEveryMs);
  looking?.unref();
  return {
    serverCredentials: tls?.credentials ?? ServerCredentials.createInsecure(),
    workerCredentials: tls?.workerCredentials ?? ServerCredentials.createInsecure(),
    interceptors: [guard.interceptor],
    credentials: () => files?.value,
    close() {
      clearInterval(looking);
      files?.close();
      tls?.close();
    },
  };
}
