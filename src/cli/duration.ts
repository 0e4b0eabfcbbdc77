/**
 * Durations as Go's tools write them (`30s`, `1h30m`, `500ms`), and as people read them in a table.
 */
import { UsageError } from './usage-error.ts';

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]);

const whole = /^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/;
const part = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** A timer of Node holds at most 2³¹−1 ms and would fire at once above that; a day is more than any call needs. */
const durationMaxMs = 24 * 3_600_000;

/**
 * The duration in ms as it is written, or what is wrong with the text.
 * Bounded, so that no number of digits becomes Infinity.
 */
export function readDuration(text: string): { readonly ms: number } | { readonly problem: string } {
  if (!whole.test(text)) return { problem: 'is not a duration; write it as 30s, 10m or 500ms' };
  let totalMs = 0;
  for (const [, amount, unit = ''] of text.matchAll(part))
    totalMs += Number(amount) * (unitsMs.get(unit) ?? 0);
  return totalMs > durationMaxMs ? { problem: 'is too long; write at most 24h' } : { ms: totalMs };
}

/**
 * The duration of an option in whole milliseconds, at least 1.
 * @throws UsageError naming the option.
 */
export function parseDuration(option: string, text: string): number {
  const read = readDuration(text);
  if ('problem' in read) throw new UsageError(`${option}: "${text}" ${read.problem}`);
  if (read.ms <= 0) throw new UsageError(`${option}: "${text}" is no time at all; write more than 0`);
  return Math.ceil(read.ms);
}

/** `12s`, `3m05s`, `2h10m`, `3d04h`: never wider than six characters below 100 days. */
export function shortDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${twoDigits(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`;
}

/** Elapsed time in a sentence: `12.3 s`, and from 100 s on `1m40s`. */
export function elapsed(durationMs: number): string {
  return durationMs < 100_000 ? `${(durationMs / 1_000).toFixed(1)} s` : shortDuration(durationMs);
}

const twoDigits = (number: number) => String(number).padStart(2, '0');
