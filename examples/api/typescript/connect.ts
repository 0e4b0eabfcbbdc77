import { readFileSync } from 'node:fs';
import { createOttoscalerClient } from 'ottoscaler';

const { OTTOSCALER_HOST, OTTO_TOKEN_FILE, OTTO_TLS_CA, OTTO_TLS_CERT, OTTO_TLS_KEY } = process.env;
const pem = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));

/** Plaintext without a token on loopback; elsewhere TLS, a token, and under mTLS a certificate with its key. */
export const client = createOttoscalerClient(OTTOSCALER_HOST ?? 'localhost:9090', {
  // Asked at every call, so that the token may be rotated.
  token: OTTO_TOKEN_FILE === undefined ? undefined : () => readFileSync(OTTO_TOKEN_FILE, 'utf8').trim(),
  tls:
    OTTO_TLS_CA === undefined
      ? undefined
      : { ca: pem(OTTO_TLS_CA), certificate: pem(OTTO_TLS_CERT), key: pem(OTTO_TLS_KEY) },
});
