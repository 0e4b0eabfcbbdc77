/** The few words for where a lifecycle is, whatever its chart calls it. Pure. */
import type { StageStatus } from '../machines/pipeline/progress.ts';
import type { Outcome } from '../machines/worker/order.ts';
import type { ActorRow } from './protocol.ts';

export type Phase = ActorRow['phase'];

/** Of a run or stage, by what it told last. */
export function phaseOfStatus(status: StageStatus): Phase {
  switch (status) {
    case 'pending':
      return 'pending';
    case 'running':
    case 'retrying':
      return 'running';
    case 'completed':
      return 'succeeded';
    case 'failed':
      return 'failed';
    case 'cancelled':
    case 'skipped':
      return 'cancelled';
  }
}

/** Whether nothing follows. */
export function isEnd(status: StageStatus): boolean {
  const phase = phaseOfStatus(status);
  return phase !== 'pending' && phase !== 'running';
}

/** Somebody who ends a worker is no fault of it. */
export function phaseOfOutcome(outcome: Outcome): Phase {
  if (outcome.kind === 'succeeded') return 'succeeded';
  return outcome.failure.name === 'deleted' ? 'cancelled' : 'failed';
}

/** By the first of these states of a chart, at the top or in the region `run`, that is active. */
export function phaseOfState(names: string): Phase {
  const known = phases.get(names);
  if (known) return known;
  const words = names.split(/[., ]+/);
  const phase = order.find(([state]) => words.includes(state))?.[1] ?? 'running';
  phases.set(names, phase);
  return phase;
}

/** As many as charts have states. */
const phases = new Map<string, Phase>();

const order: ReadonlyArray<readonly [state: string, phase: Phase]> = [
  ['cleanup', 'cleanup'],
  ['closing', 'cleanup'],
  ['discarding', 'cleanup'],
  ['draining', 'cleanup'],
  ['cancelling', 'cleanup'],
  ['crashed', 'failed'],
  ['failed', 'failed'],
  ['refused', 'failed'],
  ['absent', 'failed'],
  ['cancelled', 'cancelled'],
  ['skipped', 'cancelled'],
  ['abandoned', 'cancelled'],
  ['succeeded', 'succeeded'],
  ['completed', 'succeeded'],
  ['pending', 'pending'],
  ['opening', 'pending'],
  ['recovering', 'pending'],
  ['listing', 'pending'],
  ['rebuilding', 'pending'],
  ['recording', 'pending'],
  ['placing', 'pending'],
  ['promising', 'pending'],
];
