/** A recording as viewers look at it: the actors as they were after a line. */
import { detailOf, happeningsOf, type EffectsOf } from './detail.ts';
import type { Happenings } from './happenings.ts';
import { placesOf } from './place.ts';
import type { TapePlace } from './protocol.ts';
import type { Reading } from './reading.ts';
import { RowCache } from './row-cache.ts';
import { runPicture } from './run-picture.ts';
import type { Batch } from './tree-watch.ts';
import type { Scene } from './viewer.ts';

/** A recording that was opened. */
export interface OpenTape {
  readonly place: TapePlace;
  /** All as it was there. */
  readonly reading: Reading;
  readonly happenings: Happenings;
  /** Resolves once it stands there. */
  seek(n: number): Promise<void>;
  step(by: 1 | -1): Promise<void>;
  close(): void;
}

export class TapeScene implements Scene {
  readonly #tape: OpenTape;
  readonly #effectsOf: EffectsOf;
  #rows = new RowCache();

  constructor(tape: OpenTape, effectsOf: EffectsOf) {
    this.#tape = tape;
    this.#effectsOf = effectsOf;
    this.look();
  }

  readonly nowMs = () => this.#tape.place.atMs;
  readonly row = (id: string) => this.#rows.jsonOf(id);
  readonly rows = () => this.#rows.rows();
  readonly rowCount = () => this.#rows.size;
  readonly truncated = () => this.#rows.omitted;
  readonly placeOf: Scene['placeOf'] = (id) => this.#rows.placeOf(id);
  readonly detail: Scene['detail'] = (place) =>
    detailOf(place, this.#rows.sinceMsOf(place.id), this.#tape.reading);
  readonly run: Scene['run'] = (key) => runPicture(key, this.#tape.reading);
  /** What was not recorded cannot be read. */
  readonly openRun = () => {};
  readonly log = () => 'A recording holds no output of workers.';

  /** Tells what happened up to here, whole each time: what comes after a line is not known there. */
  readonly follow: Scene['follow'] = (place) => ({
    news: () => {
      const { happenings, reading } = this.#tape;
      const followed = happenings.follow(place.id);
      happenings.leave(place.id);
      return happeningsOf(place, followed, 0, reading, this.#effectsOf);
    },
    close: () => {},
  });

  /** Reads all anew. */
  look(): Batch {
    const { reading } = this.#tape;
    const changed: string[] = [];
    const former = new Set(this.#rows.ids());
    const touched = new Set<string>();
    for (const place of placesOf(reading.pool)) {
      former.delete(place.id);
      touched.add(place.id);
      if (this.#rows.look(place, reading, 0) === 'changed') changed.push(place.id);
    }
    for (const id of former) this.#rows.forget(id);
    const { pipelines, endedPipelines } = reading.pool.context.registry;
    return {
      changed,
      gone: [...former],
      touched,
      runs: new Set([...pipelines.keys(), ...endedPipelines.keys()]),
    };
  }
}
