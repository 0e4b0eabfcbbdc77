/**
 * A run in a pipe or a file: one line for each event, then the summary.
 *
 * Names stand in full and times count from the run's first event by the
 * server's clock, so that a replay reads as the run did.
 */
import type { RunDisplay } from './run-display.ts';
import type { RunState, SeenStage } from './run-state.ts';
import { runSummary, type SummaryWords } from './run-summary.ts';
import { detailOf, statusChars } from './stage-look.ts';

const pipelineLabel = '(pipeline)';
/** Longer names push their own line to the right, not everyone's. */
const labelCharsMax = 40;

export function eventLines(
  write: (line: string) => void,
  words: SummaryWords,
  clock: () => number = () => performance.now(),
): RunDisplay {
  let labelChars = pipelineLabel.length;
  let latest: { readonly state: RunState; readonly atMs: number } | undefined;
  return {
    begin(state) {
      for (const { label } of state.stages.values())
        if (label.length <= labelCharsMax) labelChars = Math.max(labelChars, label.length);
    },
    event({ stage_id }, state) {
      latest = { state, atMs: clock() };
      const stage = stage_id === '' ? state.pipeline : state.stages.get(stage_id);
      if (stage) write(eventLine(stage, stamp(state, 0), labelChars));
    },
    notice(sentence) {
      if (sentence === '') return;
      // By the server's clock as well: as long after the latest event as we saw it.
      const time = latest ? stamp(latest.state, clock() - latest.atMs) : blankStamp;
      write(`${time}  ${sentence}`);
    },
    end(state) {
      for (const line of runSummary(state, words, { columns: Infinity, colour: false })) write(line);
    },
    close: () => {},
  };
}

/** `   1.2 s  unit-tests  running    3 of 4 workers run`. */
function eventLine(stage: SeenStage, time: string, labelChars: number): string {
  const { label, status, attempt } = stage;
  const name = (label === '' ? pipelineLabel : label).padEnd(labelChars);
  const detail = detailOf(stage);
  const nth = attempt > 1 ? `(attempt ${attempt})` : '';
  return `${time}  ${name}  ${status.padEnd(statusChars)}  ${[detail, nth].filter(Boolean).join(' ')}`.trimEnd();
}

const blankStamp = ' '.repeat('   0.0 s'.length);

function stamp({ beganAtMs, latestAtMs }: RunState, afterMs: number): string {
  const seconds = (latestAtMs - beganAtMs + afterMs) / 1_000;
  return Number.isNaN(seconds) ? blankStamp : `${seconds.toFixed(1).padStart(6)} s`;
}
