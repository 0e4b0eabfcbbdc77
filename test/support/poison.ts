/** Facts that make whoever looks at them closely throw: the way to crash an actor on purpose. */
import type { UsageSample } from '../../src/machines/pipeline/usage.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { WorkerReport } from '../../src/machines/worker/events.ts';
import type { WorkerLimits } from '../../src/machines/worker/order.ts';
import { endedWorker, limits } from './orders.ts';

function poisoned<T extends object>(value: T, key: keyof T): T {
  return Object.defineProperty({ ...value }, key, {
    enumerable: true,
    get: () => {
      throw new Error('poison');
    },
  });
}

/** Name, UID and owner can be read, so that it is routed like any other; judging it throws. */
export function poisonedPod(pod: ObservedPod): ObservedPod {
  return poisoned(pod, 'phase');
}

/** Limits on which an admission throws, so many times. */
export function poisonedLimits(times: number): WorkerLimits {
  let left = times;
  return Object.defineProperty({ ...limits }, 'pendingMs', {
    enumerable: true,
    get: () => {
      if (left-- > 0) throw new Error('poison');
      return limits.pendingMs;
    },
  });
}

/** Crashes any command that is sent it: whose report it is cannot be read. */
export function poisonedReport(): WorkerReport {
  return poisoned({ type: 'worker.finished', id: '', ended: endedWorker() } as const, 'id');
}

/** Crashes the stage whose worker has this Pod; without a name, any run that it is sent. */
export function poisonedSample(podName?: string): UsageSample {
  const sample = { podName: podName ?? '', cpuCores: 0, memoryBytes: 0 };
  return poisoned(sample, podName === undefined ? 'podName' : 'cpuCores');
}
