/** Whether this process is at work, as a sentence for /readyz. Redis is no part of it: gRPC goes on without. */
import type { StateMeta } from '../machines/slots.ts';
import type { PoolContext } from '../machines/pool/events.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import type { Health } from '../http/health.ts';

export interface HealthPorts {
  readonly pool: { getSnapshot(): PoolSnapshot };
  /** Why it answers nothing, as a clause; undefined while it leads. */
  readonly standsBy: () => string | undefined;
  /** True from the signal on. */
  readonly isEnding: () => boolean;
}

export function healthOf({ pool, standsBy, isEnding }: HealthPorts): Health {
  const sick = () =>
    hasCrashed(pool.getSnapshot())
      ? 'Its actors crashed too often; Ottoscaler has to be started again.'
      : undefined;
  const unready = () => {
    const snapshot = pool.getSnapshot();
    const clause = standsBy();
    if (isEnding()) return `Ottoscaler is ending: ${reasonOf(snapshot)}.`;
    if (clause !== undefined) return `Ottoscaler ${clause}.`;
    if (!snapshot.hasTag('serving')) return `Ottoscaler is not at work: ${reasonOf(snapshot)}.`;
    const { healthy, reason } = snapshot.context.watch;
    return healthy ? undefined : `The watch of Pods is interrupted: ${reason}.`;
  };
  return { sick, unready: () => sick() ?? unready() };
}

function hasCrashed(snapshot: PoolSnapshot): boolean {
  return snapshot.status === 'error' || snapshot.matches('crashed');
}

/** The innermost state's own word on what it does. */
function reasonOf(snapshot: PoolSnapshot): string {
  const metas: [string, StateMeta<PoolContext> | undefined][] = Object.entries(snapshot.getMeta());
  const [innermost] = metas.toSorted(([a], [b]) => b.length - a.length);
  return innermost?.[1]?.reason(snapshot.context) ?? 'it has let go of everything';
}
