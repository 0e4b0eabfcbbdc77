/**
 * How long workers wait for capacity: from when a look at the line finds them there until their Pod is asked for. The
 * charts keep no time of their own for it, so it is as fine as the looks are.
 */
import { Histogram, type Registry } from 'prom-client';
import type { Observer } from '../actors/observer.ts';
import { gaugeAtScrape } from './read-at-scrape.ts';

export interface AdmissionWatch extends Required<Pick<Observer, 'began'>> {
  /** To be called once a second. */
  look(waiting: ReadonlySet<string>): void;
}

/** @param nowMs monotonic */
export function admissionMetrics(registry: Registry, nowMs: () => number): AdmissionWatch {
  const waits = new Histogram({
    name: 'ottoscaler_admission_wait_seconds',
    help: 'How long workers stood in line for capacity, as of looks once a second; 0 = none of them found it there.',
    buckets: [0, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600],
    registers: [registry],
  });
  let inLine = new Map<string, number>();
  gaugeAtScrape(registry, {
    name: 'ottoscaler_admission_oldest_wait_seconds',
    help: 'How long the first in line for capacity has waited; 0 where nobody does.',
    read: (show) => {
      const [sinceMs] = inLine.values();
      show({}, sinceMs === undefined ? 0 : (nowMs() - sinceMs) / 1_000);
    },
  });
  return {
    look(waiting) {
      const now = nowMs();
      // In the line's own order, and without those that left it.
      inLine = new Map([...waiting].map((id) => [id, inLine.get(id) ?? now]));
    },
    began(effect) {
      if (effect.name === 'create-pod' && effect.worker.tries === 0) {
        const { podName } = effect.worker.slot;
        const now = nowMs();
        waits.observe((now - (inLine.get(podName) ?? now)) / 1_000);
        inLine.delete(podName);
      }
      return () => {};
    },
  };
}
