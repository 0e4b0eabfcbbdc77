/** What a name stands for is no longer looked at, or no longer follows from the intent. */
import { fromPromise } from 'xstate';
import { createPod } from '../../../src/actors/pod/create-pod.ts';
import { specHash } from '../../../src/actors/pod/worker-pod.ts';
import { providePool } from '../../../src/actors/provide.ts';
import { ClusterError, type Cluster } from '../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';
import type { Recovered } from '../../../src/machines/pool/events.ts';
import type {
  OpenScaleDownReply,
  OpenScaleUp,
  OpenScaleUpReply,
} from '../../../src/machines/scale/replies.ts';
import type { WorkerTarget } from '../../../src/machines/worker/events.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { changed, withCluster, withEffects } from './with-parts.ts';

/** Each process draws names of its own for the Pods of a ledger. */
export const randomNames = withEffects(({ random }) => {
  const mark = Math.floor(random() * 1e9).toString(36);
  const renamed = <W extends OpenScaleUp>(work: W): W => ({
    ...work,
    slots: work.slots.map((entry) => ({
      ...entry,
      slot: { ...entry.slot, podName: `${entry.slot.podName.slice(0, 40)}-${mark}-${entry.slot.index}` },
    })),
  });
  return {
    openLedger: (logic) =>
      changed<unknown, OpenScaleUpReply | OpenScaleDownReply>(logic, async (_input, real) => {
        const reply = await real();
        return 'slots' in reply ? renamed(reply) : reply;
      }),
    recoverLedgers: (logic) =>
      changed<undefined, Recovered>(logic, async (_none, real) => {
        const found = await real();
        const scaleUps = found.scaleUps.map(({ command, work }) => ({ command, work: renamed(work) }));
        return { ...found, scaleUps };
      }),
  };
});

/** @param mistaken what is seen instead of a Pod that has the name already */
function adopting(mistaken: (found: ObservedPod, target: WorkerTarget) => ObservedPod): Compose {
  return (ports, policy) => {
    const { machine, input } = providePool(ports, policy);
    const worker = input.logic.worker.provide({
      actors: {
        createPod: fromPromise(({ input: target }) => {
          const { cluster } = ports;
          const read: Cluster['pods']['read'] = async (name) => {
            const found = await cluster.pods.read(name);
            return found && mistaken(found, target);
          };
          const seen = { ...cluster, pods: { ...cluster.pods, read } };
          return createPod({ ...ports, cluster: seen, policy: policy.pod }, target);
        }),
      },
    });
    return { machine, input: { ...input, logic: { ...input.logic, worker } } };
  };
}

/** Whoever owns the Pod that has the name, it is taken for ours. */
export const noUidCheck = adopting((found, target) => ({
  ...found,
  owner: target.order.ledger,
  specHash: specHash(target),
}));

/** Whatever the Pod was made for, it is taken where our ledger owns it. */
export const noSpecHashCheck = adopting((found, target) => ({ ...found, specHash: specHash(target) }));

/** A name that is taken counts as created, unseen. */
export const takenForCreated = withCluster((cluster) => ({
  ...cluster,
  pods: {
    ...cluster.pods,
    create: async (manifest) => {
      try {
        return await cluster.pods.create(manifest);
      } catch (error) {
        if (!(error instanceof ClusterError) || error.code !== 'already-exists') throw error;
        const [owner] = manifest.metadata.ownerReferences ?? [];
        return {
          name: manifest.metadata.name,
          uid: 'assumed',
          resourceVersion: '0',
          ...(owner ? { owner: { name: owner.name, uid: owner.uid } } : {}),
          phase: 'Pending',
          reason: '',
          message: '',
          deleting: false,
          createdAt: '2026-01-01T00:00:00Z',
          nodeName: '',
          podIp: '',
        };
      }
    },
  },
}));

/** Whatever has the name now is deleted, not what was seen. */
export const deletedByName = withCluster((cluster) => ({
  ...cluster,
  pods: {
    ...cluster.pods,
    delete: async (name) => {
      const found = await cluster.pods.read(name);
      return found ? cluster.pods.delete(name, found.uid) : 'gone';
    },
  },
}));

/** Every try of a worker has the same name. */
export const namesWithoutAttempt: Compose = (ports, policy) => {
  const { machine, input } = providePool(ports, policy);
  const { nameOf } = input.stages;
  const stages = {
    ...input.stages,
    nameOf: (...[run, stage, index]: Parameters<typeof nameOf>) => nameOf(run, stage, index, 1),
  };
  return { machine, input: { ...input, stages } };
};
