/**
 * One page that looks: the tree, and of one actor, one run and one log at a time all there is.
 *
 * Nothing is sent to a page that has not taken what it was sent. Meanwhile changes wait by row, the newest of each; a
 * page that lacks half of the tree gets all of it anew.
 */
import type { LogTail } from './log-tail.ts';
import type { PageSocket } from './page-socket.ts';
import type { Place } from './place.ts';
import type { ActorDetail, ActorHappening, PageMessage, RunPicture, ServerMessage } from './protocol.ts';
import type { Batch } from './tree-watch.ts';

/** What may be looked at. */
export interface Scene {
  readonly nowMs: () => number;
  /** JSON of a row as it was told last; undefined where there is none. */
  readonly row: (id: string) => string | undefined;
  /** JSON of all rows. */
  readonly rows: () => Iterable<string>;
  readonly rowCount: () => number;
  readonly truncated: () => number;
  readonly placeOf: (id: string) => Place | undefined;
  readonly detail: (place: Place) => Omit<ActorDetail, 'happenings'> | undefined;
  /** Begins to collect what happens to an actor. */
  readonly follow: (place: Place) => Following;
  readonly run: (pipelineId: string) => RunPicture | undefined;
  /** Asks for a run of which only a summary is at hand. */
  readonly openRun: (pipelineId: string) => void;
  /** A sentence where there is no log. */
  readonly log: (worker: string) => LogTail | string;
}

export interface Following {
  /** What is new since it was asked last. */
  news(): readonly ActorHappening[];
  close(): void;
}

/** More changes than these, and more than half of the tree: then all of it is sent anew. */
const waitingMin = 1_000;
const changesMax = 2_000;
/** What is large is told less often. */
const slowMs = 500;
const largeStages = 100;

export class Viewer {
  readonly #socket: PageSocket;
  readonly #scene: Scene;
  /** Ids of rows that are to be told. */
  readonly #waiting = new Set<string>();
  #needsTree = true;
  #chosen:
    { readonly place: Place; readonly following: Following; isStale: boolean; toldMs: number } | undefined;
  #run: { readonly key: string; isStale: boolean; toldMs: number; isLarge: boolean } | undefined;
  #log: LogTail | undefined;

  constructor(socket: PageSocket, scene: Scene) {
    this.#socket = socket;
    this.#scene = scene;
  }

  tell({ changed, gone, touched, runs }: Batch): void {
    if (!this.#needsTree) {
      for (const id of changed) this.#waiting.add(id);
      for (const id of gone) this.#waiting.add(id);
      if (this.#waiting.size > Math.max(waitingMin, this.#scene.rowCount() / 2)) this.anew();
    }
    if (this.#chosen && touched.has(this.#chosen.place.id)) this.#chosen.isStale = true;
    if (this.#run && runs.has(this.#run.key)) this.#run.isStale = true;
  }

  /** Everything is another than it was. */
  anew(): void {
    this.#needsTree = true;
    this.#waiting.clear();
    if (this.#chosen) this.#chosen.isStale = true;
    if (this.#run) this.#run.isStale = true;
  }

  /** Sends what there is, as far as the page has taken what was before. To be called a few times a second. */
  flush(): void {
    if (!this.#socket.isCurrent) return;
    if (this.#needsTree) this.#sendTree();
    else if (this.#waiting.size > 0) this.#sendChanges();
    this.#sendDetail();
    this.#sendRun();
    const news = this.#log?.read();
    if (this.#log && news) this.#socket.send({ type: 'log', worker: this.#log.worker, ...news });
  }

  take(message: Exclude<PageMessage, { type: 'seek' | 'step' }>): void {
    switch (message.type) {
      case 'choose':
        return this.#choose(message.id);
      case 'run':
        return this.#chooseRun(message.pipelineId);
      case 'log':
        return this.#chooseLog(message.worker);
    }
  }

  close(): void {
    this.#leave();
    this.#run = undefined;
    this.#log?.close();
    this.#log = undefined;
  }

  #sendTree(): void {
    this.#needsTree = false;
    const truncated = this.#scene.truncated();
    const nowMs = this.#scene.nowMs();
    this.#socket.sendRows({ type: 'tree', nowMs, rows: [], truncated }, this.#scene.rows());
  }

  #sendChanges(): void {
    const changed: string[] = [];
    const gone: string[] = [];
    for (const id of this.#waiting) {
      if (changed.length + gone.length >= changesMax) break;
      this.#waiting.delete(id);
      (this.#scene.placeOf(id) ? changed : gone).push(id);
    }
    const message = { type: 'changes', nowMs: this.#scene.nowMs(), rows: [], gone } as const;
    this.#socket.sendRows(message, rowsOf(changed, this.#scene));
  }

  #sendDetail(): void {
    const chosen = this.#chosen;
    if (!chosen?.isStale) return;
    const isSlow = chosen.place.kind === 'pool' || chosen.place.kind === 'pipeline';
    if (isSlow && performance.now() - chosen.toldMs < slowMs) return;
    const isFirst = chosen.toldMs === 0;
    chosen.isStale = false;
    chosen.toldMs = performance.now();
    const detail = this.#scene.detail(chosen.place);
    if (!detail) {
      if (!isFirst) return;
      // Its row may still be there for a moment.
      this.#leave();
      return this.#refuse('choose', forgotten(chosen.place.id));
    }
    this.#socket.send({ type: 'detail', detail: { ...detail, happenings: chosen.following.news() } });
  }

  #sendRun(): void {
    const run = this.#run;
    if (!run?.isStale || (run.isLarge && performance.now() - run.toldMs < slowMs)) return;
    run.isStale = false;
    run.toldMs = performance.now();
    const picture = this.#scene.run(run.key);
    if (!picture) return;
    run.isLarge = picture.stages.length > largeStages;
    this.#socket.send({ type: 'run', run: picture });
  }

  #leave(): void {
    this.#chosen?.following.close();
    this.#chosen = undefined;
  }

  #choose(id: string): void {
    this.#leave();
    if (id === '') return;
    const place = this.#scene.placeOf(id);
    if (!place) return this.#refuse('choose', forgotten(id));
    const following = this.#scene.follow(place);
    this.#chosen = { place, following, isStale: true, toldMs: 0 };
    this.flush();
  }

  #chooseRun(key: string): void {
    this.#run = undefined;
    if (key === '') return;
    const picture = this.#scene.run(key);
    if (!picture) return this.#refuse('run', `There is no run ${JSON.stringify(key)}, or it ended long ago.`);
    this.#run = { key, isStale: true, toldMs: 0, isLarge: false };
    if (picture.stages.length === 0) this.#scene.openRun(key);
    this.flush();
  }

  #chooseLog(worker: string): void {
    this.#log?.close();
    this.#log = undefined;
    if (worker === '') return;
    const tail = this.#scene.log(worker);
    if (typeof tail === 'string') return this.#refuse('log', tail);
    this.#log = tail;
    this.flush();
  }

  #refuse(what: Extract<ServerMessage, { type: 'refused' }>['what'], why: string): void {
    this.#socket.send({ type: 'refused', what, why });
  }
}

/** What has gone since then is told the next time. */
function* rowsOf(ids: readonly string[], scene: Scene): Generator<string> {
  for (const id of ids) {
    const row = scene.row(id);
    if (row !== undefined) yield row;
  }
}

const forgotten = (id: string) => `There is no actor ${JSON.stringify(id)}, or it is forgotten.`;
