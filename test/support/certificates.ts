/** Certificates for tests, made by openssl: authorities, and what they sign. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

export class Certificates {
  readonly #directory: string;

  /** @param directory whose files last as long as they are used */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @returns paths of a new authority */
  authority(name: string): Pem {
    const files = this.#files(name);
    const request = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', files.key, '-out', files.certificate];
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...request);
    return files;
  }

  /** @returns paths of a certificate of this common name, for localhost unless other names are given */
  signed(name: string, by: Pem, names = 'DNS:localhost,IP:127.0.0.1', days = 2): Pem {
    const files = this.#files(name);
    const request = `${files.key}.csr`;
    const extensions = `${files.key}.ext`;
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    const subject = ['-subj', `/CN=${name}`, '-keyout', files.key, '-out', request];
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject);
    const signer = ['-CA', by.certificate, '-CAkey', by.key, '-CAcreateserial', '-days', String(days)];
    openssl('x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', files.certificate);
    return files;
  }

  /** @returns paths of a certificate that had expired when it was made */
  expired(name: string, by: Pem): Pem {
    return this.signed(name, by, undefined, -1);
  }

  #files(name: string): Pem {
    const file = path.join(this.#directory, name);
    return { certificate: `${file}.crt`, key: `${file}.key` };
  }
}

export const contents = ({ certificate, key }: Pem) => ({
  certificate: readFileSync(certificate),
  key: readFileSync(key),
});

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}
