/**
 * Watches all actors while somebody looks, and only then.
 *
 * Attached to xstate's inspection with the first listener and detached with the last. An event only marks its actor;
 * a few times a second the marked rows are read, in slices so short that nothing else waits for them, and what differs
 * is told. Everything it holds is about as large as the tree itself, and is let go with the last listener.
 */
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { Happenings } from './happenings.ts';
import {
  kindOf,
  pipelinePlace,
  placeOf,
  placesOf,
  runOf,
  stagePlace,
  stagesOf,
  type Place,
} from './place.ts';
import type { Pairs } from './plain-data.ts';
import type { Reading } from './reading.ts';
import { RowCache } from './row-cache.ts';
import { Slice } from './slice.ts';

export interface Batch {
  /** Ids of rows that have changed. */
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  /** Ids of all actors that took something in, whether their rows changed or not. */
  readonly touched: { has(id: string): boolean };
  /** Ids of runs of which an actor was touched. */
  readonly runs: ReadonlySet<string>;
}

export interface TreeListener {
  /** All rows are known. Called once, and before any batch. */
  ready(): void;
  tell(batch: Batch): void;
}

export interface Watched {
  /** Attaches an observer to all actors of the pool. */
  readonly inspect: (observer: (event: InspectionEvent) => void) => { unsubscribe(): void };
  readonly read: () => Reading;
  /** Epoch ms. */
  readonly now: () => number;
}

/** So often rows are read at most. */
const everyMs = 100;
/** Readings between two searches for what the pool has forgotten. */
const forgetsEvery = 10;
const sliceMsMax = 0.5;
/** The tree is read once for all. */
const treeSlices = { sliceMs: sliceMsMax, stepsPerLook: 8 };
/** Changes are read all the while: the fewer there are, the less anybody waits for them. */
const changeSlices = (count: number) => ({
  sliceMs: Math.min(sliceMsMax, Math.max(0.1, count / 5_000)),
  stepsPerLook: 2,
});
/** Of actors that nobody has chosen, on average, between two readings: what happens more often leaves no trace. */
const happeningsPerReading = 50;

export class TreeWatch {
  readonly #watched: Watched;
  readonly #listeners = new Set<TreeListener>();
  #session: Session | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  get isAttached(): boolean {
    return this.#session !== undefined;
  }

  get rows(): RowCache | undefined {
    return this.#session?.rows;
  }

  get happenings(): Happenings | undefined {
    return this.#session?.happenings;
  }

  /** Of workers that were seen alive. */
  environmentOf(podName: string): Pairs | undefined {
    return this.#session?.environments.get(podName);
  }

  /** @returns how to leave */
  listen(listener: TreeListener): () => void {
    this.#listeners.add(listener);
    this.#session ??= new Session(this.#watched, this.#listeners);
    if (this.#session.isReady) listener.ready();
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#session?.end();
      this.#session = undefined;
    };
  }
}

