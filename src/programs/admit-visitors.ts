/** Who may look at the inspector and who may act: the credentials of gRPC, where there are any. */
import type { Credential } from '../config/credentials-file.ts';
import { HttpRefusal } from '../http/refusal.ts';
import { isLoopback } from '../http/trusted-request.ts';
import type { Session } from '../inspector/protocol.ts';
import { authorizationOf, type Admit } from '../inspector/visitor.ts';
import { identify } from '../rpc/security/authorize.ts';
import { RpcError } from '../rpc/status.ts';

/** Tells the log of a token that lets nobody in; who shows none is asked for one. */
export type Refused = (path: string, peer: string, why: string) => void;

/**
 * @param host what the port listens on: without credentials everybody may look, and on loopback act
 * @param credentials as they are now; undefined = none are asked for
 * @param now epoch ms
 */
export function admitVisitors(
  host: string,
  credentials: () => readonly Credential[] | undefined,
  now: () => number,
  refused: Refused,
): Admit {
  const anyone: Session = { name: '', role: isLoopback(host) ? 'operator' : 'viewer' };
  return (request) => {
    const all = credentials();
    if (!all) return anyone;
    const authorization = authorizationOf(request);
    try {
      const { name, role } = identify({ authorization, certificate: '' }, all, now());
      return { name, role: role === 'operator' ? 'operator' : 'viewer' };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const [path = ''] = (request.url ?? '').split('?', 1);
      if (authorization !== '') refused(path, request.socket.remoteAddress ?? '', error.message);
      throw new HttpRefusal(401, `${error.message}.`);
    }
  };
}
