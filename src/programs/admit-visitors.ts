/** Who may look at the inspector and who may act: the credentials of gRPC, where there are any. */
import type { Credential } from '../config/credentials-file.ts';
import { HttpRefusal } from '../http/refusal.ts';
import { isLoopback } from '../http/trusted-request.ts';
import type { Session } from '../inspector/protocol.ts';
import { authorizationOf, type Admit } from '../inspector/visitor.ts';
import { identify } from '../rpc/security/authorize.ts';
import { RpcError } from '../rpc/status.ts';

/**
 * @param host what the port listens on: without credentials everybody may look, and on loopback act
 * @param credentials as they are now; undefined = none are asked for
 * @param now epoch ms
 */
export function admitVisitors(
  host: string,
  credentials: () => readonly Credential[] | undefined,
  now: () => number,
): Admit {
  const anyone: Session = { name: '', role: isLoopback(host) ? 'operator' : 'viewer' };
  return (request) => {
    const all = credentials();
    if (!all) return anyone;
    try {
      const shown = { authorization: authorizationOf(request), certificate: '' };
      const { name, role } = identify(shown, all, now());
      return { name, role: role === 'operator' ? 'operator' : 'viewer' };
    } catch (error) {
      if (error instanceof RpcError) throw new HttpRefusal(401, `${error.message}.`);
      throw error;
    }
  };
}
