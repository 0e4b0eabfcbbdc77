/** A run in a pipe and for programs: a line for each event, then the summary. */
import { expect, test } from 'vitest';
import { eventJson } from '../../../../src/cli/pipeline/event-json.ts';
import { eventLines } from '../../../../src/cli/pipeline/event-lines.ts';
import type { RunDisplay } from '../../../../src/cli/pipeline/run-display.ts';
import { chainOf, commandOf, runSummary } from '../../../../src/cli/pipeline/run-summary.ts';
import type { PipelineStage } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { PipelineProgress__Output } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { at, progress, runOf, stage, workers } from './progress.ts';

const words = { pipelineId: 'p1', serverWords: '' };
const stages = [
  stage('build'),
  stage('unit', ['build']),
  stage('lint', ['build'], { allow_failure: true }),
  stage('deploy', ['unit', 'lint']),
];
const events = [
  progress(1, '', 'running', { message: 'accepted: 4 stages' }),
  progress(2, 'build', 'running', { started_at: at(2) }),
  progress(4, 'build', 'completed', { started_at: at(2), message: 'succeeded', ...workers(1, 1) }),
  progress(5, 'lint', 'failed', {
    started_at: at(4),
    message: 'failed, which it may',
    error_message: 'exit-code: 3',
  }),
  progress(6, 'unit', 'retrying', { started_at: at(4), attempt: 2, message: 'failed; attempt 2 in 1 s' }),
  progress(9, 'unit', 'failed', { started_at: at(4), attempt: 2, error_message: 'exit-code: 1' }),
  progress(10, 'deploy', 'skipped', { message: 'skipped: unit failed' }),
  progress(11, '', 'failed', {
    message: 'failed: 4 of 4 stages ended',
    error_message: 'exit-code: 1 (stage "unit")',
  }),
];

function shown(
  display: RunDisplay,
  list: readonly PipelineStage[],
  told: readonly PipelineProgress__Output[],
) {
  display.begin(runOf(list, []));
  for (const [i, event] of told.entries()) display.event(event, runOf(list, told.slice(0, i + 1)));
  display.end(runOf(list, told));
}

const table = [
  'STAGE   STATUS     TRIES   TIME  DETAIL',
  'build   completed      1  2.0 s',
  'unit    failed         2  5.0 s  exit-code: 1',
  'lint    failed         1  1.0 s  failed, which it may: exit-code: 3',
  'deploy  skipped                  unit failed',
];
const end = [
  'pipeline p1 failed after 10.0 s: exit-code: 1 (stage "unit")',
  '4 stages: 1 completed, 2 failed, 1 skipped',
  'longest chain, 7.0 s: build → unit',
  'show it again: test-pipeline -attach -id p1',
  'run again what did not complete: test-pipeline -retry -id p1',
];

test('in a pipe: time, stage, status and message, then what is left of it', () => {
  const lines: string[] = [];
  const display = eventLines((line) => lines.push(line), words);
  display.notice('interrupted; cancelling the run (now)');
  shown(display, stages, events);
  expect(lines).toEqual([
    '          interrupted; cancelling the run (now)',
    '   0.0 s  (pipeline)  running    accepted: 4 stages',
    '   1.0 s  build       running',
    '   3.0 s  build       completed  succeeded',
    '   4.0 s  lint        failed     failed, which it may: exit-code: 3',
    '   5.0 s  unit        retrying   failed; attempt 2 in 1 s (attempt 2)',
    '   8.0 s  unit        failed     exit-code: 1 (attempt 2)',
    '   9.0 s  deploy      skipped    unit failed',
    '  10.0 s  (pipeline)  failed     4 of 4 stages ended: exit-code: 1 (stage "unit")',
    ...table,
    ...end,
  ]);
});

test('for programs: an object an event in the words of the wire, and a summary', () => {
  const lines: string[] = [];
  shown(
    eventJson((line) => lines.push(line), 'p1'),
    stages,
    events,
  );
  const objects = lines.map((line): unknown => JSON.parse(line));
  expect(objects).toHaveLength(events.length + 1);
  expect(objects[3]).toMatchObject({
    event: 'progress',
    stage_id: 'lint',
    status: 'failed',
    sequence: 5,
    error_message: 'exit-code: 3',
  });
  expect(objects.at(-1)).toEqual({
    event: 'summary',
    pipeline_id: 'p1',
    status: 'failed',
    error_message: 'exit-code: 1 (stage "unit")',
    duration_seconds: 10,
    stages: [
      { stage_id: 'build', status: 'completed', attempts: 1, duration_seconds: 2, error_message: '' },
      { stage_id: 'unit', status: 'failed', attempts: 2, duration_seconds: 5, error_message: 'exit-code: 1' },
      { stage_id: 'lint', status: 'failed', attempts: 1, duration_seconds: 1, error_message: 'exit-code: 3' },
      { stage_id: 'deploy', status: 'skipped', attempts: 0, duration_seconds: null, error_message: '' },
    ],
    critical_path: { stage_ids: ['build', 'unit'], duration_seconds: 7 },
  });
});

test('on a narrow terminal the table is cut and failures are said in full below it', () => {
  const lines = runSummary(runOf(stages, events), words, { columns: 44, colour: false });
  expect(lines.slice(0, -5)).toEqual([
    'STAGE   STATUS     TRIES   TIME  DETAIL',
    'build   completed      1  2.0 s',
    'unit    failed         2  5.0 s  exit-code:…',
    'lint    failed         1  1.0 s  failed, wh…',
    'deploy  skipped                  unit failed',
    'unit: exit-code: 1',
    'lint: failed, which it may: exit-code: 3',
  ]);
  expect(lines.slice(-5)).toEqual(end);
});

test('a run that completed needs no retry', () => {
  const state = runOf(
    [stage('a')],
    [progress(1, 'a', 'completed', { started_at: at(0) }), progress(2, '', 'completed')],
  );
  expect(runSummary(state, words, { columns: 80, colour: false }).at(-1)).toMatch(/^show it again: /);
});

test('a chain of many names is told by its ends', () => {
  const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
  expect(chainOf(names)).toBe('s0 → s1 → s2 → s3 → s4 → … 20 more … → s25 → s26 → s27 → s28 → s29');
  expect(chainOf(names.slice(0, 3))).toBe('s0 → s1 → s2');
});

test('a command that is offered can be pasted into a shell', () => {
  const command = commandOf('-attach', { pipelineId: "a b'c; rm", serverWords: ' -server otto:1' });
  expect(command).toBe(`test-pipeline -attach -id 'a b'\\''c; rm' -server otto:1`);
});
