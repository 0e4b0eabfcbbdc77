/** Frames of a run as they stand on a terminal: never wider than it, never taller, and saying what matters. */
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../../../src/cli/display-width.ts';
import { printable } from '../../../../src/cli/printable.ts';
import type { RunState } from '../../../../src/cli/pipeline/run-state.ts';
import { stageTree } from '../../../../src/cli/pipeline/stage-tree.ts';
import { treeFrame, type Shown } from '../../../../src/cli/pipeline/tree-frame.ts';
import { foldWorkers, type WorkerNews } from '../../../../src/cli/pipeline/worker-news.ts';
import { wireWorker } from '../workers.ts';
import { at, epochMs, progress, runOf, stage, workers } from './progress.ts';

const size = (columns: number, rows = 24) => ({ columns, rows, colour: false });

function frame(state: RunState, window = size(80), news: WorkerNews = new Map(), notice = ''): string {
  const shown: Shown = { pipelineId: 'build-42', state, tree: stageTree(state.plan.graph), news, notice };
  return `\n${treeFrame(shown, epochMs + 65_000, window)}\n`;
}

const stages = [
  stage('build'),
  stage('unit-tests', ['build'], { worker_count: 3 }),
  stage('compatibility', ['build'], { worker_count: 4 }),
  stage('style', ['build'], { allow_failure: true }),
  stage('deploy', ['unit-tests', 'compatibility', 'style']),
  stage('cleanup', [], { run_when: 'always' }),
];
const halfway = runOf(stages, [
  progress(1, '', 'running', { progress_percentage: 33 }),
  progress(2, 'build', 'completed', { started_at: at(1), ...workers(1, 1) }),
  progress(3, 'style', 'failed', {
    started_at: at(2),
    ...workers(0, 1, 1),
    error_message: 'exit-code: container worker exited with 3',
    message: 'failed, which it may',
  }),
  progress(4, 'unit-tests', 'running', { started_at: at(4), progress_percentage: 66, ...workers(2, 3) }),
  progress(5, 'compatibility', 'retrying', {
    started_at: at(5),
    attempt: 2,
    ...workers(0, 4),
    message: 'worker 1 failed; attempt 3 in 10 s',
  }),
]);
const said = foldWorkers(new Map(), [
  wireWorker('pod-1', 'running', { stage_id: 'unit-tests', last_line: '\u001b[32mPASS\u001b[0m 120 tests' }),
]);

test('80 columns: a tree with bars, workers, attempts, times and the last line of what runs', () => {
  expect(frame(halfway, size(80), said, 'attached again after event 4')).toBe(`
pipeline build-42  running 33%, 64.0 s
✓ build             ██████████  1/1         1s
├─ ● unit-tests     ███████░░░  2/3         1m01s   PASS 120 tests
├─ ↻ compatibility  ░░░░░░░░░░  0/4  try 2  1m00s   worker 1 failed; attempt 3 …
├─ ✗ style          ░░░░░░░░░░  0/1         1s      failed, which it may: exit-…
└─ ○ deploy                                         waits for unit-tests, compa…
○ cleanup                                           waits for all other stages
6 stages: 1 completed, 1 running, 1 retrying, 1 failed, 2 pending
attached again after event 4
`);
});

test('50 columns: the bar gives way', () => {
  expect(frame(halfway, size(50, 15), said)).toBe(`
pipeline build-42  running 33%, 64.0 s
✓ build             1/1         1s
├─ ● unit-tests     2/3         1m01s   PASS 120 …
├─ ↻ compatibility  0/4  try 2  1m00s   worker 1 …
├─ ✗ style          0/1         1s      failed, w…
└─ ○ deploy                             waits for…
○ cleanup                               waits for…
6 stages: 1 completed, 1 running, 1 retrying, 1 f…
`);
});

test('where not all fit, what runs and what failed stay, as a list', () => {
  expect(frame(halfway, size(60, 8), said)).toBe(`
pipeline build-42  running 33%, 64.0 s
● unit-tests     2/3         1m01s   PASS 120 tests
↻ compatibility  0/4  try 2  1m00s   worker 1 failed; attem…
✗ style          0/1         1s      failed, which it may: …
… and 3 more
6 stages: 1 completed, 1 running, 1 retrying, 1 failed, 2 p…
`);
});

