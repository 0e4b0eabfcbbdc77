/**
 * The lines of a recording: JSON, one object a line.
 *
 * A file holds one life after the other, each begun by its header; `n` is the line's number in the file. An
 * *input* is what came from outside; the lines `begun` that follow it are the effects that the actors then
 * asked for, in that order. `states` of an input is the hash of all states and timers before it.
 */
import { z } from 'zod';

export const formatVersion = 1;

const line = { n: z.int().positive(), atMs: z.number() };
/** Absent where it came while another input was still being taken in. */
const input = { ...line, states: z.string().optional() };
const event = z.looseObject({ type: z.string() });
const restarts = z.object({ intensity: z.number(), periodMs: z.number() });

const lifeLine = z.object({
  ...line,
  kind: z.literal('life'),
  format: z.literal(formatVersion, `is another format than ${formatVersion}, which this version reads`),
  versions: z.record(z.string(), z.string()),
  namespace: z.string(),
  /** What the pool was started with. */
  pool: z.object({
    liveMax: z.number(),
    historyMs: z.number(),
    historyMax: z.number(),
    drainMs: z.number(),
    infrastructureMax: z.number(),
    childRestarts: restarts,
    poolRestarts: restarts,
  }),
});

const lines = z.discriminatedUnion('kind', [
  lifeLine,
  /** Somebody outside sent the pool an event. */
  z.object({ ...input, kind: z.literal('sent'), event }),
  /** An effect told its actor an event. */
  z.object({ ...input, kind: z.literal('told'), effect: z.int(), event }),
  /** An effect has an output, or failed. */
  z.object({
    ...input,
    kind: z.literal('settled'),
    effect: z.int(),
    output: z.unknown().optional(),
    error: z.string().optional(),
  }),
  z.object({ ...input, kind: z.literal('fired'), actor: z.string(), timer: z.string(), delayMs: z.number() }),
  /** Numbered from 1 within a life. */
  z.object({
    ...line,
    kind: z.literal('begun'),
    effect: z.int(),
    slot: z.string(),
    actor: z.string(),
    /** Hash of what it was given, without what people wrote. */
    given: z.string(),
  }),
  /** Nothing follows in this life; `why` in a sentence. */
  z.object({ ...input, kind: z.literal('end'), why: z.string() }),
]);

export type Line = z.output<typeof lines>;
export type LifeLine = z.output<typeof lifeLine>;
export type InputLine = Extract<Line, { kind: 'sent' | 'told' | 'settled' | 'fired' | 'end' }>;
export type BegunLine = Extract<Line, { kind: 'begun' }>;

/** @throws ZodError where it is no line of a recording. */
export function parseLine(text: string): Line {
  return lines.parse(JSON.parse(text));
}
