/**
 * One number for where all actors are and what they wait for: a sum of hashes of (actor's id, its state) and of
 * (actor's id, a timer, its delay), kept up to date by what changes.
 *
 * A sum does not depend on an order, so an actor that changes costs one subtraction and one addition, however
 * many others there are. It says nothing of contexts: two runs with equal numbers are in the same states.
 */
import type { AnyActorRef } from 'xstate';

export class StateHash {
  #sum = 0;
  readonly #shares = new WeakMap<AnyActorRef, number>();

  /** @param value the actor's state; undefined where it is over */
  note(actor: AnyActorRef, value: object | string | undefined): void {
    const before = this.#shares.get(actor) ?? 0;
    const after = value === undefined ? 0 : stateShare(actor.id, value);
    if (value === undefined) this.#shares.delete(actor);
    else this.#shares.set(actor, after);
    this.#sum = (this.#sum - before + after) >>> 0;
  }

  set(actorId: string, timerId: string, delayMs: number): void {
    this.#sum = (this.#sum + timerShare(actorId, timerId, delayMs)) >>> 0;
  }

  /** A timer has fired, or was cleared. */
  unset(actorId: string, timerId: string, delayMs: number): void {
    this.#sum = (this.#sum - timerShare(actorId, timerId, delayMs)) >>> 0;
  }

  /** Eight hexadecimal digits. */
  get digest(): string {
    return digestOf(this.#sum);
  }
}

/** The same, of actors and timers as they are: what the number above must always be equal to. */
export function hashStates(
  actors: Iterable<readonly [id: string, value: object | string]>,
  timers: Iterable<readonly [actorId: string, timerId: string, delayMs: number]> = [],
): string {
  let sum = 0;
  for (const [id, value] of actors) sum = (sum + stateShare(id, value)) >>> 0;
  for (const [actorId, timerId, delayMs] of timers) sum = (sum + timerShare(actorId, timerId, delayMs)) >>> 0;
  return digestOf(sum);
}

const stateShare = (id: string, value: object | string) =>
  fnv(`${id}\n${typeof value === 'string' ? value : JSON.stringify(value)}`);
const timerShare = (actorId: string, timerId: string, delayMs: number) =>
  fnv(`${actorId}\n${timerId}\n${delayMs}`);

/** Of any text, such as an outline. */
export function digestOfText(text: string): string {
  return digestOf(fnv(text));
}

const digestOf = (sum: number) => sum.toString(16).padStart(8, '0');

/** FNV-1a, 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
