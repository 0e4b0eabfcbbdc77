/** What may befall those between a worker and otto-handler while its lines are on their way. */
import { loadavg } from 'node:os';
import { setInterval as every } from 'node:timers/promises';
import type { LineFigures, NumberedLines } from './numbered-lines.ts';
import type { ScriptedHandler } from './scripted-handler.ts';
import { until } from './until.ts';

export interface Between {
  readonly handler: ScriptedHandler;
  readonly heard: NumberedLines;
  /** Kill -9; its supervisor starts it again, in the same place. */
  readonly killServer: () => Promise<void>;
}

export type Trouble<Place extends Between = Between> = (
  place: Place,
  signal: AbortSignal,
) => Promise<unknown>;

export const untroubled: Trouble = async () => undefined;

/** Dead for half of the time. */
export const restartHandler: Trouble = async ({ handler }, signal) => {
  let isUp = true;
  for await (const _ of every(250, undefined, { signal })) {
    if (isUp) handler.kill();
    else await handler.start();
    isUp = !isUp;
  }
};

/** Whenever so much of the lines is there. */
export function killServerAt(shares: readonly number[], withinMs: number): Trouble {
  return async ({ heard, killServer }, signal) => {
    for (const share of shares) {
      const isThere = () => signal.aborted || heard.share >= share;
      await until(`${share} of the lines`, isThere, { timeoutMs: withinMs });
      if (signal.aborted) return;
      await killServer();
    }
  };
}

/** Until the signal aborts, whose own error is not one. */
export async function during(
  trouble: (signal: AbortSignal) => Promise<unknown>,
  live: () => Promise<unknown>,
): Promise<void> {
  const ending = new AbortController();
  const troubling = trouble(ending.signal).catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  await live();
  ending.abort();
  await troubling;
}

/** What the figures are where each of so many lines has arrived, none is counted missing, and dedupe leaves one of each. */
export function everyLineOnce(lines: number): Partial<LineFigures> {
  return { unique: lines, gapMarked: 0, lostUnnoticed: 0, duplicatesAfterDedupe: 0, outOfOrder: 0 };
}

/** Otto-handler is there, and has every line or a record of what is missing. Prints what it has, and returns it. */
export async function untilCounted(
  { handler, heard }: Pick<Between, 'handler' | 'heard'>,
  more: () => Readonly<Record<string, unknown>>,
): Promise<LineFigures> {
  const seen = () => JSON.stringify({ ...heard.figures, ...more(), load: loadavg()[0] });
  handler.kill();
  await handler.start();
  await until('all lines', () => heard.figures.lostUnnoticed === 0, { timeoutMs: 60_000, seen });
  console.log(seen());
  return heard.figures;
}
