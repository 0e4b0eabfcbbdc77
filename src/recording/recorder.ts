/**
 * Writes down what the actor tree cannot know by itself, in the order in which it hears it: what is sent from
 * outside, what its effects say, which timers fire. All else follows, so that is all that a replay needs.
 *
 * It stands at the boundary and changes nothing: with it or without it the same happens. A recording that
 * cannot go on ends; the actors never notice.
 */
import type { ActorRefFrom, AnyActorLogic } from 'xstate';
import type { TimerClock } from '../machines/indexed-scheduler.ts';
import type { poolMachine } from '../machines/pool/pool.machine.ts';
import { echoOf } from './echo.ts';
import { formatVersion, type LifeLine } from './format.ts';
import { outlineOf, type Redactor } from './redact.ts';
import { digestOfText, StateHash } from './state-hash.ts';
import { overhear, parentOf, tapPool, type ProvidedPool } from './tap-pool.ts';
import type { Tape } from './tape.ts';

type PoolRef = ActorRefFrom<typeof poolMachine>;
/** The pool as those outside know it. */
export interface PoolFace extends Pick<PoolRef, 'send' | 'getSnapshot' | 'subscribe'> {
  start(): void;
}

export interface RecorderOptions {
  readonly tape: Tape;
  readonly redactor: Redactor;
  /** Epoch ms. */
  readonly now: () => number;
  readonly versions: Readonly<Record<string, string>>;
  readonly namespace: string;
}

/** Records one life: one pool from its start to the end of its process. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #states = new StateHash();
  #pool: LifeLine['pool'] | undefined;
  #effects = 0;
  /** Nothing is written before the header is. */
  #hasBegun = false;
  /** How many inputs are being taken in: one that comes meanwhile is inside another. */
  #depth = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** @returns the pool to be made and started instead. */
  tap(provided: ProvidedPool): ProvidedPool {
    const { liveMax, historyMs, historyMax, drainMs, childRestarts, poolRestarts, stages } = provided.input;
    const limits = { liveMax, historyMs, historyMax, drainMs, childRestarts, poolRestarts };
    this.#pool = { ...limits, infrastructureMax: stages.infrastructureMax };
    return tapPool(provided, {
      fill: (slot, logic) => this.#listen(slot, logic),
      watch: (actor, to) => this.#states.note(actor, to),
    });
  }

  /** The clock of the pool's timers. */
  clock(inner: TimerClock): TimerClock {
    const states = this.#states;
    return {
      setTimeout: (fn, delayMs, actor, timer) => {
        states.set(actor, timer, delayMs);
        const unset = () => states.unset(actor, timer, delayMs);
        const fire = () =>
          this.#input({ kind: 'fired', actor, timer, delayMs }, undefined, () => {
            unset();
            fn();
          });
        return { id: inner.setTimeout(fire, delayMs, actor, timer), unset } satisfies SetTimer;
      },
      clearTimeout: (set) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids come from setTimeout above
        const { id, unset } = set as SetTimer;
        unset();
        inner.clearTimeout(id);
      },
    };
  }

  /** @returns what those outside are to use instead of the pool's ref; a life begins with its start. */
  face(pool: PoolRef): PoolFace {
    const { versions, namespace } = this.#options;
    /** What an actor that has not started keeps for its start, which is an input like any other then. */
    const early: Array<Parameters<PoolRef['send']>[0]> = [];
    const send: PoolFace['send'] = (event) =>
      this.#input({ kind: 'sent' }, { event }, () => pool.send(event));
    return {
      start: () => {
        this.#hasBegun = true;
        this.#write({ kind: 'life', format: formatVersion, versions, namespace, pool: this.#pool });
        this.#takeIn(() => pool.start());
        for (const event of early.splice(0)) send(event);
      },
      send: (event) => void (this.#hasBegun ? send(event) : early.push(event)),
      getSnapshot: () => pool.getSnapshot(),
      subscribe: pool.subscribe.bind(pool),
    };
  }

  /** @param why in a sentence */
  end(why: string): void {
    this.#input({ kind: 'end', why }, undefined, () => this.#options.tape.end());
  }

  #listen(slot: string, logic: AnyActorLogic): AnyActorLogic {
    return overhear(logic, (self, given) => {
      const effect = ++this.#effects;
      const actor = parentOf(self)?.id ?? '';
      this.#write({ kind: 'begun', effect, slot, actor, given: digestOfText(outlineOf(given)) });
      return {
        settles: (how, value, pass) => {
          const said = how === 'error' ? { error: String(value) } : { output: value };
          this.#input({ kind: 'settled', effect }, said, pass, echoOf(given));
        },
        tells: (event, pass) => this.#input({ kind: 'told', effect }, { event }, pass),
      };
    });
  }

  /** @param said what others wrote, of which only a redacted copy is kept */
  #input(line: Body, said: object | undefined, pass: () => void, echo?: Echo): void {
    if (this.#options.tape.isOpen && this.#hasBegun) {
      this.#write(this.#depth === 0 ? { ...line, states: this.#states.digest } : line, said, echo);
    }
    this.#takeIn(pass);
  }

  #takeIn(pass: () => void): void {
    this.#depth++;
    try {
      pass();
    } finally {
      this.#depth--;
    }
  }

  #write(line: Body, said?: object, echo?: Echo): void {
    const { tape, redactor, now } = this.#options;
    if (!tape.isOpen || !this.#hasBegun) return;
    try {
      const copy = said && redactor.data(said, echo);
      tape.write((n) => ({ n, atMs: now(), ...line, ...copy }));
    } catch (error) {
      // Something that is no data. Nothing after it could be replayed.
      tape.write((n) => ({
        n,
        atMs: now(),
        kind: 'end',
        why: `what came next cannot be written: ${redactor.text(String(error))}`,
      }));
      tape.end();
    }
  }
}

interface SetTimer {
  readonly id: unknown;
  readonly unset: () => void;
}

type Echo = ReturnType<typeof echoOf>;
type Body = Readonly<Record<string, unknown>>;
