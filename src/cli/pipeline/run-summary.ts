/** What is left of a run on the screen: every stage, the whole, the chain that took the longest, what to do next. */
import { cutToWidth, displayWidth, fitToWidth } from '../display-width.ts';
import { elapsed } from '../duration.ts';
import { escaped } from '../printable.ts';
import { actualPath, namesOf } from './actual-path.ts';
import { countStatuses, durationMs, type RunState, type SeenStage, type StageStatus } from './run-state.ts';
import { detailBeside, paintStatus } from './stage-look.ts';
import { countsLine } from './tree-frame.ts';

export interface SummaryWords {
  readonly pipelineId: string;
  /** The options by which another call finds the same server; '' for the default one. */
  readonly serverWords: string;
}

interface Width {
  /** Infinity where nothing limits a line. */
  readonly columns: number;
  readonly colour: boolean;
}

const gap = '  ';
const labelShare = 0.4;
const failuresMax = 10;

export function runSummary(state: RunState, words: SummaryWords, width: Width): string[] {
  const id = escaped(words.pipelineId);
  const { pipeline } = state;
  const totalMs = pipeline.completedAtMs - state.beganAtMs;
  const time = Number.isNaN(totalMs) ? '' : ` after ${elapsed(totalMs)}`;
  const why = pipeline.errorMessage === '' ? '' : `: ${pipeline.errorMessage}`;
  return [
    ...tableOf(state, width),
    paintStatus(pipeline, `pipeline ${id} ${pipeline.status}${time}${why}`, width.colour),
    countsLine(countStatuses(state)),
    ...pathLines(state),
    ...nextSteps(pipeline.status, words),
  ];
}

interface Cells {
  readonly stage: SeenStage;
  readonly label: string;
  readonly tries: string;
  readonly time: string;
  readonly detail: string;
}

function tableOf(state: RunState, { columns, colour }: Width): string[] {
  const cells = inOrder(state).map((stage) => cellsOf(stage, state.latestAtMs));
  if (cells.length === 0) return [];
  const labelMax = Number.isFinite(columns) ? Math.max(10, Math.floor(columns * labelShare)) : Infinity;
  const labels = Math.min(
    labelMax,
    widest(
      'STAGE',
      cells.map(({ label }) => label),
    ),
  );
  const statuses = widest(
    'STATUS',
    cells.map(({ stage }) => stage.status),
  );
  const tries = widest(
    'TRIES',
    cells.map((row) => row.tries),
  );
  const times = widest(
    'TIME',
    cells.map((row) => row.time),
  );
  const details = Math.max(0, columns - labels - statuses - tries - times - 4 * gap.length);
  const line = (label: string, status: string, nth: string, time: string, detail: string) =>
    [
      fitToWidth(label, labels),
      status,
      nth.padStart(tries),
      time.padStart(times),
      cutToWidth(detail, details),
    ]
      .join(gap)
      .trimEnd();
  const rows = cells.map(({ stage, label, tries: nth, time, detail }) =>
    line(label, paintStatus(stage, stage.status.padEnd(statuses), colour), nth, time, detail),
  );
  const heading = line('STAGE', 'STATUS'.padEnd(statuses), 'TRIES', 'TIME', 'DETAIL');
  const cutFailures = cells.filter(
    ({ stage, detail }) => stage.status === 'failed' && displayWidth(detail) > details,
  );
  const inFull = cutFailures.slice(0, failuresMax).map(({ label, detail }) => `${label}: ${detail}`);
  const more = cutFailures.length - inFull.length;
  return [heading, ...rows, ...inFull, ...(more > 0 ? [`… and ${more} more failures`] : [])];
}

function widest(heading: string, texts: readonly string[]): number {
  return texts.reduce((max, text) => Math.max(max, displayWidth(text)), heading.length);
}

/** As they could start, and whatever no plan named at the end. */
function inOrder({ plan, stages }: RunState): SeenStage[] {
  const planned = plan.graph.order.flatMap((index) => stages.get(plan.stages[index]?.stageId ?? '') ?? []);
  return [...planned, ...[...stages.values()].slice(plan.stages.length)];
}

function cellsOf(stage: SeenStage, latestAtMs: number): Cells {
  const lastsMs = durationMs(stage, latestAtMs);
  return {
    stage,
    label: stage.label,
    tries: stage.attempt > 0 ? String(stage.attempt) : '',
    time: Number.isNaN(lastsMs) ? '' : elapsed(lastsMs),
    detail: detailBeside(stage),
  };
}

/** More names than these say less. */
const pathEnds = 5;

function pathLines(state: RunState): string[] {
  const { stages, weight } = actualPath(state);
  if (stages.length === 0) return [];
  return [`longest chain, ${elapsed(weight)}: ${chainOf(namesOf(state, stages))}`];
}

/** `build → test → deploy`, its middle left out where it is long. */
export function chainOf(names: readonly string[]): string {
  const labels = names.map(escaped);
  const hidden = labels.length - 2 * pathEnds;
  const shown =
    hidden > 1 ? [...labels.slice(0, pathEnds), `… ${hidden} more …`, ...labels.slice(-pathEnds)] : labels;
  return shown.join(' → ');
}

function nextSteps(status: StageStatus, words: SummaryWords): string[] {
  const again = status === 'failed' || status === 'cancelled';
  return [
    `show it again: ${commandOf('-attach', words)}`,
    ...(again ? [`run again what did not complete: ${commandOf('-retry', words)}`] : []),
  ];
}

/** A command line that can be pasted into a shell. */
export function commandOf(flag: string, { pipelineId, serverWords }: SummaryWords): string {
  return `test-pipeline ${flag} -id ${shellWord(escaped(pipelineId))}${serverWords}`;
}

export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
