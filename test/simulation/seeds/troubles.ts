/** What befalls processes and Pods at moments of a life that no call or event decides. */
import type { Standstill } from '../model/sim-clock.ts';
import type { Ottoscaler } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';
import type { PodFates } from './pod-fates.ts';
import type { Processes } from './processes.ts';
import type { Strangers } from './strangers.ts';

export interface TroubleOptions {
  readonly world: World;
  readonly decisions: Decisions;
  readonly processes: Processes;
  readonly fates: PodFates;
  readonly strangers: Strangers;
}

const kinds = [16, 28, 33, 36, 42, 43, 45, 8] as const satisfies readonly FaultNumber[];
type Kind = (typeof kinds)[number];
const hourMs = 3_600_000;

export class Troubles {
  readonly #world: World;
  readonly #decisions: Decisions;
  readonly #processes: Processes;
  readonly #fates: PodFates;
  readonly #strangers: Strangers;

  constructor({ world, decisions, processes, fates, strangers }: TroubleOptions) {
    this.#world = world;
    this.#decisions = decisions;
    this.#processes = processes;
    this.#fates = fates;
    this.#strangers = strangers;
  }

  /** @param lastsMs within which all of them begin */
  schedule(lastsMs: number): void {
    const count = Math.floor(this.#decisions.dice('troubles')() * 10);
    for (let nth = 0; nth < count; nth++) {
      const dice = this.#decisions.dice(`trouble ${nth}`);
      const kind = kinds[Math.floor(dice() * kinds.length)] ?? 36;
      this.#world.clock.setTimeout(() => this.#happen(kind, nth), dice() * lastsMs);
    }
  }

  #happen(kind: Kind, nth: number): void {
    const about = `trouble #${nth}`;
    const dice = this.#decisions.dice(`which ${about}`);
    const { living } = this.#processes;
    const [identity, otto] = living[Math.floor(dice() * living.length)] ?? [];
    const { pods } = this.#world;
    const pod = pods[Math.floor(dice() * pods.length)];
    const isAboutPod = kind === 16 || kind === 28 || kind === 33;
    if (isAboutPod ? !pod : !otto || identity === undefined) return;
    if (!this.#decisions.strikes(kind, about)) return;
    if (isAboutPod && pod) {
      this.#fates.unforeseen.add(pod.name);
      if (kind === 16) this.#strangers.makeAgain(pod.name);
      else if (kind === 28) this.#strangers.takeAway(pod.name);
      else this.#strangers.spoil(pod.name);
    } else if (otto && identity !== undefined) this.#hit(kind, otto, identity, dice);
  }

  #hit(kind: Kind, otto: Ottoscaler, identity: string, dice: () => number): void {
    const { clock } = this.#world;
    switch (kind) {
      case 36:
        return otto.kill();
      case 42:
        return otto.jump((2 * dice() - 1) * hourMs);
      case 43:
        return this.#stand(otto, dice);
      case 45:
        otto.end();
        clock.setTimeout(() => otto.isKilled || otto.end(), dice() * 5_000);
        return undefined;
      case 8: {
        const calls = this.#processes.callFaultsOf(identity);
        if (calls) calls.outageUntilMs = clock.now() + 2_000 + dice() * 20_000;
        return undefined;
      }
      case 16:
      case 28:
      case 33:
        return undefined;
    }
  }

  #stand(otto: Ottoscaler, dice: () => number): void {
    if (otto.isStill) return;
    const how: Standstill = this.#processes.isElected && dice() < 0.4 ? 'suspended' : 'stalled';
    if (how === 'suspended') this.#processes.sleep();
    const first = dice() < 0.5 ? 'timers' : 'answers';
    otto.stand(how);
    this.#world.clock.setTimeout(() => otto.goOn(first), dice() * 20_000);
  }
}
