/** `ottoscaler credential`: a new token, which is shown once, and the entry for GRPC_CREDENTIALS, which does not hold it. */
import { createHash, randomBytes } from 'node:crypto';
import { parseCredentials, type Credential } from '../config/credentials-file.ts';

export interface CredentialArguments {
  readonly name: string;
  readonly role: string;
  /** Absent: it does not expire. */
  readonly days?: number | undefined;
}

const tokenBytes = 32;
const dayMs = 24 * 60 * 60_000;

/**
 * @param nowMs epoch ms
 * @throws Error that names the field and its rule
 */
export function makeCredential(
  { name, role, days }: CredentialArguments,
  nowMs: number,
): { readonly token: string; readonly entry: Credential } {
  const token = randomBytes(tokenBytes).toString('base64url');
  const tokenSha256 = createHash('sha256').update(token).digest('hex');
  const expires = days === undefined ? {} : { expires: new Date(nowMs + days * dayMs).toISOString() };
  const [entry] = parseCredentials(JSON.stringify([{ name, role, tokenSha256, ...expires }]));
  if (!entry) throw new Error('no credential was made');
  return { token, entry };
}
