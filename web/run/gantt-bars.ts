/** A run's attempts as bars over time: how long each queued, ran and was cleaned up. */
import type { AttemptPicture, RunPicture, StagePicture } from '../../src/inspector/protocol.ts';

interface Share {
  readonly kind: 'queue' | 'work' | 'cleaning';
  /** Of the whole, from 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

export interface Bar {
  readonly attempt: AttemptPicture;
  readonly shares: readonly Share[];
}

export interface GanttRow {
  readonly stage: StagePicture;
  readonly bars: readonly Bar[];
}

export interface Gantt {
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: readonly GanttRow[];
  /** From 0 to 1; absent where the run is over. */
  readonly now?: number;
  readonly ticks: readonly { readonly at: number; readonly ms: number }[];
}

const leastSpanMs = 1_000;
const ticksMost = 6;
/** What is written beyond would not fit. */
const tickLast = 0.96;
const tickStepsMs = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000, 7_200_000, 21_600_000, 86_400_000,
];

/** @param nowMs of the server */
export function ganttOf(run: RunPicture, nowMs: number): Gantt {
  const times = run.stages.flatMap(({ attempts }) => attempts.flatMap(timesOf));
  const isOver = run.endedMs !== undefined;
  const startMs = Math.min(run.startedMs ?? Infinity, ...times, nowMs);
  const lastMs = Math.max(startMs, run.endedMs ?? startMs, ...times, ...(isOver ? [] : [nowMs]));
  const endMs = Math.max(lastMs, startMs + leastSpanMs);
  const at = (ms: number) => (ms - startMs) / (endMs - startMs);
  const rows = run.stages.map((stage) => ({
    stage,
    bars: stage.attempts.map((attempt) => ({
      attempt,
      shares: sharesOf(attempt, isOver ? lastMs : nowMs, at),
    })),
  }));
  return { startMs, endMs, rows, ...(isOver ? {} : { now: at(nowMs) }), ticks: ticksOf(endMs - startMs) };
}

function timesOf({ createdMs, startedMs, endedMs, goneMs }: AttemptPicture): readonly number[] {
  return [createdMs, startedMs, endedMs, goneMs].filter((ms) => ms !== undefined);
}

/** @param openMs until when lasts what has not ended yet */
function sharesOf(attempt: AttemptPicture, openMs: number, at: (ms: number) => number): readonly Share[] {
  const { createdMs, startedMs, endedMs, goneMs, phase } = attempt;
  const isAtWork = phase === 'pending' || phase === 'running';
  const ends = endedMs ?? (isAtWork ? openMs : undefined);
  const spans = [
    ['queue', createdMs, startedMs ?? ends],
    ['work', startedMs, ends],
    ['cleaning', endedMs, goneMs ?? (phase === 'cleanup' ? openMs : undefined)],
  ] as const;
  return spans.flatMap(([kind, from, to]) =>
    from === undefined || to === undefined || to < from
      ? []
      : [{ kind, from: at(from), to: at(to), ms: to - from }],
  );
}

function ticksOf(spanMs: number): Gantt['ticks'] {
  const step = tickStepsMs.find((ms) => spanMs / ms <= ticksMost) ?? Math.ceil(spanMs / ticksMost);
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, index) => ({
    at: (index * step) / spanMs,
    ms: index * step,
  })).filter(({ at }) => at <= tickLast);
}

/** How long the stage has lasted; undefined before it starts. */
export function stageMs({ startedMs, endedMs }: StagePicture, nowMs: number): number | undefined {
  return startedMs === undefined ? undefined : Math.max(0, (endedMs ?? nowMs) - startedMs);
}
