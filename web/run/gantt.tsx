/** Attempts over time. */
import { legible } from '../drawing/legible.ts';
import { PhaseMark } from '../drawing/phase-mark.tsx';
import { duration, meant, words } from '../i18n/words.ts';
import type { RunPicture } from '../../src/inspector/protocol.ts';
import { now } from '../live/clock.ts';
import { ganttOf, type Bar, type GanttRow } from './gantt-bars.ts';

const barPx = 12;
const gapPx = 3;
const rowPadPx = 5;
/** Of the drawing's width; heights are px. */
const wide = 1_000;

interface GanttProps {
  readonly run: RunPicture;
  readonly chooseWorker: (podName: string) => void;
  readonly chooseStage: (stageId: string) => void;
}

export function GanttView({ run, chooseWorker, chooseStage }: GanttProps) {
  const gantt = ganttOf(run, now.value);
  const said = words.value.run;
  if (gantt.rows.every(({ bars }) => bars.length === 0)) return <p class="hint">{said.noAttempts}</p>;
  return (
    <div class="gantt">
      <div class="gantt-axis" aria-hidden="true">
        {gantt.ticks.map(({ at, ms }) => (
          <span key={ms} class="gantt-tick" style={{ left: `${at * 100}%` }}>
            {ms === 0 ? '0' : duration(ms).replace('.0', '')}
          </span>
        ))}
      </div>
      {gantt.rows.map((row) => (
        <div key={row.stage.stageId} class={`gantt-row phase-${row.stage.phase}`}>
          <button type="button" class="gantt-stage link" onClick={() => chooseStage(row.stage.stageId)}>
            <PhaseMark phase={row.stage.phase} isLabelled />
            <span>{legible(row.stage.name)}</span>
          </button>
          <GanttBars row={row} now={gantt.now} ticks={gantt.ticks} chooseWorker={chooseWorker} />
        </div>
      ))}
      <p class="gantt-legend" aria-hidden="true">
        <span class="share-queue">{said.queue}</span>
        <span class="share-work">{said.work}</span>
        <span class="share-cleaning">{said.cleaning}</span>
        {gantt.now !== undefined && <span class="share-now">{said.now}</span>}
      </p>
    </div>
  );
}

interface GanttBarsProps {
  readonly row: GanttRow;
  readonly now: number | undefined;
  readonly ticks: readonly { readonly at: number }[];
  readonly chooseWorker: (podName: string) => void;
}

function GanttBars({ row, now: nowAt, ticks, chooseWorker }: GanttBarsProps) {
  const height = Math.max(1, row.bars.length) * (barPx + gapPx) - gapPx + 2 * rowPadPx;
  return (
    <svg
      class="gantt-bars"
      viewBox={`0 0 ${wide} ${height}`}
      preserveAspectRatio="none"
      height={height}
      role="group"
      aria-label={legible(row.stage.name)}
    >
      {ticks.map(({ at }) => (
        <line key={at} class="gantt-line" x1={at * wide} x2={at * wide} y1={0} y2={height} />
      ))}
      {row.bars.map((bar, index) => (
        <GanttBar
          key={bar.attempt.worker}
          bar={bar}
          y={rowPadPx + index * (barPx + gapPx)}
          chooseWorker={chooseWorker}
        />
      ))}
      {nowAt !== undefined && (
        <line class="gantt-now" x1={nowAt * wide} x2={nowAt * wide} y1={0} y2={height} />
      )}
    </svg>
  );
}

function GanttBar({
  bar,
  y,
  chooseWorker,
}: {
  bar: Bar;
  y: number;
  chooseWorker: (podName: string) => void;
}) {
  const { attempt, shares } = bar;
  const { run, phase, tree } = words.value;
  const parts = shares.map(({ kind, ms }) => `${run[kind]} ${duration(ms)}`);
  const title = [
    attempt.worker,
    `${tree.attempt(attempt.attempt)}, ${phase[attempt.phase]}`,
    ...parts,
    attempt.reason === undefined ? undefined : meant(attempt.reason),
  ];
  const text = legible(title.filter((line) => line !== undefined).join('\n'));
  return (
    <g
      class={`attempt phase-${attempt.phase}`}
      role="button"
      tabindex={0}
      aria-label={text}
      onClick={() => chooseWorker(attempt.worker)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') chooseWorker(attempt.worker);
      }}
    >
      <title>{text}</title>
      {shares.map(({ kind, from, to }) => (
        <rect
          key={kind}
          class={`share-${kind}`}
          x={from * wide}
          y={kind === 'work' ? y : y + 3}
          width={Math.max((to - from) * wide, kind === 'work' ? 2 : 0.5)}
          height={kind === 'work' ? barPx : barPx - 6}
        />
      ))}
    </g>
  );
}
