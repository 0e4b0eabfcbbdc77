/**
 * Certificates from files that may be replaced while the program runs: connections that are open go on, new ones meet
 * the new certificates. For either end of a connection.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { WatchedFiles } from './watched-files.ts';

export interface CertificatePaths {
  /** PEM, one's own certificate first, then those that vouch for it. With its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** PEM, one or more: whom they have signed is believed. `system` = those that Node trusts. */
  readonly authority?: string | undefined;
}

export interface CertificateFiles {
  readonly provider: experimental.CertificateProvider;
  close(): void;
}

interface Material {
  readonly identity: experimental.IdentityCertificateUpdate | null;
  readonly authority: experimental.CaCertificateUpdate | null;
}

/**
 * @param failed hears why files that were replaced are not used
 * @throws Error where the files cannot be used, saying why
 */
export function openCertificateFiles(
  { certificate, key, authority }: CertificatePaths,
  failed: (sentence: string) => void,
): CertificateFiles {
  const own = certificate === undefined || key === undefined ? [] : [certificate, key];
  const others = authority === undefined || authority === 'system' ? [] : [authority];
  const identities = new Set<experimental.IdentityCertificateUpdateListener>();
  const authorities = new Set<experimental.CaCertificateUpdateListener>();
  const files = new WatchedFiles<Material>({
    paths: [...own, ...others],
    parse: (contents) => ({
      identity: own.length > 0 ? identityOf(contents) : null,
      authority: authority === undefined ? null : authorityOf(contents[own.length]),
    }),
    changed: (material) => {
      for (const listener of identities) listener(material.identity);
      for (const listener of authorities) listener(material.authority);
    },
    failed,
  });
  return {
    provider: {
      addIdentityCertificateListener(listener) {
        identities.add(listener);
        process.nextTick(() => listener(files.value.identity));
      },
      removeIdentityCertificateListener: (listener) => void identities.delete(listener),
      addCaCertificateListener(listener) {
        authorities.add(listener);
        process.nextTick(() => listener(files.value.authority));
      },
      removeCaCertificateListener: (listener) => void authorities.delete(listener),
    },
    close: () => files.close(),
  };
}

/** @throws Error where the key is not the certificate's */
export function identityOf([
  certificate,
  privateKey,
]: readonly Buffer[]): experimental.IdentityCertificateUpdate {
  if (!certificate || !privateKey) throw new Error('a certificate and its key are needed');
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey)))
    throw new Error('the key does not belong to the certificate');
  return { certificate, privateKey };
}

/** @param pem absent: those that Node trusts */
function authorityOf(pem: Buffer | undefined): experimental.CaCertificateUpdate {
  if (!pem) return { caCertificate: Buffer.from(getCACertificates('default').join('\n')) };
  const isAny = certificatesIn(pem.toString('utf8')).some(({ ca }) => ca);
  if (!isAny) throw new Error('there is no certificate of an authority in it');
  return { caCertificate: pem };
}

/** @throws Error where one of them is none */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
