/** What may be asked of the pool before it has taken over what former processes left, and while it drains. */
import { RpcError } from '../status.ts';
import type { PoolPort } from './pool-port.ts';

/** @throws RpcError UNAVAILABLE unless commands are accepted. */
export function requireServing(pool: PoolPort): void {
  requireRecovered(pool);
  if (!pool.ref.getSnapshot().hasTag('serving')) throw unavailable('shutting down');
}

/**
 * Until then the pool knows of no worker, which would read as the end of all of them.
 *
 * @throws RpcError UNAVAILABLE
 */
export function requireRecovered({ ref }: PoolPort): void {
  const snapshot = ref.getSnapshot();
  if (
    snapshot.matches('recovering') ||
    snapshot.matches({ operating: 'listing' }) ||
    snapshot.matches({ operating: 'rebuilding' })
  )
    throw unavailable('starting');
}

function unavailable(why: string): RpcError {
  return new RpcError('UNAVAILABLE', `Ottoscaler is ${why}; send the call again`);
}
