/** The effect `reflectPods`: the cluster's facts, as events of the pool. */
import { fromCallback } from 'xstate';
import type { Cluster } from '../cluster/port.ts';
import type { PoolEvent } from '../machines/pool/events.ts';
import type { Clock, Log } from './ports.ts';

export function reflectPods({ cluster, clock, log }: { cluster: Cluster; clock: Clock; log: Log }) {
  return fromCallback<PoolEvent>(({ sendBack }: { sendBack: (event: PoolEvent) => void }) => {
    const reflection = cluster.pods.reflect({
      listed: (pods) => sendBack({ type: 'pods.listed', pods, atMs: clock.now() }),
      changed: (facts) => sendBack({ type: 'pods.changed', facts }),
      health: ({ healthy, reason }) => {
        log[healthy ? 'info' : 'warn'](
          { reason },
          healthy ? 'watching Pods' : 'the watch of Pods is interrupted',
        );
        sendBack({ type: 'watch.changed', healthy, reason });
      },
    });
    return () => void reflection.stop();
  });
}
