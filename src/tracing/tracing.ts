/** Traces as the rest of the program meets them; what makes them is loaded only where they are on. */
import type { Observer } from '../actors/observer.ts';

/** Which trace a command is part of, by the command that its call became. */
export interface CallerTraces {
  /** @param traceparent as W3C's Trace Context has it; anything else is passed over */
  note(command: object, traceparent: string): void;
}

export interface Tracing {
  /** What the spans are made of. */
  readonly observer: Observer;
  readonly callers: CallerTraces;
  /** The trace that a record of the log is about, by its fields. */
  readonly idOf: (fields: object) => string | undefined;
  /** Sends what is left, for so long at most; never rejects. */
  close(withinMs: number): Promise<void>;
}
