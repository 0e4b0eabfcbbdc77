/**
 * How workers fare, from what their witness sees: how long each step of their lives takes, and how they end.
 *
 * A step is measured only where this process saw both its ends.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Observer, SeenWorker } from '../actors/observer.ts';
import { failureNames } from '../machines/failure.ts';

interface Life {
  /** Monotonic ms; absent where it had happened before this process looked. */
  createdMs?: number;
  runningMs?: number;
  endedMs?: number;
  isRunning: boolean;
}

interface Times {
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly wallMs: () => number;
}

const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];

export function workerMetrics(registry: Registry, { nowMs, wallMs }: Times): Observer {
  const registers = [registry];
  const steps = new Histogram({
    name: 'ottoscaler_worker_step_seconds',
    help: 'From step to step of a worker: created (from the taking of its ScaleUp; first attempts of commands only), running (from created), ended (from running), gone (from ended).',
    labelNames: ['step'],
    buckets,
    registers,
  });
  const ends = new Counter({
    name: 'ottoscaler_workers_ended_total',
    help: 'Workers that ended: as succeeded, or by the name of their failure.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['succeeded', ...failureNames]) ends.inc({ outcome }, 0);
  const beganMs = wallMs();
  const lives = new Map<string, Life>();
  const took = (step: string, fromMs: number | undefined) => {
    if (fromMs !== undefined) steps.observe({ step }, (nowMs() - fromMs) / 1_000);
  };

  const lifeOf = (worker: SeenWorker): Life => {
    const { slot, order, pod } = worker;
    const known = lives.get(slot.podName);
    if (known) return known;
    const life: Life = { isRunning: false };
    lives.set(slot.podName, life);
    // Kubernetes cuts times to whole seconds.
    if (!pod || Date.parse(pod.createdAt) < Math.floor(beganMs / 1_000) * 1_000) {
      life.isRunning = worker.hasBegun;
      return life;
    }
    life.createdMs = nowMs();
    if (!order.stage && slot.attempt === 1)
      steps.observe({ step: 'created' }, Math.max(0, wallMs() - Date.parse(order.acceptedAt)) / 1_000);
    return life;
  };
  const look = (worker: SeenWorker): Life => {
    const life = lifeOf(worker);
    if (life.isRunning || !worker.hasBegun) return life;
    life.isRunning = true;
    life.runningMs = nowMs();
    took('running', life.createdMs);
    return life;
  };

  return {
    saw: look,
    ending(worker, outcome) {
      const life = look(worker);
      if (life.endedMs === undefined) {
        life.endedMs = nowMs();
        took('ended', life.runningMs);
        ends.inc({ outcome: outcome.kind === 'succeeded' ? 'succeeded' : outcome.failure.name });
      }
    },
    gone(worker) {
      took('gone', lives.get(worker.slot.podName)?.endedMs);
      lives.delete(worker.slot.podName);
    },
  };
}
