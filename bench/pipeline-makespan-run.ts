/** What is asked of `pipeline-makespan.ts`, and what it answers; apart from it, since it answers as soon as it is loaded. */

export interface MakespanRun {
  readonly stages: number;
  readonly seed: number;
  /** What each call to the API server takes, in virtual time. */
  readonly callMs: number;
}

export interface Makespan {
  /** From the acceptance to the run's last event, as a multiple of its critical path. */
  readonly overCriticalPath: number;
  /** The same of a scheduler with a barrier between levels, at best. */
  readonly levelByLevel: number;
}

/** From a Pod's creation until its container runs: part of its stage's duration. */
export const startMs = 300;
/** Of a container, uniformly from 0. */
export const durationMsMax = 60_000;
