import { describe, expect, test } from 'vitest';
import type { PipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import { pipelineRequest, refusal, stageOf, stagesOf } from './requests.ts';

const accept = (fields: PipelineRequest, limits = defaultLimits) =>
  validatePipeline(pipelineRequest(fields), limits);
const refuse = (fields: PipelineRequest, limits = defaultLimits) => refusal(() => accept(fields, limits));
const exhaust = (fields: PipelineRequest, limits = defaultLimits) =>
  refusal(() => accept(fields, limits), 'RESOURCE_EXHAUSTED');
/** `{ a: ['b'] }`: a depends on b. */
const graph = (dependencies: Record<string, string[]>) => ({
  stages: Object.entries(dependencies).map(([stage_id, depends_on]) => stageOf({ stage_id, depends_on })),
});

test('the smallest request becomes a command of defaults', () => {
  expect(accept({})).toEqual({
    kind: 'pipeline',
    pipelineId: 'p-1',
    name: '',
    repository: '',
    commitSha: '',
    triggeredBy: '',
    onFailure: 'stop',
    timeoutSeconds: 0,
    stages: [
      {
        stageId: 'build',
        type: 'custom',
        name: '',
        workerCount: 1,
        dependsOn: [],
        runWhen: 'success',
        allowFailure: false,
        matrix: [],
        template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
        queueSeconds: 0,
        retry: {
          retriesMax: 0,
          delaySeconds: 0,
          backoffFactor: 1,
          delaySecondsMax: 0,
          failures: [],
          exitCodes: [],
        },
      },
    ],
    metadata: [],
  });
});

test('texts, timeout and metadata become the command, sorted and otherwise untouched', () => {
  const command = accept({
    name: 'nightly 👋',
    repository: 'https://example.com/r.git',
    commit_sha: 'c0ffee',
    triggered_by: 'alice',
    timeout_seconds: 86_400,
    metadata: { zone: 'b', on_failure: 'continue', branch: 'main\nsecond line', request_id: 'r-1' },
  });
  expect(command).toMatchObject({
    name: 'nightly 👋',
    repository: 'https://example.com/r.git',
    commitSha: 'c0ffee',
    triggeredBy: 'alice',
    timeoutSeconds: 86_400,
    onFailure: 'continue',
    metadata: [
      ['branch', 'main\nsecond line'],
      ['request_id', 'r-1'],
      ['zone', 'b'],
    ],
  });
});

test('where to begin to read is no content of the run', () => {
  expect(accept({ after_sequence: 5 })).toEqual(accept({}));
});

describe('on_failure', () => {
  test.each(['', 'stop'])('%j stops', (on_failure) => {
    expect(accept({ metadata: { on_failure } })).toEqual(accept({}));
  });

  test('may not be anything else', () => {
    expect(refuse({ metadata: { on_failure: 'Continue' } })).toBe(
      'metadata["on_failure"]: "Continue" is unknown; write stop, continue or nothing',
    );
  });
});

describe('the parts', () => {
  test.each<[PipelineRequest, string]>([
    [{ pipeline_id: '' }, 'pipeline_id: is required; give it 1–253 bytes'],
    [{ pipeline_id: 'a'.repeat(254) }, 'pipeline_id: is 254 bytes long; at most 253 are allowed'],
    [{ name: 'a\nb' }, 'name: contains U+000A; control and bidirectional characters are refused'],
    [{ name: 'x'.repeat(1_025) }, 'name: is 1025 bytes long; at most 1024 are allowed'],
    [
      { repository: '\u{202e}' },
      'repository: contains U+202E; control and bidirectional characters are refused',
    ],
    [{ commit_sha: 'x'.repeat(1_025) }, 'commit_sha: is 1025 bytes long; at most 1024 are allowed'],
    [{ triggered_by: 'x'.repeat(1_025) }, 'triggered_by: is 1025 bytes long; at most 1024 are allowed'],
    [{ metadata: { '': 'x' } }, 'metadata[""] (its key): is required; give it 1–253 bytes'],
    [
      { timeout_seconds: -1 },
      'timeout_seconds: -1 is not a number of seconds (0 = the configured maximum); write 0–86400',
    ],
    [
      { timeout_seconds: 86_401 },
      'timeout_seconds: 86401 is not a number of seconds (0 = the configured maximum); write 0–86400',
    ],
    [{ stages: [] }, 'stages: is empty; give it 1–1000 stages'],
    [{ stages: [{ worker_count: 1 }] }, 'stages[0].stage_id: is required; give it 1–253 bytes'],
  ])('%j is refused', (fields, message) => {
    expect(refuse(fields)).toBe(message);
  });

  test('a run may be longer than a worker', () => {
    const limits = { ...defaultLimits, timeoutSecondsMax: 60 };
    expect(accept({ timeout_seconds: 3_600 }, limits).timeoutSeconds).toBe(3_600);
  });
});

describe('the graph', { tags: ['F62'] }, () => {
  test.each<[Record<string, string[]>, string]>([
    [{ a: [], b: ['c'] }, 'stages[1].depends_on: "c" is no stage of this pipeline'],
    [{ a: ['a'] }, 'stages[0].depends_on: "a" is the stage itself'],
    [{ a: [], b: ['a', 'a'] }, 'stages[1].depends_on: "a" is named twice'],
    [{ a: ['b'], b: ['a'] }, 'stages: "a" → "b" → "a" is a cycle, in which each depends on the next'],
  ])('%j is refused', (dependencies, message) => {
    expect(refuse(graph(dependencies))).toBe(message);
  });

  test('a repeated stage_id is refused', () => {
    expect(refuse({ stages: [stageOf(), stageOf({ stage_id: 'b' }), stageOf()] })).toBe(
      'stages[2].stage_id: "build" is the id of stages[0] too',
    );
  });

  test('a long cycle is told by its ends', () => {
    const stages = stagesOf(20, (index) => ({ depends_on: [`s${(index + 19) % 20}`] }));
    expect(refuse({ stages })).toBe(
      'stages: "s0" → "s19" → "s18" → "s17" → (15 more) → "s1" → "s0" is a cycle, in which each depends on the next',
    );
  });

  test('hostile ids in a cycle are shown without what nobody sees, and the message fits a header', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `${index}${'語'.repeat(80)}`);
    const stages = ids.map((stage_id, index) =>
      stageOf({ stage_id, depends_on: [ids[(index + 1) % 9] ?? ''] }),
    );
    expect(refuse({ stages }).length).toBeLessThan(800);
    expect(refuse({ stages: [stageOf({ depends_on: ['a\u{202e}b'] })] })).toBe(
      'stages[0].depends_on: "a<U+202E>b" is no stage of this pipeline',
    );
  });

  test('dependencies carry no order', () => {
    const one = graph({ a: [], b: [], c: ['b', 'a'] });
    const other = graph({ a: [], b: [], c: ['a', 'b'] });
    expect(accept(one)).toEqual(accept(other));
    expect(accept(one).stages[2]?.dependsOn).toEqual(['a', 'b']);
  });
});

