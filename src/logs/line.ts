/**
 * The data plane's own words: one line that a worker wrote, and whose it is.
 *
 * Lines never travel as events of actors. A line's id is its stream and its number there: numbers begin at 1
 * and are consecutive within a stream, gap records included, so a receiver that remembers the last number of
 * each stream has every line exactly once and sees where one is missing.
 */

/** The worker a line comes from: what every line of it shares. One object for all of them. */
export interface LineOrigin {
  /** OTTO_WORKER_ID. */
  readonly workerId: string;
  readonly taskId: string;
  /** '' outside pipelines. */
  readonly pipelineId: string;
  readonly stageId: string;
  readonly podName: string;
  readonly podUid: string;
  readonly namespace: string;
  readonly nodeName: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface WorkerLine {
  readonly origin: LineOrigin;
  /**
   * Names the numbering: `<pod uid>/<container>@<what it began with>` of a followed container, by the time of its first line in
   * base 36; with `~2`, `~3` … before the `@` where its continuity could not be shown; `<pod uid>/<container>~end` where it was not
   * read to its end; `<pod uid>/<container>/<stdout|stderr>` of one that pushes.
   */
  readonly stream: string;
  readonly seq: number;
  /** RFC 3339 with up to nine digits of the second, as the source gave it. */
  readonly time: string;
  /** 'stdout' unless it is really known. */
  readonly source: 'stdout' | 'stderr';
  readonly level: 'INFO' | 'ERROR' | 'DEBUG' | 'WARN';
  /** Without its line break; on a gap record the sentence that stands in its place. */
  readonly text: string;
  readonly gap?: Gap;
}

/** Stands where lines are missing. */
export interface Gap {
  /** How many lines, where that can be known. */
  readonly lines?: number;
  readonly reason:
    | 'rotated'
    | 'unreadable'
    | 'spool-full'
    | 'spool-torn'
    | 'dropped'
    | 'not-pushed'
    | 'skipped'
    | 'not-kept';
}
