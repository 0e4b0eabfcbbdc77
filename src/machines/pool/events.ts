/** The pool's mailbox, and what it is started with. */
import type { ScaleDownCommand, ScaleUpCommand } from '../command.ts';
import type { Cancel } from '../pipeline/command.ts';
import type { PipelineReport } from '../pipeline/events.ts';
import type { pipelineMachine } from '../pipeline/pipeline.machine.ts';
import type { OpenPipeline, PipelineOpening, PipelineSummary, RecoveredAttempt } from '../pipeline/record.ts';
import type { StageMaker } from '../pipeline/run.ts';
import type { UsageSample } from '../pipeline/usage.ts';
import type { ObservedPod } from '../pod.ts';
import type { OpenScaleDown, OpenScaleUp } from '../scale/replies.ts';
import type { scaleDownMachine, ScaleDownReport } from '../scale/scale-down.machine.ts';
import type { scaleUpMachine, ScaleUpReport } from '../scale/scale-up.machine.ts';
import type { WorkerReport } from '../worker/events.ts';
import type { workerMachine } from '../worker/worker.machine.ts';
import type { FinishedWorker, Registry } from './registry.ts';
import type { RestartPolicy } from './restart-intensity.ts';

export type PoolEvent =
  | { readonly type: 'scale.up'; readonly command: ScaleUpCommand }
  /** `at` is RFC 3339. */
  | { readonly type: 'scale.down'; readonly command: ScaleDownCommand; readonly at: string }
  /** Starts a run, or finds the one that is under way or has ended; its actor's reading is the answer. */
  | { readonly type: 'pipeline.open'; readonly opening: PipelineOpening }
  /** Nothing where no actor of that run exists: open it first. */
  | { readonly type: 'pipeline.cancel'; readonly pipelineId: string; readonly cancel: Cancel }
  /** Stop accepting and creating, let what is under way settle. */
  | { readonly type: 'pool.drain' }
  | { readonly type: 'pods.listed'; readonly pods: readonly ObservedPod[]; readonly atMs: number }
  | {
      readonly type: 'pods.changed';
      readonly facts: ReadonlyArray<
        | { readonly type: 'pod.observed'; readonly pod: ObservedPod }
        | {
            readonly type: 'pod.lost';
            readonly name: string;
            readonly uid: string;
            readonly last: ObservedPod;
          }
      >;
    }
  | { readonly type: 'watch.changed'; readonly healthy: boolean; readonly reason: string }
  /** The pool's only clock: about once a second, epoch ms. */
  | { readonly type: 'clock.ticked'; readonly atMs: number }
  | { readonly type: 'usage.sampled'; readonly samples: readonly UsageSample[] }
  | WorkerReport
  | ScaleUpReport
  | ScaleDownReport
  | PipelineReport;

/** Everything that a former process left in the ledgers. */
export interface Recovered {
  readonly scaleUps: ReadonlyArray<{ readonly command: ScaleUpCommand; readonly work: OpenScaleUp }>;
  readonly scaleDowns: ReadonlyArray<{ readonly command: ScaleDownCommand; readonly work: OpenScaleDown }>;
  readonly finished: readonly FinishedWorker[];
  /** Runs that are not over, each with the Pods that may exist. */
  readonly pipelines: ReadonlyArray<{
    readonly open: OpenPipeline;
    readonly attempts: readonly RecoveredAttempt[];
  }>;
  /** Runs that ended within the tombstones' time. */
  readonly endedPipelines: readonly PipelineSummary[];
}

export interface PoolInput {
  /** The charts with their slots filled. */
  readonly logic: {
    readonly worker: typeof workerMachine;
    readonly scaleUp: typeof scaleUpMachine;
    readonly scaleDown: typeof scaleDownMachine;
    readonly pipeline: typeof pipelineMachine;
  };
  /** How runs make their stages. */
  readonly stages: StageMaker;
  /** Most workers whose Pods may use resources at a time. */
  readonly liveMax: number;
  /** How long finished workers are remembered. */
  readonly historyMs: number;
  readonly historyMax: number;
  /** Restarts of one actor before it is quarantined. */
  readonly childRestarts: RestartPolicy;
  /** Restarts of all actors together before the pool gives up. */
  readonly poolRestarts: RestartPolicy;
  readonly drainMs: number;
}

export interface PoolContext extends PoolInput {
  readonly registry: Registry;
  readonly recovered: Recovered;
  /** Epoch ms of the last tick. */
  readonly nowMs: number;
  readonly watch: { readonly healthy: boolean; readonly reason: string };
}
