/** What containers write: how much, when, how it is stamped, and when the kubelet begins a new file. */
import type { LogScript, ScriptedLine } from '../model/worker-log.ts';
import { lineText } from '../oracle/judge-lines.ts';
import { plantedSecret } from './acts.ts';
import type { Decisions } from './decisions.ts';
import type { PodFates } from './pod-fates.ts';

/** What runs for good has written all by then. */
const writesForMs = 45_000;
/** Before it there may be nobody who has read a line. */
const firstRotationMs = 4_000;

export class LogScripts {
  readonly #decisions: Decisions;
  readonly #fates: PodFates;
  readonly #doesRotate: boolean;
  /** Where lines are so long that a small spool is soon full. */
  readonly #paddingChars: number;
  /** Whether this Pod was given the secret: nobody can know it of others. */
  readonly #hasSecret: (podName: string) => boolean;
  readonly #counts = new Map<string, number>();

  constructor(
    decisions: Decisions,
    fates: PodFates,
    isSpoolSmall: boolean,
    hasSecret: (podName: string) => boolean,
  ) {
    this.#hasSecret = hasSecret;
    this.#decisions = decisions;
    this.#fates = fates;
    this.#doesRotate = decisions.dice('rotation')() < 0.2;
    this.#paddingChars = isSpoolSmall ? 6_000 : 40;
  }

  script(podName: string): LogScript {
    const nth = (this.#counts.get(podName) ?? 0) + 1;
    this.#counts.set(podName, nth);
    const dice = this.#decisions.dice(`log ${podName} #${nth}`);
    const { runMs } = this.#fates.script(podName);
    const forMs = Math.min(runMs, writesForMs);
    const secret = this.#hasSecret(podName) ? plantedSecret : 'none';
    const [count, fromShare] = drawAmount(dice);
    const isStampedAlike = dice() < 0.2;
    const earlyMs = dice() < 0.2 ? 1_500 : 0;
    const times = Array.from({ length: count }, () => forMs * (fromShare + (1 - fromShare) * dice()));
    const lines = times
      .toSorted((a, b) => a - b)
      .map((afterMs, index): ScriptedLine => ({
        afterMs: isStampedAlike ? Math.floor(afterMs / 1_000) * 1_000 : Math.floor(afterMs),
        earlyMs: Math.floor(earlyMs * dice()),
        text: lineText(index + 1, this.#text(dice, secret)),
      }));
    const rotations = this.#doesRotate
      ? [dice(), dice()].map((share) => firstRotationMs + share * forMs).toSorted((a, b) => a - b)
      : [];
    return { lines, rotations };
  }

  #text(dice: () => number, secret: string): string {
    const kind = dice();
    if (kind < 0.002) return 'x'.repeat(70_000);
    const padding = '·'.repeat(Math.floor(this.#paddingChars * dice()));
    return kind < 0.1 ? `curl -H ${secret} ${padding}` : `compiling${padding}`;
  }
}

/** How many lines, and from which share of the run on. */
function drawAmount(dice: () => number): readonly [count: number, fromShare: number] {
  const kind = dice();
  const most = dice();
  if (kind < 0.1) return [0, 0];
  if (kind < 0.5) return [1 + Math.floor(most * 8), 0];
  if (kind < 0.8) return [10 + Math.floor(most * 40), 0];
  // Nearly all of it right before the end.
  return [20 + Math.floor(most * 200), 0.98];
}
