/** The HTTP port's certificate, from files that may be replaced while the program runs. */
import { named } from '../config/named-setting.ts';
import type { Settings } from '../config/settings.ts';
import type { HttpIdentity, HttpTls } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { identityOf } from '../rpc/security/certificate-files.ts';
import { WatchedFiles } from '../rpc/security/watched-files.ts';

export interface HttpTlsFiles extends HttpTls {
  close(): void;
}

/**
 * @returns undefined where it is plaintext
 * @throws Error where the files cannot be used, in a sentence
 */
export function openHttpTls(
  { HTTP_TLS_CERT: certificate, HTTP_TLS_KEY: key }: Settings,
  log: Logger,
): HttpTlsFiles | undefined {
  if (certificate === '') return undefined;
  let take: ((identity: HttpIdentity) => void) | undefined;
  return named('HTTP_TLS_CERT', certificate, () => {
    const files = new WatchedFiles<HttpIdentity>({
      paths: [certificate, key],
      parse: (contents) => {
        const { certificate: cert, privateKey } = identityOf(contents);
        return { cert, key: privateKey };
      },
      changed: (identity) => {
        take?.(identity);
        log.info({}, 'the certificate of the HTTP port was replaced');
      },
      failed: (sentence) => log.error({}, sentence),
    });
    return {
      identity: files.value,
      whenReplaced: (taking) => (take = taking),
      close: () => files.close(),
    };
  });
}