test('a failure stays in view beside many that run', () => {
  const many = Array.from({ length: 30 }, (_, i) => stage(`s${i}`));
  const events = many.map(({ stage_id = '' }, i) =>
    progress(i + 1, stage_id, i === 29 ? 'failed' : 'running'),
  );
  const lines = frame(runOf(many, events), size(60, 10)).trim().split('\n');
  expect(lines.slice(1, -2).map((line) => line.slice(0, 5).trim())).toEqual([
    '● s0',
    '● s1',
    '● s2',
    '● s3',
    '✗ s29',
  ]);
});

test('before the first event it says that it connects', () => {
  expect(frame(runOf([stage('a')], []))).toBe(`
pipeline build-42  connecting 0%
○ a
1 stage: 1 pending
`);
});

test('why workers wait is said where none has written yet', () => {
  const state = runOf([stage('a')], [progress(1, 'a', 'running', { started_at: at(1) })]);
  const news = foldWorkers(new Map(), [wireWorker('pod-1', 'pending', { stage_id: 'a' })]);
  expect(frame(state, size(80), news)).toContain('waiting for capacity, at most 3600 s');
});

test('of several workers the one speaks that has something new to say', () => {
  const line = (pod: string, last_line: string) => wireWorker(pod, 'running', { stage_id: 'a', last_line });
  let news = foldWorkers(new Map(), [line('p1', 'one'), line('p2', 'two')]);
  news = foldWorkers(news, [line('p1', 'one more'), line('p2', 'two')]);
  expect(news.get('a')?.lastLine).toBe('one more');
  news = foldWorkers(news, [line('p1', 'one more'), line('p2', 'two')]);
  expect(news.get('a')?.lastLine).toBe('one more');
});

test('colours are there only where they are wanted, change no width, and tell an allowed failure from another', () => {
  const plain = frame(halfway);
  expect(plain).not.toContain('\u001b');
  const painted = frame(halfway, { ...size(80), colour: true });
  expect(painted).toContain('\u001b[36m●\u001b[39m');
  expect(painted).toContain('\u001b[33m✗\u001b[39m');
  expect(stripVTControlCharacters(painted)).toBe(plain);
});

test('a chain that goes deep keeps its names', () => {
  const chain = Array.from({ length: 30 }, (_, i) => stage(`stage-${i}`, i === 0 ? [] : [`stage-${i - 1}`]));
  const lines = frame(runOf(chain, []), size(60, 40)).trim().split('\n');
  expect(lines[30]).toMatch(/^… +└─ ○ stage-29 +waits for st/);
});

test('whatever stages are called and say, a frame fits the window', () => {
  const unit = fc.constantFrom('a', 'b', '-', ' ', '你', '👋', 'é', 'e\u0301', '\u001b[31m', '\n', '\u202e');
  const text = fc.string({ unit, maxLength: 60 });
  const status = fc.constantFrom(
    'pending',
    'running',
    'retrying',
    'completed',
    'failed',
    'cancelled',
    'skipped',
  );
  const entry = fc.record({ id: text, status, message: text, depends: fc.nat(40) });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 40 }),
      fc.integer({ min: 10, max: 160 }),
      fc.integer({ min: 3, max: 50 }),
      text,
      (entries, columns, rows, notice) => {
        const list = entries.map(({ id, depends }, i) =>
          stage(`${i}${id}`, depends < i ? [`${depends}${entries[depends]?.id}`] : []),
        );
        const events = entries.map(({ id, status: word, message }, i) =>
          progress(i + 1, `${i}${id}`, word, { message, started_at: at(1) }),
        );
        const lines = frame(runOf(list, events), size(columns, rows), new Map(), printable(notice))
          .slice(1, -1)
          .split('\n');
        expect(lines.length).toBeLessThan(rows);
        expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
        // oxlint-disable-next-line no-control-regex -- they are what must not be there
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
      },
    ),
    { numRuns: 200 },
  );
});
