/** Looks for what a mutant breaks, until it is found. */
import { killsOf, liveThrough } from '../lives/crash-enumeration.ts';
import { duel } from '../lives/duel.ts';
import { live } from '../seeds/life.ts';
import type { Mutant } from './roster.ts';

export interface Catch {
  /** The seed, or the life, in which it was found. */
  readonly by: string;
  readonly sentence: string;
}

/** Of the simulation; a mutant that lives longer has not been caught. */
const seedsMax = 60;
const absencesMs = [0, 20_000];

/** @returns undefined where nothing noticed */
export async function hunt(mutant: Mutant): Promise<Catch | undefined> {
  using mutation = mutant.replaced?.();
  void mutation;
  const { compose, hunt: how } = mutant;
  const composed = compose ? { compose } : {};
  switch (how.kind) {
    case 'life':
      return caught(how.name, await how.life(compose), how.says);
    case 'crash':
      for (const kill of [how.kill, ...killsOf(await liveThrough(), absencesMs)]) {
        // oxlint-disable-next-line no-await-in-loop -- the next is lived only where this one found nothing
        const { broken } = await liveThrough(kill, compose);
        const found = caught(`kill at write ${kill.write}, ${kill.when}`, broken, how.says);
        if (found) return found;
      }
      return undefined;
    case 'duel': {
      const { broken } = await duel(how.seed, { ...how.options, ...composed });
      return caught(`duel ${how.seed}`, broken, how.says);
    }
    case 'seed': {
      const { hasOutputs, hasEvents } = how;
      for (const seed of [how.seed, ...Array.from({ length: seedsMax }, (_, index) => index + 1)]) {
        // oxlint-disable-next-line no-await-in-loop -- the next is lived only where this one found nothing
        const { violations } = await live({ seed, ...composed, hasOutputs, hasEvents });
        const found = violations.find(({ invariant }) => invariant === mutant.breaks);
        if (found) return { by: `seed ${seed}`, sentence: found.sentence };
      }
      return undefined;
    }
  }
}

function caught(by: string, broken: readonly string[], says: RegExp): Catch | undefined {
  const sentence = broken.find((one) => says.test(one));
  return sentence === undefined ? undefined : { by, sentence };
}
