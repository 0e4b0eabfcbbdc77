/** Whoever was refused asks again at once. */
import { fromPromise } from 'xstate';
import { createPod } from '../../../src/actors/pod/create-pod.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { withWorker } from './with-parts.ts';

const atOnceMs = 10;

export const noBackoff: Compose = withWorker((ports, policy) => ({
  actors: {
    createPod: fromPromise(async ({ input: target }) => {
      const reply = await createPod({ ...ports, policy: policy.pod }, target);
      return reply.kind === 'retry' ? { ...reply, afterMs: atOnceMs } : reply;
    }),
  },
}));