describe('room', () => {
  test('a thousand stages are accepted, in a row too', { tags: ['F63'] }, () => {
    const stages = stagesOf(1_000, (index) => ({ depends_on: index === 0 ? [] : [`s${index - 1}`] }));
    expect(accept({ stages }).stages).toHaveLength(1_000);
  });

  test('more stages than configured exhaust it', { tags: ['F63'] }, () => {
    expect(exhaust({ stages: stagesOf(1_001) })).toBe('stages: has 1001 stages; at most 1000 are allowed');
    expect(exhaust({ stages: stagesOf(3) }, { ...defaultLimits, stagesMax: 2 })).toContain('at most 2');
  });

  test('too many stages are counted before any of them is looked at', { tags: ['F63'] }, () => {
    expect(exhaust({ stages: stagesOf(1_001, () => ({ stage_id: '' })) })).toContain('1001 stages');
  });

  test('workers of all stages together are bounded, every combination of a matrix counted', () => {
    const matrix = [{ name: 'OS', values: ['a', 'b', 'c', 'd'] }];
    const stages = (count: number) => [
      ...stagesOf(4, () => ({ worker_count: 100, matrix })),
      stageOf({ stage_id: 'last', worker_count: 100 }),
      ...Array.from({ length: count }, (_, index) =>
        stageOf({ stage_id: `more${index}`, worker_count: 100 }),
      ),
    ];
    expect(accept({ stages: stages(3) }).stages).toHaveLength(8);
    expect(refuse({ stages: [...stages(3), stageOf()] })).toBe(
      'stages[8].worker_count: makes 2001 workers of all stages up to this one, every combination of a matrix ' +
        'counted; at most 2000 are allowed',
    );
  });

  test('the command as JSON is bounded by what a ledger holds', () => {
    const bytes = JSON.stringify(accept({})).length;
    expect(accept({}, { ...defaultLimits, pipelineBytesMax: bytes })).toBeDefined();
    expect(exhaust({}, { ...defaultLimits, pipelineBytesMax: bytes - 1 })).toBe(
      `stages: the pipeline is ${bytes} bytes as JSON; at most ${bytes - 1} are kept of one`,
    );
    const large = stagesOf(7, () => ({ args: ['x'.repeat(100 * 1024)] }));
    expect(accept({ stages: large.slice(0, 6) })).toBeDefined();
    expect(exhaust({ stages: large })).toContain('at most 716800 are kept of one');
  });
});
