/** The server's side of TLS, from files that may be replaced while it runs. */
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import { openCertificateFiles } from './certificate-files.ts';

export interface TlsFiles {
  /** PEM, the server's own certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** PEM; where it is given, a caller without a certificate that it signed gets no connection. */
  readonly clientCa?: string | undefined;
}

export interface Tls {
  readonly credentials: ServerCredentials;
  /** The same certificate, and nobody is asked for one: workers have none. */
  readonly workerCredentials: ServerCredentials;
  close(): void;
}

/**
 * @param failed hears why files that were replaced are not used
 * @throws Error where the files cannot be used, saying why
 */
export function openTls({ certificate, key, clientCa }: TlsFiles, failed: (sentence: string) => void): Tls {
  const files = openCertificateFiles({ certificate, key, authority: clientCa }, failed);
  const { provider } = files;
  // Its declaration has the first two parameters the other way round: the server's own certificate comes first.
  const workerCredentials = experimental.createCertificateProviderServerCredentials(provider, null, false);
  return {
    credentials:
      clientCa === undefined
        ? workerCredentials
        : experimental.createCertificateProviderServerCredentials(provider, provider, true),
    workerCredentials,
    close: () => files.close(),
  };
}
