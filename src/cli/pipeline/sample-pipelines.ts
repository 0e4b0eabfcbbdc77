/**
 * The pipelines of -type: small ones that show on any cluster what a run looks like.
 *
 * Their commands are plain `sh` with echo, sleep and test, so that busybox runs
 * them as well as the embedded cluster. Each takes a few seconds.
 */
import { pipelineSchema, type PipelineFile } from './file/schema.ts';

export const sampleTypes = ['simple', 'full', 'parallel'] as const;
export type SampleType = (typeof sampleTypes)[number];

export function samplePipeline(type: SampleType): PipelineFile {
  switch (type) {
    case 'simple':
      return simple();
    case 'parallel':
      return parallel();
    case 'full':
      return full();
  }
}

function simple(): PipelineFile {
  return pipelineSchema.parse({
    name: 'simple sample',
    stages: [
      { id: 'build', type: 'build', run: talk('compiling', 'linking'), timeout: '2m' },
      { id: 'test', type: 'test', depends_on: ['build'], run: talk('42 tests', 'all passed'), timeout: '2m' },
      { id: 'deploy', type: 'deploy', depends_on: ['test'], run: talk('uploading', 'live'), timeout: '2m' },
    ],
  });
}

function parallel(): PipelineFile {
  const tests = ['unit', 'integration', 'browser', 'security'];
  return pipelineSchema.parse({
    name: 'parallel sample',
    stages: [
      { id: 'setup', type: 'build', run: talk('fetching sources', 'ready'), timeout: '2m' },
      ...tests.map((id, index) => ({
        id,
        type: 'test',
        depends_on: ['setup'],
        run: `echo "${id} tests"; sleep ${index + 1}; echo passed`,
        timeout: '2m',
      })),
      { id: 'report', depends_on: tests, run: talk('collecting', 'report written'), timeout: '2m' },
    ],
  });
}

/** One stage of every kind there is. */
function full(): PipelineFile {
  return pipelineSchema.parse({
    name: 'full sample',
    timeout: '8m',
    stages: [
      { id: 'build', type: 'build', run: talk('compiling', 'linking', 'built'), timeout: '2m' },
      {
        id: 'unit-tests',
        type: 'test',
        workers: 3,
        depends_on: ['build'],
        run: 'echo "shard $OTTO_WORKER_INDEX of $OTTO_WORKER_COUNT"; sleep $((1 + OTTO_WORKER_INDEX)); echo passed',
        timeout: '2m',
      },
      {
        id: 'compatibility',
        type: 'test',
        depends_on: ['build'],
        matrix: { SYSTEM: ['debian', 'alpine'], RELEASE: ['22', '24'] },
        run: 'echo "testing release $RELEASE on $SYSTEM"; sleep 2; echo passed',
        timeout: '2m',
      },
      {
        id: 'flaky-tests',
        type: 'test',
        depends_on: ['build'],
        run: 'echo "attempt $OTTO_ATTEMPT"; sleep 1; test "$OTTO_ATTEMPT" -gt 1 || { echo "fails on purpose the first time"; exit 7; }; echo passed',
        timeout: '2m',
        retry: { max_attempts: 2, delay: '1s', failures: ['exit-code'], exit_codes: [7] },
      },
      {
        id: 'style',
        type: 'test',
        depends_on: ['build'],
        run: 'echo "two lines are too long"; sleep 1; exit 3',
        timeout: '2m',
        allow_failure: true,
      },
      {
        id: 'deploy',
        type: 'deploy',
        depends_on: ['unit-tests', 'compatibility', 'flaky-tests', 'style'],
        env: { TARGET: 'staging' },
        run: 'echo "deploying to $TARGET"; sleep 2; echo live',
        timeout: '2m',
      },
      {
        id: 'rollback',
        depends_on: ['deploy'],
        run: 'echo "taking the last deployment back"',
        timeout: '1m',
        run_when: 'failure',
      },
      { id: 'cleanup', run: 'echo "removing what is left"; sleep 1', timeout: '1m', run_when: 'always' },
    ],
  });
}

/** Says one thing after the other, a second apart. */
function talk(...lines: readonly string[]): string {
  return lines.map((line) => `echo "${line}"`).join('; sleep 1; ');
}
