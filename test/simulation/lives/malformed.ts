/** Effects whose answers are sometimes no answers: the charts throw on them, so actors crash. */
import { fromPromise, type AnyActorLogic } from 'xstate';
import { providePool } from '../../../src/actors/provide.ts';
import type { Random } from '../../../src/actors/ports.ts';
import { tapPool } from '../../../src/recording/tap-pool.ts';
import type { Compose } from '../model/ottoscaler.ts';

/** Slots whose chart looks into the answer. */
const fragile = new Set(['createPod', 'recordOutcome', 'writeJournal']);

/** @param share of the answers, 0 to 1 */
export function malformed(random: Random, share: number): Compose {
  return (ports, policy) =>
    tapPool(providePool(ports, policy), {
      fill: (slot, logic) => (fragile.has(slot) ? spoilt(logic, () => random() < share) : logic),
      watch: () => undefined,
    });
}

function spoilt(logic: AnyActorLogic, isSpoilt: () => boolean): AnyActorLogic {
  const { config: effect } = logic as AnyActorLogic & { config: (...args: readonly unknown[]) => unknown };
  return fromPromise(async (args) => {
    const answer = await effect(args);
    return isSpoilt() ? null : answer;
  });
}
