/** The pool at work, as viewers look at it. */
import { detailOf, happeningsOf, type EffectsOf } from './detail.ts';
import { LogTail, type LinesPort } from './log-tail.ts';
import type { Reading } from './reading.ts';
import { runPicture } from './run-picture.ts';
import type { TreeWatch } from './tree-watch.ts';
import type { Scene } from './viewer.ts';

export interface LivePorts {
  readonly watch: TreeWatch;
  readonly read: () => Reading;
  readonly effectsOf: EffectsOf;
  readonly lines: LinesPort;
  /** Has the pool read a run's ledger again. */
  readonly openRun: (pipelineId: string) => void;
}

/** Its functions may be called only while somebody listens to the watch. */
export function liveScene({ watch, read, effectsOf, lines, openRun }: LivePorts): Scene {
  return {
    nowMs: () => Date.now(),
    row: (id) => watch.rows?.jsonOf(id),
    rows: () => watch.rows?.rows() ?? [],
    rowCount: () => watch.rows?.size ?? 0,
    truncated: () => watch.rows?.omitted ?? 0,
    placeOf: (id) => watch.rows?.placeOf(id),
    detail: (place) => detailOf(place, watch.rows?.sinceMsOf(place.id) ?? 0, read()),
    follow(place) {
      const { happenings } = watch;
      const followed = happenings?.follow(place.id);
      let told = 0;
      return {
        news() {
          if (!followed) return [];
          const after = told;
          told = followed.count;
          return happeningsOf(place, followed, after, read(), effectsOf);
        },
        close: () => happenings?.leave(place.id),
      };
    },
    run: (key) => runPicture(key, read()),
    openRun,
    log(worker) {
      const { workers, history } = read().pool.context.registry;
      const isKnown = workers.has(worker) || history.has(worker) || LogTail.knows(lines, worker);
      return isKnown
        ? new LogTail(lines, worker)
        : `No worker ${JSON.stringify(worker)} is known, and no line of it is kept.`;
    },
  };
}