/** From the first listener to the last. */
class Session {
  readonly rows = new RowCache();
  readonly happenings: Happenings;
  isReady = false;
  /** What workers were called with that have a row, also once their actors are over; workers of an order share it. */
  readonly environments = new Map<string, Pairs>();
  readonly #watched: Watched;
  readonly #listeners: ReadonlySet<TreeListener>;
  readonly #subscription: { unsubscribe(): void };
  /** Actors that took something in since the last reading. */
  #marked = new Map<string, Place>();
  /** How far the events of each run have been looked at. */
  readonly #runs = new Map<string, { run: object; seen: number; stages: readonly Place[] }>();
  #readings = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(watched: Watched, listeners: ReadonlySet<TreeListener>) {
    this.#watched = watched;
    this.#listeners = listeners;
    this.happenings = new Happenings(watched.now, happeningsPerReading);
    this.#subscription = watched.inspect((event) => this.#observe(event));
    void this.#walk();
  }

  end(): void {
    this.#isOver = true;
    this.#subscription.unsubscribe();
    clearTimeout(this.#timer);
    this.#marked.clear();
  }

  #observe(event: InspectionEvent): void {
    this.happenings.hear(event);
    if (event.type !== '@xstate.snapshot') return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate hands out refs of actors
    const ref = event.actorRef as AnyActorRef;
    const kind = kindOf(ref);
    if (kind === undefined || this.#marked.has(ref.id)) return;
    const known = kind === 'worker' ? this.rows.placeOf(ref.id) : undefined;
    const place = known ?? placeOf(ref, () => this.#watched.read().pool);
    if (place) this.#marked.set(ref.id, place);
  }

  async #walk(): Promise<void> {
    const slice = new Slice(treeSlices);
    // Whoever listens first knows the session by then.
    await slice.next();
    for (const place of placesOf(this.#watched.read().pool)) {
      if (slice.isOver) await slice.next();
      if (this.#isOver) return;
      const reading = this.#watched.read();
      this.rows.look(place, reading, 0);
      this.#noteEnvironment(place, reading);
      if (place.kind === 'pipeline') this.#noteRun(place.key);
    }
    this.isReady = true;
    for (const listener of this.#listeners) listener.ready();
    this.#schedule();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#read(), everyMs);
  }

  async #read(): Promise<void> {
    this.happenings.turned();
    const marked = this.#marked;
    this.#marked = new Map();
    if (marked.size > 0) {
      const batch = await this.#look(marked);
      if (this.#isOver) return;
      for (const listener of this.#listeners) listener.tell(batch);
    }
    this.#schedule();
  }

  async #look(marked: ReadonlyMap<string, Place>): Promise<Batch> {
    const changed = new Set<string>();
    const gone = new Set<string>();
    const runs = new Set<string>();
    const slice = new Slice(changeSlices(marked.size));
    /** @param wanted undefined where there is nothing to look at */
    const lookAt = async <One>(all: Iterable<One>, wanted: (one: One) => Place | undefined) => {
      let reading = this.#watched.read();
      for (const one of all) {
        if (slice.isOver) {
          await slice.next();
          if (this.#isOver) return;
          reading = this.#watched.read();
        }
        const place = wanted(one);
        if (!place) continue;
        const change = this.rows.look(place, reading, reading.nowMs);
        this.#noteEnvironment(place, reading);
        if (change === 'changed') changed.add(place.id);
        if (change === 'gone') gone.add(place.id);
      }
    };
    const noteRunOf = (place: Place) => {
      const run = this.#runIdOf(place);
      if (run !== undefined) runs.add(run);
      return place;
    };
    await lookAt(marked.values(), noteRunOf);
    for (const run of runs) await lookAt(this.#newsOf(run), itself);
    if (++this.#readings % forgetsEvery === 0)
      await lookAt(this.rows.kept(), ({ place, row }) =>
        row.isOver && this.#isForgotten(place) ? place : undefined,
      );
    // What stood below a row that is gone stands elsewhere now.
    if (gone.size > 0)
      await lookAt(this.rows.kept(), ({ place, row }) => (gone.has(row.parent) ? place : undefined));
    for (const id of gone) changed.delete(id);
    return { changed: [...changed], gone: [...gone], touched: marked, runs };
  }

  #noteEnvironment({ kind, id }: Place, { pool }: Reading): void {
    if (kind !== 'worker') return;
    const order = pool.context.registry.workers.get(id)?.getSnapshot().context.order;
    if (order) this.environments.set(id, order.template.env);
    else if (this.rows.placeOf(id) === undefined) this.environments.delete(id);
  }

  #runIdOf(place: Place): string | undefined {
    if (place.kind === 'pipeline' || place.kind === 'stage') return place.key;
    if (place.kind !== 'worker') return undefined;
    const { workers, history } = this.#watched.read().pool.context.registry;
    const order = workers.get(place.key)?.getSnapshot().context.order ?? history.get(place.key)?.order;
    return order?.stage?.pipelineId;
  }

  #noteRun(key: string): void {
    const { pool } = this.#watched.read();
    const run = runOf(pool, key);
    if (run) this.#runs.set(key, { run, seen: run.progress.length, stages: [...stagesOf(pool, key)] });
  }

  /** A run's row, and those of its stages that its new events are about. */
  #newsOf(key: string): readonly Place[] {
    const { pool } = this.#watched.read();
    const run = runOf(pool, key);
    const known = this.#runs.get(key);
    if (run && known?.run === run) {
      const told = new Set(run.progress.slice(known.seen).map(({ stage }) => stage));
      known.seen = run.progress.length;
      return [pipelinePlace(key), ...[...told].flatMap((stage) => stagePlace(pool, key, stage) ?? [])];
    }
    if (run) this.#noteRun(key);
    else this.#runs.delete(key);
    return [pipelinePlace(key), ...(run ? stagesOf(pool, key) : []), ...(known?.stages ?? [])];
  }

  /** Of what is over: whether the pool remembers it no more. */
  #isForgotten(place: Place): boolean {
    const { workers, history, pipelines, endedPipelines } = this.#watched.read().pool.context.registry;
    if (place.kind === 'worker') return !history.has(place.key) && !workers.has(place.key);
    return place.kind === 'pipeline' && !pipelines.has(place.key) && !endedPipelines.has(place.key);
  }
}

const itself = (place: Place) => place;
