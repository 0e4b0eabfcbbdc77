/**
 * What is known of a run: the fold of its events. Pure.
 *
 * The boundary of the display: whatever comes after it never meets the text of
 * others again. Ids and messages stand escaped, so that two that look alike do
 * not look the same.
 */
import type { PipelineProgress__Output } from '../../rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { StageStatus__Output } from '../../rpc/generated/ottoscaler/v1/StageStatus.ts';
import { escaped } from '../printable.ts';
import type { RunPlan } from './run-plan.ts';

export type StageStatus =
  'pending' | 'running' | 'retrying' | 'completed' | 'failed' | 'cancelled' | 'skipped';

/** A stage, or the run as a whole, as its latest event says. */
export interface SeenStage {
  /** Safe to print; '' for the run as a whole. */
  readonly label: string;
  readonly status: StageStatus;
  /** One sentence; '' before its first event. */
  readonly message: string;
  readonly errorMessage: string;
  /** 0–100. */
  readonly percentage: number;
  /** From 1; 0 while it has not begun. */
  readonly attempt: number;
  readonly workers: { readonly succeeded: number; readonly failed: number; readonly total: number };
  /** Epoch ms by the server's clock; NaN while they have not come. */
  readonly startedAtMs: number;
  readonly completedAtMs: number;
  /** Its failure is allowed: nothing else follows from it. */
  readonly isTolerated: boolean;
}

export interface RunState {
  readonly plan: RunPlan;
  /** By stage id, in the order of the plan; then what no plan names. */
  readonly stages: ReadonlyMap<string, SeenStage>;
  readonly pipeline: SeenStage;
  /** Of the run's first event, epoch ms by the server's clock; NaN before it. */
  readonly beganAtMs: number;
  /** Of the latest event. */
  readonly latestAtMs: number;
}

const unseen = {
  status: 'pending',
  message: '',
  errorMessage: '',
  percentage: 0,
  attempt: 0,
  startedAtMs: NaN,
  completedAtMs: NaN,
  isTolerated: false,
} as const;

export function startRun(plan: RunPlan): RunState {
  const stages = plan.stages.map(({ stageId, workers: total, allowFailure }): [string, SeenStage] => [
    stageId,
    {
      ...unseen,
      label: escaped(stageId),
      workers: { succeeded: 0, failed: 0, total },
      isTolerated: allowFailure,
    },
  ]);
  const pipeline = { ...unseen, label: '', workers: { succeeded: 0, failed: 0, total: 0 } };
  return { plan, stages: new Map(stages), pipeline, beganAtMs: NaN, latestAtMs: NaN };
}

export function foldEvent(state: RunState, event: PipelineProgress__Output): RunState {
  const atMs = Date.parse(event.timestamp);
  const times = { beganAtMs: Number.isNaN(state.beganAtMs) ? atMs : state.beganAtMs, latestAtMs: atMs };
  const { stage_id: id } = event;
  if (id === '') return { ...state, ...times, pipeline: seenStage(event, state.pipeline) };
  const stages = new Map(state.stages).set(id, seenStage(event, state.stages.get(id)));
  return { ...state, ...times, stages };
}

function seenStage(event: PipelineProgress__Output, earlier: SeenStage | undefined): SeenStage {
  const { metrics } = event;
  const total = metrics?.total_workers ?? 0;
  return {
    label: escaped(event.stage_id),
    status: statusWord(event.status),
    message: escaped(event.message),
    errorMessage: escaped(event.error_message),
    percentage: Math.min(100, Math.max(0, event.progress_percentage)),
    attempt: event.attempt,
    workers: {
      succeeded: metrics?.successful_workers ?? 0,
      failed: metrics?.failed_workers ?? 0,
      // A stage that waits has no workers yet; how many it will have is known from the plan.
      total: total > 0 ? total : (earlier?.workers.total ?? 0),
    },
    startedAtMs: Date.parse(event.started_at),
    completedAtMs: Date.parse(event.completed_at),
    isTolerated: earlier?.isTolerated ?? false,
  };
}

export function statusWord(status: StageStatus__Output): StageStatus {
  switch (status) {
    case 'STAGE_PENDING':
      return 'pending';
    case 'STAGE_RUNNING':
      return 'running';
    case 'STAGE_RETRYING':
      return 'retrying';
    case 'STAGE_COMPLETED':
      return 'completed';
    case 'STAGE_FAILED':
      return 'failed';
    case 'STAGE_CANCELLED':
      return 'cancelled';
    case 'STAGE_SKIPPED':
      return 'skipped';
    default:
      // A number that our contract does not name yet: nothing that ends anything.
      return 'running';
  }
}

export function isActive({ status }: SeenStage): boolean {
  return status === 'running' || status === 'retrying';
}

export function hasEnded({ status }: SeenStage): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'skipped';
}

/** Ms from start to end, or until `nowMs`; NaN where it has not started. */
export function durationMs(stage: SeenStage, nowMs: number): number {
  const untilMs = hasEnded(stage) ? stage.completedAtMs : nowMs;
  return Math.max(0, untilMs - stage.startedAtMs);
}

export type StatusCounts = Readonly<Record<StageStatus, number>>;

export function countStatuses({ stages }: RunState): StatusCounts {
  const counts = {
    pending: 0,
    running: 0,
    retrying: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
  };
  for (const stage of stages.values()) counts[stage.status]++;
  return counts;
}

/** What a stage that has not begun still waits for, as labels; undefined: for all ordinary stages. */
export function unmetOf(state: RunState, index: number): readonly string[] | undefined {
  const { plan, stages } = state;
  const own = plan.graph.dependencies[index] ?? [];
  if (own.length === 0 && plan.graph.closing.has(index)) return undefined;
  return own.flatMap((dependency) => {
    const stage = stages.get(plan.stages[dependency]?.stageId ?? '');
    return stage === undefined || hasEnded(stage) ? [] : [stage.label];
  });
}
