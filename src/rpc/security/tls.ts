/**
 * The server's side of TLS, from files that may be replaced while it runs: connections that are open go on, new ones
 * meet the new certificate.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import { WatchedFiles } from './watched-files.ts';

export interface TlsFiles {
  /** PEM, the server's own certificate first. */
  readonly certificate: string;
  readonly key: string;
  /** PEM; where it is given, a caller without a certificate that it signed gets no connection. */
  readonly clientCa?: string | undefined;
}

export interface Tls {
  readonly credentials: ServerCredentials;
  close(): void;
}

interface Material {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly clientCa: Buffer | undefined;
}

const lookEveryMs = 5_000;

/**
 * @param failed hears why files that were replaced are not used
 * @throws Error where the files cannot be used, saying which and why
 */
export function openTls(
  { certificate, key, clientCa }: TlsFiles,
  failed: (sentence: string) => void,
  everyMs = lookEveryMs,
): Tls {
  const identities = new Set<experimental.IdentityCertificateUpdateListener>();
  const authorities = new Set<experimental.CaCertificateUpdateListener>();
  const files = new WatchedFiles({
    paths: clientCa === undefined ? [certificate, key] : [certificate, key, clientCa],
    parse: checked,
    everyMs,
    changed: () => {
      for (const listener of identities) listener(files.value);
      for (const listener of authorities) listener(authority());
    },
    failed,
  });
  const authority = () => (files.value.clientCa ? { caCertificate: files.value.clientCa } : null);
  const provider: experimental.CertificateProvider = {
    addIdentityCertificateListener(listener) {
      identities.add(listener);
      process.nextTick(() => listener(files.value));
    },
    removeIdentityCertificateListener: (listener) => void identities.delete(listener),
    addCaCertificateListener(listener) {
      authorities.add(listener);
      process.nextTick(() => listener(authority()));
    },
    removeCaCertificateListener: (listener) => void authorities.delete(listener),
  };
  const isMutual = clientCa !== undefined;
  return {
    // Its declaration has the first two parameters the other way round: the server's own certificate comes first.
    credentials: experimental.createCertificateProviderServerCredentials(
      provider,
      isMutual ? provider : null,
      isMutual,
    ),
    close: () => files.close(),
  };
}

function checked([certificate, privateKey, clientCa]: readonly Buffer[]): Material {
  if (!certificate || !privateKey) throw new Error('a certificate and its key are needed');
  const own = new X509Certificate(certificate);
  if (!own.checkPrivateKey(createPrivateKey(privateKey)))
    throw new Error('the key does not belong to the certificate');
  if (clientCa && !new X509Certificate(clientCa).ca)
    throw new Error('the client CA is no certificate authority');
  return { certificate, privateKey, clientCa };
}
