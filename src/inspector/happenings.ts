/**
 * What happened to actors while somebody looks: a ring of the newest events of all of them.
 *
 * A record holds what xstate gave, nothing is copied before somebody chooses the actor. The pool's own events may
 * carry thousands of Pods; of them only the type is kept.
 */
import type { AnyActorRef, AnyEventObject, InspectionEvent, StateValue } from 'xstate';
import { effectNameOf, kindOf } from './place.ts';

export interface Happened {
  readonly id: string;
  readonly atMs: number;
  readonly type: string;
  /** Absent of the pool's that nobody has chosen. */
  readonly event: AnyEventObject | undefined;
  /** Id of the actor or name of the effect; '' from outside. */
  readonly from: string;
  before: StateValue;
  after: StateValue;
}

/** What happened to one actor since somebody chose it, and shortly before. */
export interface Followed {
  /** The newest, oldest first. */
  readonly happened: Happened[];
  /** How many there were: the last one's number. */
  count: number;
}

const ringMax = 5_000;
const followedMax = 200;
/** Events that wait in mailboxes are few; an event that an actor never takes in is left as it is. */
const awaitedMax = 64;

/** An event that is on its way to be taken in. */
interface Awaited {
  readonly ref: object;
  readonly taking: AnyEventObject;
  readonly one: Happened;
}

export class Happenings {
  readonly #now: () => number;
  readonly #ring: Happened[] = [];
  #next = 0;
  /** Whose actions run, the innermost last: who sends without saying so is the last of them. */
  readonly #acting: object[] = [];
  readonly #followed = new Map<string, Followed & { readers: number }>();
  readonly #awaited: Awaited[] = [];
  readonly #perTurn: number;
  readonly #roomMax: number;
  /** Events of actors that nobody has chosen that may still be kept. */
  #room: number;

  /**
   * @param perTurn so many events are kept from turn to turn of actors that nobody has chosen, on average: as many as
   *   the ring holds may come at once
   */
  constructor(now: () => number, perTurn = Infinity) {
    this.#now = now;
    this.#perTurn = perTurn;
    this.#roomMax = Math.max(ringMax, perTurn);
    this.#room = this.#roomMax;
  }

  hear(event: InspectionEvent): void {
    switch (event.type) {
      case '@xstate.event':
        return this.#sent(event);
      case '@xstate.action':
        return this.#acts(event.actorRef);
      case '@xstate.snapshot':
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
        return this.#took(event.actorRef as AnyActorRef, event.event);
      case '@xstate.actor':
      case '@xstate.microstep':
      case '@xstate.transition':
    }
  }

  /** An action of an actor begins: what is sent from now on without a name comes from it. */
  #acts(ref: object): void {
    if (this.#acting.at(-1) !== ref && kindOf(ref) !== undefined) this.#acting.push(ref);
  }

  #sent({ actorRef, sourceRef, event }: Extract<InspectionEvent, { type: '@xstate.event' }>): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
    const ref = actorRef as AnyActorRef;
    const kind = kindOf(ref);
    if (kind === undefined) return;
    if (event.type.startsWith('xstate.error.actor.')) this.#acting.length = 0;
    const isFollowed = this.#followed.has(ref.id);
    if (!isFollowed && this.#room < 1) return;
    this.#room -= 1;
    const { value = '' }: { readonly value?: StateValue } = ref.getSnapshot();
    const one = {
      id: ref.id,
      atMs: this.#now(),
      type: event.type,
      event: kind === 'pool' && !isFollowed ? undefined : event,
      from: this.#sourceOf(sourceRef),
      before: value,
      after: value,
    };
    this.#add(one);
    if (this.#awaited.length >= awaitedMax) this.#awaited.shift();
    this.#awaited.push({ ref, taking: event, one });
  }

  #took(ref: AnyActorRef, event: AnyEventObject): void {
    if (kindOf(ref) === undefined) return;
    const at = this.#acting.lastIndexOf(ref);
    if (at >= 0) this.#acting.length = at;
    if (this.#awaited.length === 0) return;
    const { value = '' }: { readonly value?: StateValue } = ref.getSnapshot();
    for (let index = this.#awaited.length - 1; index >= 0; index--) {
      const awaited = this.#awaited[index];
      if (awaited?.ref !== ref) continue;
      awaited.one.after = value;
      if (awaited.taking === event) return void this.#awaited.splice(index, 1);
      // It waits in the mailbox behind the one that was just taken in.
      awaited.one.before = value;
    }
  }

  /** Nobody's action outlasts a turn of the loop, and no event waits longer; what threw would. */
  turned(): void {
    this.#acting.length = 0;
    this.#awaited.length = 0;
    this.#room = Math.min(this.#roomMax, Math.max(0, this.#room) + this.#perTurn);
  }

  /** To be given back to `leave`. */
  follow(id: string): Followed {
    const known = this.#followed.get(id);
    if (known) {
      known.readers += 1;
      return known;
    }
    const happened = this.#ofRing(id);
    const followed = { happened, count: happened.length, readers: 1 };
    this.#followed.set(id, followed);
    return followed;
  }

  leave(id: string): void {
    const known = this.#followed.get(id);
    if (known && --known.readers === 0) this.#followed.delete(id);
  }

  #ofRing(id: string): Happened[] {
    const found: Happened[] = [];
    const size = this.#ring.length;
    for (let back = 1; back <= size && found.length < followedMax; back++) {
      const one = this.#ring[(this.#next - back + size) % size];
      if (one?.id === id) found.push(one);
    }
    return found.toReversed();
  }

  #add(one: Happened): void {
    const followed = this.#followed.get(one.id);
    if (followed) {
      followed.happened.push(one);
      followed.count += 1;
      if (followed.happened.length > followedMax) followed.happened.shift();
    }
    if (this.#ring.length < ringMax) this.#ring.push(one);
    else this.#ring[this.#next % ringMax] = one;
    this.#next = this.#ring.length < ringMax ? this.#ring.length : (this.#next + 1) % ringMax;
  }

  #sourceOf(sourceRef: unknown): string {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
    const source = (sourceRef ?? this.#acting.at(-1)) as AnyActorRef | undefined;
    if (!source) return '';
    return kindOf(source) === undefined ? effectNameOf(source) : source.id;
  }
}
