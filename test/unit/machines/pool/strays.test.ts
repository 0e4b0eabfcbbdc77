/** Pods of ours that no worker has: none is overheard, whichever fact it comes with. */
import { expect, test } from 'vitest';
import { ModelCluster } from '../../../support/model-cluster.ts';
import { scaleUpCommand } from '../../../support/orders.ts';
import { PoolHarness } from '../../../support/pool-harness.ts';

const name = 'otto-task-a--0';

test(
  'a Pod that has come under the name of one that is told gone with it is reaped',
  { tags: ['F10'] },
  () => {
    const cluster = new ModelCluster();
    const pool = new PoolHarness(cluster).list();
    pool.scaleUp(scaleUpCommand({ workerCount: 1, requestId: '' }));
    cluster.serve(pool);
    cluster.progress(name);
    cluster.progress(name);
    cluster.serve(pool);
    const last = cluster.pods.get(name);
    expect(last).toMatchObject({ phase: 'Succeeded', deleting: true });
    cluster.remove(name);
    const again = { ...last!, uid: 'uid-again', phase: 'Pending', deleting: false } as const;
    cluster.pods.set(name, again);
    cluster.facts.push({ type: 'pod.observed', pod: again });
    cluster.deliver(pool);
    expect(pool.registry.workers.size).toBe(0);
    expect(cluster.pods.get(name)).toMatchObject({ uid: 'uid-again', deleting: true });
  },
);
