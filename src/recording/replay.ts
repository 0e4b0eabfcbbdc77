/**
 * One recorded life, lived again: each input is given to the same charts without their world, and what they
 * then ask for is compared with what they asked for then.
 *
 * What differs is reported where it is first seen, and nothing after it: from there on the recording speaks of
 * a life that is not this one.
 */
import type { AnyActorRef, EventObject } from 'xstate';
import type { NameAttempt } from '../machines/pipeline/record.ts';
import type { PoolEvent } from '../machines/pool/events.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import { resolveEchoes } from './echo.ts';
import type { BegunLine, InputLine, LifeLine, Line } from './format.ts';
import { outlineOf } from './redact.ts';
import { scriptedPool, ScriptedTimers, type Begun, type SetTimer } from './scripted-pool.ts';
import { digestOfText, StateHash } from './state-hash.ts';
import { parentOf, relay, settledEvents } from './tap-pool.ts';
import { statePath } from './state-path.ts';

export interface Divergence {
  /** Where it was seen. */
  readonly n: number;
  /** Both are clauses. */
  readonly expected: string;
  readonly happened: string;
  /** The input before, whose consequences differ. */
  readonly cause: InputLine | undefined;
  /** What those consequences were here. */
  readonly transitions: readonly Transition[];
  readonly timers: readonly SetTimer[];
}

/** An actor went from one state to another. */
export interface Transition {
  readonly actor: string;
  /** Type of the event that it got; '' where it was made. */
  readonly event: string;
  /** '' where it was made. */
  readonly from: string;
  /** '' where it is over. */
  readonly to: string;
  /** The line that led to it. */
  readonly n: number;
  readonly atMs: number;
}

/** An actor has thrown. */
export interface Crash {
  readonly actor: string;
  readonly error: string;
  /** The line that led to it. */
  readonly n: number;
}

export interface ReplayOptions {
  readonly nameOf: (namespace: string) => NameAttempt;
  /** Hears every transition, in order. */
  readonly onTransition?: (transition: Transition) => void;
}

