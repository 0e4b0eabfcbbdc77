/** How an actor's snapshot is read for a person: its state, its reason, its deadline. */
import type { AnyActorRef, StateValue } from 'xstate';
import type { Redact } from '../logs/redact/secret-values.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import type { StateMeta } from '../machines/slots.ts';
import type { ActorRow } from './protocol.ts';
import type { Pairs } from './plain-data.ts';
import type { Secrets } from './secrets.ts';
import { deadlineMsOf, type TimersOf } from './timers.ts';
import { stateNames } from './words.ts';

/** What all rows, details and pictures are read from. */
export interface Reading {
  readonly pool: PoolSnapshot;
  /** The pool's own ref, of which only the timers are asked. */
  readonly root: AnyActorRef;
  readonly timersOf: TimersOf;
  readonly secrets: Secrets;
  /** What a worker that is over was called with; undefined where that is forgotten. */
  readonly environmentOf: (podName: string) => Pairs | undefined;
  /** Epoch ms; of a recording the time of its line. */
  readonly nowMs: number;
}

/** Since when it is so, only those who watch can know, unless it is written somewhere. */
export type RowNow = Omit<ActorRow, 'sinceMs'> & { readonly sinceMs?: number };

export interface Readable<Context> {
  readonly status: string;
  readonly value: StateValue;
  readonly context: Context;
  readonly error?: unknown;
  getMeta(): Readonly<Record<string, StateMeta<Context> | undefined>>;
}

const reasonCharsMax = 400;

/** What every row of an actor at work says. */
export function liveFields<Context>(
  ref: AnyActorRef,
  snapshot: Readable<Context>,
  { timersOf }: Pick<Reading, 'timersOf'>,
  redact?: Redact,
): Pick<RowNow, 'state' | 'reason' | 'deadlineMs' | 'isOver'> {
  const deadlineMs = deadlineMsOf(timersOf(ref));
  const reason = clause(reasonOf(snapshot), redact);
  return {
    state: snapshot.status === 'error' ? 'crashed' : stateNames(snapshot.value),
    ...(reason === '' ? {} : { reason }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    isOver: snapshot.status !== 'active',
  };
}

/** The innermost state's own word on why the actor is in it. */
function reasonOf<Context>(snapshot: Readable<Context>): string {
  if (snapshot.status === 'error') return `its actor crashed: ${String(snapshot.error)}`;
  if (snapshot.status !== 'active') return '';
  const metas = snapshot.getMeta();
  let innermost = '';
  for (const state of Object.keys(metas)) if (state.length > innermost.length) innermost = state;
  return metas[innermost]?.reason(snapshot.context) ?? '';
}

/** A text of somebody else's, without secrets and not too long. */
export function clause(text: string, redact: Redact | undefined): string {
  const shown = redact ? redact(text) : text;
  return shown.length > reasonCharsMax ? `${shown.slice(0, reasonCharsMax)}…` : shown;
}

/** Undefined of '' and of what is no time. */
export function msOf(rfc3339: string | undefined): number | undefined {
  const ms = Date.parse(rfc3339 ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
