/** The plan that -lint prints. */
import { describe, expect, test } from 'vitest';
import { lintJson, lintReport } from '../../../../src/cli/pipeline/lint-report.ts';
import { readPipelineFile } from '../../../../src/cli/pipeline/file/read-pipeline-file.ts';
import { sampleTypes, samplePipeline } from '../../../../src/cli/pipeline/sample-pipelines.ts';

function pipeline(...lines: readonly string[]) {
  const reading = readPipelineFile('p', ['stages:', ...lines.map((line) => `  - {${line}}`)].join('\n'));
  if ('problems' in reading) throw new Error(reading.problems.join('\n'));
  return reading.pipeline;
}

const bounded = pipeline(
  'id: deploy, depends_on: [unit, compat], timeout: 1m',
  'id: unit, depends_on: [build], timeout: 1m, workers: 2, retry: {max_attempts: 2, delay: 10s, backoff_factor: 2}',
  'id: compat, depends_on: [build], timeout: 3m, matrix: {A: [1, 2], B: [3, 4]}',
  'id: build, timeout: 2m',
  'id: rollback, depends_on: [deploy], timeout: 1m, run_when: failure',
  'id: cleanup, timeout: 30s, run_when: always',
);

test('stages stand in an order in which they can start, and the longest chain is weighed by its timeouts', () => {
  expect(lintReport('p.yaml', bounded)).toEqual([
    'p.yaml: 6 stages, no problems found',
    "the whole run: timeout the server's, on failure stop",
    '#  STAGE     WAITS FOR                       WORKERS  TRIES  TIMEOUT',
    '1  build     -                               1        1      2m00s',
    '2  unit      build                           2        3      1m00s',
    '3  compat    build                           4        1      3m00s',
    '4  deploy    unit, compat                    1        1      1m00s',
    '5  rollback  deploy (only after a failure)   1        1      1m00s',
    '6  cleanup   all other stages (in any case)  1        1      30s',
    // Three tries of a minute each and rests of 10 and 20 seconds are more than three minutes.
    'longest chain by timeouts, at most 8m00s: build → unit → deploy → rollback → cleanup',
    'Timeouts are limits, not durations: this is an upper bound, all tries included, waiting for room not.',
  ]);
});

test('where a stage has no timeout, all weigh the same', () => {
  const lines = lintReport('p.yaml', pipeline('id: a, timeout: 1h', 'id: b', 'id: c, depends_on: [b]'));
  expect(lines.slice(-2)).toEqual([
    'longest chain, 2 long, all stages weighed alike: b → c',
    "With a timeout in every stage the chain would be weighed by them: the server's own is not known here.",
  ]);
});

test('a rest is no longer than its bound', () => {
  const file = pipeline(
    'id: a, timeout: 10, retry: {max_attempts: 3, delay: 10, backoff_factor: 10, max_delay: 20}',
  );
  expect(lintReport('p', file).at(-2)).toBe('longest chain by timeouts, at most 1m30s: a');
});

test('for programs the same as an object', () => {
  const plan: unknown = JSON.parse(lintJson('p.yaml', bounded));
  expect(plan).toMatchObject({
    event: 'plan',
    source: 'p.yaml',
    critical_path: { stage_ids: ['build', 'unit', 'deploy', 'rollback', 'cleanup'], seconds_max: 480 },
  });
  expect(plan).toHaveProperty('stages.1', {
    id: 'unit',
    depends_on: ['build'],
    run_when: 'success',
    workers: 2,
    tries: 3,
    timeout_seconds: 60,
  });
});

describe('the samples', () => {
  test.each(sampleTypes)('%s is a pipeline whose chain is bounded', (type) => {
    const lines = lintReport(type, samplePipeline(type));
    expect(lines.at(-2)).toMatch(/^longest chain by timeouts, at most /);
  });
});