export class Replay {
  readonly #pool;
  readonly #hash = new StateHash();
  readonly #timers = new ScriptedTimers(
    (set) => {
      this.#hash.set(set.actor, set.timer, set.delayMs);
      this.#set.push(set);
      this.#dueMs.set(set, this.#line.atMs + set.delayMs);
    },
    ({ actor, timer, delayMs }) => this.#hash.unset(actor, timer, delayMs),
  );
  readonly #dueMs = new WeakMap<SetTimer, number>();
  readonly #states = new WeakMap<AnyActorRef, string>();
  /** Effects by number, from 1. */
  readonly #effects: Begun[] = [];
  /** How many of them the recording has told of. */
  #told = 0;
  readonly #crashes: Crash[] = [];
  #cause: InputLine | undefined;
  #line: Line;
  /** Since the cause. */
  #transitions: Transition[] = [];
  #set: SetTimer[] = [];
  readonly #onTransition: (transition: Transition) => void;

  constructor(life: LifeLine, { nameOf, onTransition = () => {} }: ReplayOptions) {
    this.#line = life;
    this.#onTransition = onTransition;
    this.#pool = scriptedPool({
      pool: life.pool,
      nameOf: nameOf(life.namespace),
      timers: this.#timers,
      begins: (begun) => void this.#effects.push(begun),
      watch: (actor, to, event) => this.#changed(actor, to, event),
      crashed: (actor, error) => void this.#crashes.push({ actor, error: String(error), n: this.#line.n }),
    });
    this.#pool.subscribe({ error: () => {} });
    this.#pool.start();
  }

  get snapshot(): PoolSnapshot {
    return this.#pool.getSnapshot();
  }

  /** For those who look on; nothing may be sent to it. */
  get root(): ReturnType<typeof scriptedPool> {
    return this.#pool;
  }

  /** What an actor waits for. `dueMs` is epoch ms, by the time of the line that set it. */
  timersOf(actor: string): readonly { readonly id: string; readonly dueMs: number }[] {
    return this.#timers.of(actor).map((set) => ({ id: set.timer, dueMs: this.#dueMs.get(set) ?? 0 }));
  }

  get crashes(): readonly Crash[] {
    return this.#crashes;
  }

  /** Of the states of all actors. */
  get digest(): string {
    return this.#hash.digest;
  }

  /** Takes the next line of this life. @returns what is not as it was. */
  take(line: Exclude<Line, LifeLine>): Divergence | undefined {
    return line.kind === 'begun' ? this.#compare(line) : this.#takeIn(line);
  }

  #compare(line: BegunLine): Divergence | undefined {
    const begun = this.#effects[this.#told++];
    const expected = `${line.slot} of ${line.actor} begins`;
    if (!begun) return this.#diverged(line, expected, 'no effect begins');
    if (begun.slot !== line.slot || begun.actor !== line.actor)
      return this.#diverged(line, expected, `${begun.slot} of ${begun.actor} begins`);
    const outline = outlineOf(begun.input);
    if (digestOfText(outline) === line.given) return undefined;
    return this.#diverged(line, `${expected} with what it was given then`, `it is given ${outline}`);
  }

  #takeIn(line: InputLine): Divergence | undefined {
    // Without a hash it came while the input before was still being taken in: not all of that has been told.
    if (line.states !== undefined) {
      const more = this.#effects[this.#told];
      if (more) return this.#diverged(line, 'no more effects begin', `${more.slot} of ${more.actor} begins`);
      if (line.states !== this.digest)
        return this.#diverged(
          line,
          `all states and timers together are ${line.states}`,
          `they are ${this.digest}, so at least one actor is in another state or waits for another time`,
        );
      this.#cause = line;
      this.#transitions = [];
      this.#set = [];
    }
    this.#line = line;
    switch (line.kind) {
      case 'sent':
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pool was sent it
        this.#pool.send(line.event as PoolEvent);
        return undefined;
      case 'told':
        return this.#say(line, line.effect, ({ ref }) => {
          const parent = parentOf(ref);
          if (parent) relay(ref, parent, line.event);
        });
      case 'settled':
        return this.#say(line, line.effect, ({ ref, input }) => {
          const how = line.error === undefined ? 'output' : 'error';
          const data = line.error ?? resolveEchoes(line.output, input);
          ref.send({ type: settledEvents[how], data } satisfies EventObject & { data: unknown });
        });
      case 'fired':
        return this.#fire(line);
      case 'end':
        return undefined;
    }
  }

  #say(line: InputLine, effect: number, say: (begun: Begun) => void): Divergence | undefined {
    const begun = this.#effects[effect - 1];
    if (!begun) return this.#diverged(line, `effect ${effect} is under way`, 'it never began');
    const what = `${begun.slot} of ${begun.actor}`;
    if (begun.ref.getSnapshot().status !== 'active')
      return this.#diverged(line, `${what} is under way`, 'it is over');
    say(begun);
    return undefined;
  }

  #fire(line: Extract<Line, { kind: 'fired' }>): Divergence | undefined {
    const { actor, timer, delayMs } = line;
    const setMs = this.#timers.delayOf(actor, timer);
    const expected = `${timer} of ${actor} is set to ${delayMs} ms`;
    if (setMs === undefined) return this.#diverged(line, expected, 'it is not set');
    if (setMs !== delayMs) return this.#diverged(line, expected, `it is set to ${setMs} ms`);
    this.#timers.fire(actor, timer);
    return undefined;
  }

  #diverged({ n }: Line, expected: string, happened: string): Divergence {
    return { n, expected, happened, cause: this.#cause, transitions: this.#transitions, timers: this.#set };
  }

  #changed(actor: AnyActorRef, value: object | string | undefined, event: EventObject | undefined): void {
    this.#hash.note(actor, value);
    const from = this.#states.get(actor) ?? '';
    const to = value === undefined ? '' : statePath(value);
    if (from === to) return;
    this.#states.set(actor, to);
    const { n, atMs } = this.#line;
    const transition = { actor: actor.id, event: event?.type ?? '', from, to, n, atMs };
    this.#transitions.push(transition);
    this.#onTransition(transition);
  }
}
