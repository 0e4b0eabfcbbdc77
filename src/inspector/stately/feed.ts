/**
 * What one attached viewer of Stately's protocol is told: the tree first, then what happens, batched.
 *
 * Bounded: of very many actors only the first are told, of very many events a sample; what is left out of an actor is
 * made good by its next snapshot.
 */
import type { AnyActorRef, AnyEventObject, AnyStateMachine, InspectionEvent } from 'xstate';
import { kindOf, placeOf, placesOf, type ChartName, type Place } from '../place.ts';
import { refAt } from '../detail.ts';
import type { Reading } from '../reading.ts';
import { Slice } from '../slice.ts';
import type { Watched } from '../tree-watch.ts';
import { actorMessage, eventMessage, snapshotMessage, type StatelyMessage } from './messages.ts';

export interface StatelySink {
  /** Whether it has taken what it was sent. */
  readonly isCurrent: boolean;
  send(message: StatelyMessage): void;
}

const actorsMax = 500;
const eventsPerBatch = 200;
const batchMs = 100;

interface Heard {
  readonly ref: AnyActorRef;
  readonly event: AnyEventObject;
  readonly source: AnyActorRef | undefined;
}

export class StatelyFeed {
  readonly #watched: Watched;
  readonly #machines: Readonly<Record<ChartName, AnyStateMachine>>;
  readonly #sink: StatelySink;
  readonly #subscription: { unsubscribe(): void };
  /** Actors that it was told of. */
  readonly #told = new Map<AnyActorRef, Place>();
  #events: Heard[] = [];
  /** The event after which an actor's snapshot is to be told. */
  #snapshots = new Map<AnyActorRef, AnyEventObject>();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(watched: Watched, machines: Readonly<Record<ChartName, AnyStateMachine>>, sink: StatelySink) {
    this.#watched = watched;
    this.#machines = machines;
    this.#sink = sink;
    this.#subscription = watched.inspect((event) => this.#observe(event));
    void this.#begin();
  }

  end(): void {
    this.#isOver = true;
    this.#subscription.unsubscribe();
    clearTimeout(this.#timer);
  }

  #observe(event: InspectionEvent): void {
    if (event.type !== '@xstate.event' && event.type !== '@xstate.snapshot') return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
    const ref = event.actorRef as AnyActorRef;
    if (kindOf(ref) === undefined) return;
    if (event.type === '@xstate.snapshot') {
      if (this.#snapshots.size < eventsPerBatch || this.#snapshots.has(ref))
        this.#snapshots.set(ref, event.event);
    } else if (this.#events.length < eventsPerBatch) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
      this.#events.push({ ref, event: event.event, source: event.sourceRef as AnyActorRef | undefined });
    }
  }

  async #begin(): Promise<void> {
    const slice = new Slice({ sliceMs: 0.5, stepsPerLook: 8 });
    for (const place of placesOf(this.#watched.read().pool)) {
      if (slice.isOver) await slice.next();
      if (this.#isOver || this.#told.size >= actorsMax) break;
      const reading = this.#watched.read();
      const ref = place.kind === 'pool' ? reading.root : refAt(place, reading.pool);
      if (ref) this.#introduce(ref, place, reading);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#batch(), batchMs);
  }

  async #batch(): Promise<void> {
    const events = this.#events;
    const snapshots = this.#snapshots;
    this.#events = [];
    this.#snapshots = new Map();
    const slice = new Slice({ sliceMs: 0.5, stepsPerLook: 1 });
    // A viewer that does not keep up misses a batch.
    if (this.#sink.isCurrent) {
      for (const { ref, event, source } of events) {
        if (slice.isOver) await slice.next();
        if (this.#isOver) return;
        const reading = this.#watched.read();
        if (this.#knows(ref, reading)) this.#sink.send(eventMessage(ref, event, source, reading));
      }
      for (const [ref, event] of snapshots) {
        if (slice.isOver) await slice.next();
        if (this.#isOver) return;
        const reading = this.#watched.read();
        const place = this.#knows(ref, reading);
        if (place) this.#sink.send(snapshotMessage(ref, place, event, reading));
        if (ref.getSnapshot().status !== 'active') this.#told.delete(ref);
      }
    }
    this.#schedule();
  }

  /** Introduces an actor that is new, while there is room. */
  #knows(ref: AnyActorRef, reading: Reading): Place | undefined {
    const known = this.#told.get(ref);
    if (known || this.#told.size >= actorsMax) return known;
    const place = placeOf(ref, () => reading.pool);
    if (place && ref.getSnapshot().status === 'active') this.#introduce(ref, place, reading);
    return place;
  }

  #introduce(ref: AnyActorRef, place: Place, reading: Reading): void {
    this.#told.set(ref, place);
    this.#sink.send(actorMessage(ref, place, reading, this.#machines));
  }
}
