/**
 * What workers know the server by: the authorities that stand in their Pods. Public, and the same for all.
 *
 * A Pod keeps what it was made with, so that a new authority has to stand beside the old one for as long as workers live
 * that were made before (docs/security.md).
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { named } from '../config/named-setting.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../log.ts';
import { certificatesIn } from '../rpc/security/certificate-files.ts';
import { WatchedFiles } from '../rpc/security/watched-files.ts';

export interface WorkerAuthority {
  /** PEM, or `system`. */
  readonly value: string;
  close(): void;
}

/** It stands in every Pod. */
const bytesMax = 16_384;

/**
 * @returns undefined where workers push in plaintext
 * @throws Error where the file cannot be used, in a sentence
 */
export function openWorkerAuthority(settings: Settings, log: Logger): WorkerAuthority | undefined {
  const { WORKER_LOG_ENDPOINT: endpoint, WORKER_LOG_CA: path } = settings;
  if (endpoint === '' || path === '') return undefined;
  if (path === 'system') return { value: 'system', close: () => {} };
  return named('WORKER_LOG_CA', path, () => {
    const files = new WatchedFiles({
      paths: [path],
      parse: ([pem]) => bundle(pem?.toString('utf8') ?? ''),
      changed: () => log.info({}, 'the authorities that workers are given were replaced'),
      failed: (sentence) => log.error({}, sentence),
    });
    warnOfStrangers(settings, files.value, log);
    return {
      get value() {
        return files.value;
      },
      close: () => files.close(),
    };
  });
}

/** The certificates alone: comments would be in every Pod, and a key must not be. */
function bundle(pem: string): string {
  const all = certificatesIn(pem);
  if (all.length === 0) throw new Error('there is no certificate in it');
  const text = all.map((one) => one.toString()).join('');
  if (text.length > bytesMax)
    throw new Error(`it has more than ${bytesMax / 1_024} KiB, which every Pod would`);
  return text;
}

/** Only a warning, since something before the server may show another certificate. */
function warnOfStrangers(settings: Settings, authorities: string, log: Logger): void {
  const { GRPC_TLS_CERT: path, WORKER_LOG_ENDPOINT: endpoint } = settings;
  if (path === '') return;
  const chain = certificatesIn(readFileSync(path, 'utf8'));
  const known = certificatesIn(authorities);
  const isVouchedFor = chain.some((one) =>
    known.some(
      (ca) => one.fingerprint256 === ca.fingerprint256 || (one.checkIssued(ca) && one.verify(ca.publicKey)),
    ),
  );
  if (!isVouchedFor)
    log.warn(
      { certificate: path, authorities: settings.WORKER_LOG_CA },
      'no authority of WORKER_LOG_CA has signed GRPC_TLS_CERT: workers that push will not trust this server',
    );
  const host = endpoint.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const [own] = chain;
  const isNamed = isIP(host) ? own?.checkIP(host) : own?.checkHost(host);
  if (own && isNamed === undefined)
    log.warn(
      { certificate: path, host, names: own.subjectAltName ?? '' },
      'GRPC_TLS_CERT has not the name of WORKER_LOG_ENDPOINT: workers that push will not trust this server',
    );
}
