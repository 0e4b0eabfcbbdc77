/** What becomes of each Pod once it is there: how long it takes, how it ends, and what befalls it. */
import { forGood, type Ending, type PodScript } from '../model/kubelet.ts';
import type { Decisions } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';

const endings: ReadonlyArray<readonly [FaultNumber, Ending]> = [
  [23, 'image-missing'],
  [24, 'config-error'],
  [25, 'oom-killed'],
  [26, 'evicted'],
  [27, 'node-lost'],
  [28, 'deleted'],
  [30, 'vanished'],
];
/** How these are seen depends on when they are seen. */
const ambiguous: ReadonlySet<Ending> = new Set(['deleted', 'vanished']);

export class PodFates {
  /** Pods of which nobody can say beforehand how they end. */
  readonly unforeseen = new Set<string>();
  readonly #decisions: Decisions;
  readonly #isOfStage: (podName: string) => boolean;
  readonly #scripts = new Map<string, PodScript>();
  readonly #failingShare: number;

  constructor(decisions: Decisions, isOfStage: (podName: string) => boolean) {
    this.#decisions = decisions;
    this.#isOfStage = isOfStage;
    this.#failingShare = 0.4 * decisions.dice('failing')();
  }

  /** Decided when the Pod is first there. */
  readonly script = (podName: string): PodScript => {
    const known = this.#scripts.get(podName);
    if (known) return known;
    const script = { ...this.#plain(podName), ...this.#befalls(podName) };
    this.#scripts.set(podName, script);
    return script;
  };

  /** As it was, or as it would have been undisturbed. */
  foretold(podName: string): PodScript {
    return this.#scripts.get(podName) ?? this.#plain(podName);
  }

  #plain(podName: string): PodScript {
    const dice = this.#decisions.dice(`pod ${podName}`);
    const times = { bindMs: dice() * 1_500, startMs: dice() * 1_500, stopMs: dice() * 3_000 };
    const runMs = dice() * 10_000;
    const exitCode = dice() < this.#failingShare ? 1 + Math.floor(dice() * 2) : 0;
    const isForGood = !this.#isOfStage(podName) && dice() < 0.4;
    return { ...times, runMs: isForGood ? forGood.runMs : runMs, exitCode };
  }

  #befalls(podName: string): Partial<PodScript> {
    const about = `kubelet ${podName}`;
    const strikes = (fault: FaultNumber) => this.#decisions.strikes(fault, about);
    const dice = this.#decisions.dice(`times ${about}`);
    const beside = {
      ...(strikes(29) ? { stopMs: 60_000 + dice() * 60_000 } : {}),
      ...(strikes(31) ? { isUnseen: true } : {}),
      ...(strikes(32) ? { hasFailingSidecar: true } : {}),
    };
    if (strikes(22)) {
      this.unforeseen.add(podName);
      return { ...beside, bindMs: Infinity };
    }
    const [, ending] = endings.find(([fault]) => strikes(fault)) ?? [];
    if (!ending) return beside;
    if (ambiguous.has(ending)) this.unforeseen.add(podName);
    const seen = ending === 'image-missing' && dice() < 0.5 ? 'registry-away' : ending;
    return { ...beside, isUnseen: false, ending: seen, runMs: dice() * 10_000 };
  }
}
