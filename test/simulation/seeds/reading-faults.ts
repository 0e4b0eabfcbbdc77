/** What becomes of one process's readings of logs, once they are answered. */
import type { ReadingFate, ReadingPlan } from '../model/follow-log.ts';
import type { Decisions } from './decisions.ts';

export function readingFaults(decisions: Decisions, identity: string): ReadingPlan {
  const counts = new Map<string, number>();
  return (podName) => {
    const nth = (counts.get(podName) ?? 0) + 1;
    counts.set(podName, nth);
    const about = `${identity} log ${podName} #${nth}`;
    const dice = decisions.dice(`reading ${about}`);
    const calm: ReadingFate = {
      delayMs: Math.floor(400 * dice()),
      chunkBytes: dice() < 0.2 ? 7 + Math.floor(dice() * 90) : 16_384,
      hasLastWord: dice() < 0.7,
    };
    const isCut = decisions.strikes(12, about);
    const isDead = !isCut && decisions.strikes(11, about);
    if (!isCut && !isDead) return calm;
    const kind = isDead ? 'stalled' : dice() < 0.6 ? 'cut' : 'ended';
    const afterBytes = dice() < 0.3 ? Infinity : Math.floor(3_000 * dice() ** 3);
    return { ...calm, ending: { kind, afterBytes, afterMs: 4_000 * dice() } };
  };
}
