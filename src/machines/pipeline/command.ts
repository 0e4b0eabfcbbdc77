/**
 * A pipeline as it was asked for, after validation: a graph of stages, each a number of equal workers.
 *
 * Plain data under the rules of `../command.ts`. What is checked before one is built: ids are unique, every
 * dependency exists, there is no cycle, every number is within its bounds.
 */
import type { WorkerTemplate } from '../command.ts';
import type { FailureName } from '../failure.ts';

/**
 * When a stage whose dependencies have ended starts: if all went well, if something before it failed, or in
 * any case. A stage that is not `success` and has no dependencies waits for every ordinary stage.
 */
export type RunWhen = 'success' | 'failure' | 'always';

/** One named list of a matrix; the name is an environment variable of the workers. */
export interface MatrixAxis {
  readonly name: string;
  readonly values: readonly string[];
}

/** When a failed worker is tried again, and how long it rests before. */
export interface RetryRule {
  /** Tries after the first one. */
  readonly retriesMax: number;
  readonly delaySeconds: number;
  /** Each further delay is this many times the one before; 1 = always the same. */
  readonly backoffFactor: number;
  /** No delay is longer; 0 = no such bound. */
  readonly delaySecondsMax: number;
  /** Empty = every failure. */
  readonly failures: readonly FailureName[];
  /** Which exit codes of an `exit-code` failure; empty = every one. */
  readonly exitCodes: readonly number[];
}

export interface StageCommand {
  readonly stageId: string;
  readonly type: 'build' | 'test' | 'deploy' | 'custom';
  /** For people; may be empty. */
  readonly name: string;
  /** Workers of each combination of the matrix. */
  readonly workerCount: number;
  /** Stage ids, sorted, without repetitions. */
  readonly dependsOn: readonly string[];
  readonly runWhen: RunWhen;
  /** A failure is shown, and nothing else follows from it. */
  readonly allowFailure: boolean;
  /** In the order as sent; empty = no matrix. */
  readonly matrix: readonly MatrixAxis[];
  readonly template: WorkerTemplate;
  /** Longest wait for capacity, and for a node; 0 = as configured. */
  readonly queueSeconds: number;
  readonly retry: RetryRule;
}

/** Where a retried run takes a stage's result from instead of running it. */
export interface ReusedStage {
  readonly stageId: string;
  /** Hash of what the stage is and of all that it depends on. */
  readonly digest: string;
}

/** One run of a graph. The idempotency key is `pipelineId`. */
export interface PipelineCommand {
  readonly kind: 'pipeline';
  readonly pipelineId: string;
  readonly name: string;
  readonly repository: string;
  readonly commitSha: string;
  readonly triggeredBy: string;
  /** `stop`: nothing new starts once a stage has failed. `continue`: only what depends on it is skipped. */
  readonly onFailure: 'stop' | 'continue';
  /** Longest run of all stages but those that wait for the others; 0 = as configured. */
  readonly timeoutSeconds: number;
  readonly stages: readonly StageCommand[];
  /** Sorted by key, without `on_failure`. */
  readonly metadata: ReadonlyArray<readonly [key: string, value: string]>;
  /** Present where this run repeats what failed in another one. */
  readonly retryOf?: { readonly pipelineId: string; readonly reused: readonly ReusedStage[] };
}

/**
 * How a run is cancelled. `now`: what runs is terminated. `finish-running`: what runs may finish.
 * `run-finally`: what runs is terminated, then the stages that run `always` do. In each, nothing else starts.
 */
export type CancelMode = 'now' | 'finish-running' | 'run-finally';

export interface Cancel {
  readonly mode: CancelMode;
  /** Who asked; may be empty. */
  readonly by: string;
  /** Why; may be empty. */
  readonly reason: string;
}

/** Workers of a stage in all: one set of `workerCount` for each combination of its matrix. */
export function workersOf({ workerCount, matrix }: Pick<StageCommand, 'workerCount' | 'matrix'>): number {
  return matrix.reduce((count, axis) => count * axis.values.length, workerCount);
}
