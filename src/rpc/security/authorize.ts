/** Whether a caller may call, from what it shows alone. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credential } from '../../config/credentials-file.ts';
import { RpcError } from '../status.ts';
import { demandOf } from './roles.ts';

/** What a caller shows of itself. */
export interface Shown {
  /** The header `authorization`; '' = none. */
  readonly authorization: string;
  /** Common name of its verified client certificate; '' = none. */
  readonly certificate: string;
}

const bearer = /^Bearer ([\x21-\x7e]{1,4096})$/i;

/**
 * @param nowMs epoch ms
 * @returns who it is, in a word for logs
 * @throws RpcError UNAUTHENTICATED where it is nobody, PERMISSION_DENIED where it may not
 */
export function authorize(path: string, shown: Shown, all: readonly Credential[], nowMs: number): string {
  const demand = demandOf(path);
  if (demand === 'anyone') return 'anyone';
  if (demand === 'worker') {
    if (bearer.test(shown.authorization)) return 'a worker';
    throw new RpcError('UNAUTHENTICATED', 'no token is shown; a worker shows its own (OTTO_WORKER_TOKEN)');
  }
  const { name, role } = identify(shown, all, nowMs);
  const method = path.slice(path.lastIndexOf('/') + 1);
  if (demand === undefined) throw new RpcError('PERMISSION_DENIED', `${method} is served to nobody`);
  if (demand.includes(role)) return name;
  throw new RpcError(
    'PERMISSION_DENIED',
    `the credential "${name}" has the role ${role}; ${method} needs ${demand.join(' or ')}`,
  );
}

/** @throws RpcError UNAUTHENTICATED where it is nobody */
export function identify(
  { authorization, certificate }: Shown,
  all: readonly Credential[],
  nowMs: number,
): Credential {
  const token = bearer.exec(authorization)?.[1];
  // A token outranks a certificate: it is what the caller chose to show.
  const found =
    token === undefined
      ? all.find((one) => certificate !== '' && one.certificate === certificate)
      : byToken(token, all);
  if (!found) {
    const isNothing = authorization === '' && certificate === '';
    throw new RpcError(
      'UNAUTHENTICATED',
      isNothing
        ? 'no credential is shown; send "authorization: Bearer <token>"'
        : 'the credential is not known here',
    );
  }
  if (found.expires !== undefined && Date.parse(found.expires) <= nowMs)
    throw new RpcError('UNAUTHENTICATED', `the credential "${found.name}" has expired at ${found.expires}`);
  return found;
}

/** Every entry is compared, each in constant time: how long it takes says nothing of what is there. */
function byToken(token: string, all: readonly Credential[]): Credential | undefined {
  const shown = createHash('sha256').update(token).digest();
  let found: Credential | undefined;
  for (const one of all) {
    if (one.tokenSha256 === undefined) continue;
    if (timingSafeEqual(shown, Buffer.from(one.tokenSha256, 'hex'))) found ??= one;
  }
  return found;
}
