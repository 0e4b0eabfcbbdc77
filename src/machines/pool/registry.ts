/**
 * All that the pool supervises, in one place.
 *
 * Maps and sets that are changed in place, and a deliberate exception to immutable context: at ten
 * thousand workers a copy per event costs 11 ms, an in-place change 31 µs (ARCHITECTURE.md, "Topology").
 * Only the pool's own actions write here.
 */
import type { ActorRefFrom } from 'xstate';
import type { pipelineMachine } from '../pipeline/pipeline.machine.ts';
import type { PipelineSummary } from '../pipeline/record.ts';
import type { ObservedPod } from '../pod.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../command.ts';
import type { scaleDownMachine } from '../scale/scale-down.machine.ts';
import type { scaleUpMachine } from '../scale/scale-up.machine.ts';
import type { Recovery } from './recover.ts';
import type { EndedWorker, WorkerOrder, WorkerSlot } from '../worker/order.ts';
import type { workerMachine } from '../worker/worker.machine.ts';

export type WorkerRef = ActorRefFrom<typeof workerMachine>;
export type ScaleUpRef = ActorRefFrom<typeof scaleUpMachine>;
export type ScaleDownRef = ActorRefFrom<typeof scaleDownMachine>;
export type PipelineRef = ActorRefFrom<typeof pipelineMachine>;

/** A worker whose actor is over. */
export interface FinishedWorker {
  readonly order: Pick<WorkerOrder, 'taskId' | 'ledger' | 'acceptedAt' | 'stage'>;
  readonly slot: WorkerSlot;
  readonly ended: EndedWorker;
  /** Epoch ms after which it is forgotten. */
  readonly forgetAt: number;
}

export interface Registry {
  /** By Pod name. */
  readonly workers: Map<string, WorkerRef>;
  /** Workers in line for capacity, first come first served. */
  readonly waiting: Set<string>;
  /** Workers whose Pod may use resources. Its size is the number of live workers; nothing is counted. */
  readonly live: Set<string>;
  /** Commands by actor id, which is their idempotency key. */
  readonly scaleUps: Map<string, ScaleUpRef>;
  readonly scaleDowns: Map<string, ScaleDownRef>;
  /** Runs by their id, those that are over for a little while. */
  readonly pipelines: Map<string, PipelineRef>;
  /** Runs that are over, by their id, oldest first. */
  readonly endedPipelines: Map<string, PipelineSummary>;
  /** The scale-up that owns a ledger, by the ledger's name. */
  readonly owners: Map<string, ScaleUpRef>;
  /** Scale-downs that wait for a worker, by the worker's id. */
  readonly mourners: Map<string, Set<ScaleDownRef>>;
  /** Finished workers, oldest first, for `historyMs`. */
  readonly history: Map<string, FinishedWorker>;
  /** Actors that crashed too often; their Pods are left alone. */
  readonly quarantined: Map<string, string>;
  /** Present while the pool takes over what a former process left. */
  recovery: Recovery | undefined;
  /** Pods that were found then and that no worker has. */
  unclaimed: readonly ObservedPod[];
  /** Restart times in epoch ms by actor id; the key '' is all of them together. */
  readonly restarts: Map<string, readonly number[]>;
}

export function emptyRegistry(): Registry {
  return {
    workers: new Map(),
    waiting: new Set(),
    live: new Set(),
    scaleUps: new Map(),
    scaleDowns: new Map(),
    pipelines: new Map(),
    endedPipelines: new Map(),
    owners: new Map(),
    mourners: new Map(),
    history: new Map(),
    quarantined: new Map(),
    recovery: undefined,
    unclaimed: [],
    restarts: new Map(),
  };
}

/** Actor id of a command: its idempotency key, made collision-free since both parts are the user's text. */
export function scaleUpId({ taskId, requestId }: Pick<ScaleUpCommand, 'taskId' | 'requestId'>): string {
  return `scale-up ${JSON.stringify([taskId, requestId])}`;
}

/** Without a request id the target is part of the key: two targets are two commands. */
export function scaleDownId({ taskId, requestId, target }: ScaleDownCommand): string {
  return `scale-down ${JSON.stringify(requestId === '' ? [taskId, target] : [taskId, requestId])}`;
}

export function pipelineActorId(pipelineId: string): string {
  return `pipeline ${JSON.stringify(pipelineId)}`;
}
