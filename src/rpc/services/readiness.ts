/**
 * What may be asked of the pool before it has taken over what former processes left, while it drains, and
 * while another process leads.
 */
import { RpcError } from '../status.ts';
import type { PoolPort } from './pool-port.ts';

/** @throws RpcError UNAVAILABLE unless commands are accepted, FAILED_PRECONDITION where they never are. */
export function requireServing(pool: PoolPort): void {
  if (pool.past !== undefined)
    throw new RpcError('FAILED_PRECONDITION', `this Ottoscaler shows ${pool.past} and takes no commands`);
  requireRecovered(pool);
  if (!pool.ref.getSnapshot().hasTag('serving')) throw unavailable('shutting down');
}

/**
 * Until then, and where it does not lead, the pool knows of no worker, which would read as the end of all of them.
 *
 * @throws RpcError UNAVAILABLE
 */
export function requireRecovered({ ref, standsBy }: PoolPort): void {
  const reason = standsBy?.();
  if (reason !== undefined) throw new RpcError('UNAVAILABLE', `this Ottoscaler ${reason}`);
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
