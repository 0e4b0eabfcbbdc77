/**
 * The effect `sampleUsage`: what our Pods use, told to the pool every 15 seconds where the cluster can say.
 *
 * The figures are for people, so nothing depends on them: a question that fails is asked again at the next
 * turn, and a cluster without the API is asked only now and then whether it has one by now.
 */
import { fromCallback } from 'xstate';
import type { Cluster } from '../cluster/port.ts';
import type { UsageSample } from '../machines/pipeline/usage.ts';
import type { PoolEvent } from '../machines/pool/events.ts';
import type { Clock, Log } from './ports.ts';

export interface SampleUsageDeps {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
}

interface UsageSampled {
  readonly type: 'usage.sampled';
  readonly samples: readonly UsageSample[];
}

const firstMs = 5_000;
const everyMs = 15_000;
const absentMs = 5 * 60_000;

export function sampleUsage({ cluster, clock, log }: SampleUsageDeps) {
  return fromCallback<PoolEvent>(({ sendBack }: { sendBack: (event: UsageSampled) => void }) => {
    let isStopped = false;
    /** @returns how long to wait, counted from the question. */
    const ask = async (): Promise<number> => {
      try {
        const samples = await cluster.pods.usage();
        if (samples === undefined) return absentMs;
        if (samples.length > 0 && !isStopped) sendBack({ type: 'usage.sampled', samples });
      } catch (error) {
        log.debug({ reason: String(error) }, 'what Pods use could not be read; the next turn tries again');
      }
      return everyMs;
    };
    // The next turn is set when one has ended, so that no two are ever under way.
    const turn = async (): Promise<void> => {
      const askedMs = clock.now();
      const waitMs = await ask();
      if (!isStopped) arm(Math.max(0, askedMs + waitMs - clock.now()));
    };
    let timer: unknown;
    const arm = (delayMs: number) => void (timer = clock.setTimeout(() => void turn(), delayMs));
    arm(firstMs);
    return () => {
      isStopped = true;
      clock.clearTimeout(timer);
    };
  });
}
