/** What is known of a run after its events. */
import { expect, test } from 'vitest';
import { countStatuses, durationMs, hasEnded, unmetOf } from '../../../../src/cli/pipeline/run-state.ts';
import { at, epochMs, progress, runOf, stage, workers } from './progress.ts';

const stages = [
  stage('build', [], { worker_count: 2, matrix: [{ name: 'A', values: ['1', '2', '3'] }] }),
  stage('test', ['build'], { allow_failure: true }),
  stage('deploy', ['build', 'test']),
  stage('cleanup', [], { run_when: 'always' }),
];

test('before its first event a stage is pending, with the workers that it will have', () => {
  const { stages: seen, pipeline } = runOf(stages, []);
  expect(seen.get('build')).toMatchObject({ status: 'pending', attempt: 0, workers: { total: 6 } });
  expect(pipeline).toMatchObject({ status: 'pending', label: '' });
});

test('a stage is as its latest event says', () => {
  const state = runOf(stages, [
    progress(1, '', 'running'),
    progress(2, 'build', 'running', { started_at: at(2), ...workers(1, 6), progress_percentage: 16 }),
    progress(3, 'build', 'retrying', { started_at: at(2), attempt: 2, error_message: 'exit-code: 7' }),
    progress(4, 'build', 'completed', { started_at: at(2), attempt: 2, ...workers(6, 6) }),
  ]);
  const build = state.stages.get('build');
  expect(build).toMatchObject({
    status: 'completed',
    attempt: 2,
    errorMessage: '',
    workers: { succeeded: 6, total: 6 },
  });
  expect(build && durationMs(build, epochMs + 60_000)).toBe(2_000);
  expect(state).toMatchObject({ beganAtMs: epochMs + 1_000, latestAtMs: epochMs + 4_000 });
  expect(countStatuses(state)).toMatchObject({ completed: 1, pending: 3 });
});

test('the order is that of the request; a stage that it does not name comes last', () => {
  const state = runOf(stages, [progress(1, 'stranger', 'running'), progress(2, 'test', 'running')]);
  expect([...state.stages.keys()]).toEqual(['build', 'test', 'deploy', 'cleanup', 'stranger']);
});

test('what a stage waits for are the dependencies that have not ended', () => {
  const state = runOf(stages, [progress(1, 'build', 'completed')]);
  expect(unmetOf(state, 1)).toEqual([]);
  expect(unmetOf(state, 2)).toEqual(['test']);
  expect(unmetOf(state, 3)).toBeUndefined();
});

test('what is running has lasted until now, and a clock that is behind makes no time negative', () => {
  const state = runOf(stages, [progress(1, 'build', 'running', { started_at: at(10) })]);
  const build = state.stages.get('build');
  expect(build && durationMs(build, epochMs + 12_000)).toBe(2_000);
  expect(build && durationMs(build, epochMs)).toBe(0);
});

test('a status that is not known yet ends nothing', () => {
  const event = { ...progress(1, 'build', 'running'), status: 99 as never };
  const build = runOf(stages, [event]).stages.get('build');
  expect(build && hasEnded(build)).toBe(false);
});

test('ids and messages stand with what cannot be seen in them', () => {
  const id = 'a\u202eb\u001b[2J';
  const state = runOf(
    [stage(id)],
    [progress(1, id, 'failed', { message: 'x\ny\u0007', error_message: '\u009b31m' })],
  );
  expect(state.stages.get(id)).toMatchObject({
    label: 'a\\u{202e}b\\u{1b}[2J',
    message: 'x\\ny\\u{7}',
    errorMessage: '\\u{9b}31m',
  });
});
