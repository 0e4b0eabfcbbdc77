/** From the text of a pipeline file to a request, or to everything that is wrong with it. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPipelineFile } from '../../../../src/cli/pipeline/file/read-pipeline-file.ts';
import { failureNames } from '../../../../src/cli/pipeline/file/schema.ts';
import { pipelineRequest } from '../../../../src/cli/pipeline/pipeline-request.ts';
import { failureNames as serverFailureNames } from '../../../../src/machines/failure.ts';

function problems(...lines: readonly string[]): readonly string[] {
  const reading = readPipelineFile('p.yaml', lines.join('\n'));
  return 'problems' in reading ? reading.problems : [];
}

function pipeline(text: string) {
  const reading = readPipelineFile('p.yaml', text);
  if ('problems' in reading) throw new Error(reading.problems.join('\n'));
  return reading.pipeline;
}

const stages = (...lines: readonly string[]) => problems('stages:', ...lines.map((line) => `  - {${line}}`));

describe('a file becomes a request', () => {
  test('with every field', () => {
    const file = pipeline(`
name: release
repository: o/r
commit_sha: abc
timeout: 1h
on_failure: continue
metadata: {team: 7, on: true}
stages:
  - id: build
    type: build
    name: Build it
    workers: 2
    env: {VERSION: 1.10, DEBUG: false}
    image: alpine:3
    run: |
      echo "$VERSION"
    timeout: 90
    queue_timeout: 5m
    retry: {max_attempts: 2, delay: 3s, backoff_factor: 1.5, max_delay: 1m, failures: [exit-code], exit_codes: [7, 9]}
    matrix: {NODE: [22, "24"]}
    resources: {cpu_request: 100m, memory_limit: 64Mi}
  - id: deploy
    depends_on: [build]
    command: [deploy]
    args: [--to, 1e3]
    run_when: always
    allow_failure: true
`);
    expect(pipelineRequest(file, { pipelineId: 'p1', commitSha: 'def' })).toMatchObject({
      pipeline_id: 'p1',
      name: 'release',
      repository: 'o/r',
      commit_sha: 'def',
      timeout_seconds: 3_600,
      triggered_by: 'test-pipeline',
      metadata: { team: '7', on: 'true', on_failure: 'continue' },
      stages: [
        {
          stage_id: 'build',
          type: 'build',
          name: 'Build it',
          worker_count: 2,
          depends_on: [],
          config: { VERSION: '1.10', DEBUG: 'false' },
          image: 'alpine:3',
          command: ['sh', '-c', 'echo "$VERSION"\n'],
          args: [],
          timeout_seconds: 90,
          queue_timeout_seconds: 300,
          retry_policy: {
            max_attempts: 2,
            retry_delay_seconds: 3,
            backoff_factor: 1.5,
            max_delay_seconds: 60,
            retryable_failures: ['exit-code'],
            retryable_exit_codes: [7, 9],
          },
          matrix: [{ name: 'NODE', values: ['22', '24'] }],
          resources: { cpu_request: '100m', cpu_limit: '', memory_request: '', memory_limit: '64Mi' },
        },
        {
          stage_id: 'deploy',
          type: 'custom',
          worker_count: 1,
          depends_on: ['build'],
          command: ['deploy'],
          args: ['--to', '1e3'],
          run_when: 'always',
          allow_failure: true,
        },
      ],
    });
  });

  test('with the least there is, in JSON; a stage without retries says nothing of them', () => {
    const request = pipelineRequest(pipeline('{"stages": [{"id": "a"}]}'), { pipelineId: 'p1' });
    expect(request).toMatchObject({ metadata: {}, timeout_seconds: 0, stages: [{ worker_count: 1 }] });
    expect(request.stages?.[0]).not.toHaveProperty('retry_policy');
    expect(request.stages?.[0]).not.toHaveProperty('resources');
  });

  test('the command line outranks what the file says of failures', () => {
    const file = pipeline('on_failure: continue\nstages: [{id: a}]');
    expect(pipelineRequest(file, { pipelineId: 'p', onFailure: 'stop' }).metadata).toEqual({});
  });

  test('the complete example of the documentation is one', () => {
    const text = readFileSync(new URL('../../../../docs/pipeline-file.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
    expect(pipeline(example).stages.length).toBeGreaterThan(3);
  });
});

describe('a problem names its line, its column, the field and the rule', () => {
  test.each([
    ['id: ""', '2:10: stages[0].id: must not be empty'],
    ['id: 7', '2:10: stages[0].id: must be text, is the number 7'],
    ['workers: 2', '2:5: stages[0].id: is required'],
    ['id: a, workers: 0', '2:22: stages[0].workers: must be at least 1'],
    ['id: a, workers: 1.5', '2:22: stages[0].workers: must be a whole number, is 1.5'],
    ['id: a, workers: many', '2:22: stages[0].workers: must be a number, is text'],
    ['id: a, env: {A: }', '2:19: stages[0].env.A: must be text, is empty'],
    ['id: a, env: {1A: x}', '2:19: stages[0].env.1A: is no name of a variable; write letters, digits and _'],
    ['id: a, env: [A]', '2:18: stages[0].env: must be a map, is a list'],
    [
      'id: a, timeout: soon',
      '2:22: stages[0].timeout: "soon" is not a duration; write it as 30s, 10m or 500ms',
    ],
    ['id: a, timeout: 1500ms', '2:22: stages[0].timeout: must be whole seconds'],
    ['id: a, timeout: 25h', '2:22: stages[0].timeout: "25h" is too long; write at most 24h'],
    ['id: a, timeout: -1', '2:22: stages[0].timeout: must be from 0 to 86400 seconds (24h)'],
    [
      'id: a, timeout: [1]',
      '2:22: stages[0].timeout: must be a duration, such as 30s or 10m, or whole seconds',
    ],
    [
      'id: a, type: biuld',
      '2:19: stages[0].type: must be one of build, test, deploy, custom; is "biuld"; did you mean build?',
    ],
    ['id: a, allow_failure: maybe', '2:28: stages[0].allow_failure: must be true or false, is text'],
    ['id: a, retry: {max_attempts: 11}', '2:35: stages[0].retry.max_attempts: must be at most 10'],
    [
      'id: a, retry: {max_attempts: 1, exit_codes: [0]}',
      '2:51: stages[0].retry.exit_codes[0]: must be at least 1',
    ],
    ['id: a, matrix: {A: []}', '2:25: stages[0].matrix.A: must have at least 1 entry'],
    ['id: a, matrix: {A: [1, 1]}', '2:25: stages[0].matrix.A: names a value twice'],
    ['id: a, matrix: {A: [1]}, env: {A: x}', '2:25: stages[0].matrix.A: is also in env; choose another name'],
    ['id: a, run: x, command: [y]', '2:30: stages[0].command: stands beside run; write only one of them'],
    ['id: a, run: x, args: [y]', '2:27: stages[0].args: has no meaning beside run'],
    ['id: a, needs: [b]', '2:13: stages[0].needs: is unknown; did you mean depends_on?'],
    ['id: a, wrokers: 2', '2:13: stages[0].wrokers: is unknown; did you mean workers?'],
    ['id: a, resources: {cpu: 1}', '2:25: stages[0].resources.cpu: is unknown; did you mean cpu_request?'],
    ['id: a, colour: red', '2:13: stages[0].colour: is unknown'],
    ['id: a, __proto__: 1', '2:13: "__proto__" cannot be used as a name'],
    ['id: a, id: b', '2:13: stands twice in the same map'],
  ])('{%s}', (fields, problem) => {
    expect(stages(fields)).toEqual([`p.yaml:${problem}`]);
  });

  test('of the file as a whole', () => {
    expect(problems('')).toEqual(['p.yaml:1:1: must be a map, is empty']);
    expect(problems('- a')).toEqual(['p.yaml:1:1: must be a map, is a list']);
    expect(problems('name: x')).toEqual(['p.yaml:1:1: stages: is required']);
    expect(problems('name: x', 'stages: []')).toEqual(['p.yaml:2:9: stages: must have at least 1 entry']);
    expect(problems('stages: [{id: a}]', '---', 'b: 1')).toEqual([
      'p.yaml:2:1: begins a second document; a file holds one pipeline',
    ]);
    expect(problems('stages: *there')).toEqual([expect.stringMatching(/^p\.yaml:1:1: Unresolved alias/)]);
    expect(problems('stages: [')).toEqual([expect.stringMatching(/^p\.yaml:1:10: /)]);
  });

  test('more combinations than the wire takes', () => {
    const values = Array.from({ length: 17 }, (_, i) => i).join(', ');
    expect(stages(`id: a, matrix: {A: [${values}], B: [${values}]}`)).toEqual([
      'p.yaml:2:21: stages[0].matrix: has more than 256 combinations',
    ]);
  });

  test('a place behind an alias is the place of its anchor', () => {
    expect(
      problems('stages:', '  - id: a', '    retry: &r {max_attempts: 99}', '  - {id: b, retry: *r}'),
    ).toEqual([
      'p.yaml:3:30: stages[0].retry.max_attempts: must be at most 10',
      'p.yaml:3:30: stages[1].retry.max_attempts: must be at most 10',
    ]);
  });
});

describe('the graph', () => {
  test('every mistake of it is told, each where it stands', () => {
    expect(
      stages(
        'id: a, depends_on: [c, nope]',
        'id: b, depends_on: [a, a, b]',
        'id: c, depends_on: [b]',
        'id: a',
        'id: unit, depends_on: [untit]',
        'id: unti, depends_on: [x]',
        'id: x, depends_on: [unti]',
      ),
    ).toEqual([
      'p.yaml:2:26: stages[0].depends_on[0]: the stages wait for each other: a → c → b → a',
      'p.yaml:2:29: stages[0].depends_on[1]: "nope" is no stage',
      'p.yaml:3:29: stages[1].depends_on[1]: "a" is named twice',
      'p.yaml:3:32: stages[1].depends_on[2]: "b" cannot wait for itself',
      'p.yaml:5:10: stages[3].id: "a" is already the id of stages[0]; each stage needs its own',
      'p.yaml:6:29: stages[4].depends_on[0]: "untit" is no stage; did you mean unit?',
      'p.yaml:7:29: stages[5].depends_on[0]: the stages wait for each other: unti → x → unti',
    ]);
  });
});

test('at most twenty problems are told, in the order of the file', () => {
  const lines = stages(...Array.from({ length: 30 }, () => 'id: 7'));
  expect(lines).toHaveLength(21);
  expect(lines[0]).toMatch(/^p\.yaml:2:/);
  expect(lines.at(-1)).toBe('… and 10 more');
});

test('what cannot be seen is shown', () => {
  expect(stages('id: a, "x\\e[31m\\u202ey": 1')).toEqual([
    'p.yaml:2:13: stages[0].x\\u{1b}[31m\\u{202e}y: is unknown',
  ]);
});

test('the failures are the ones that the server knows', () => {
  expect(failureNames).toEqual(serverFailureNames);
});

test('no text makes the reader throw, and every problem has a place', () => {
  const words = 'stages: id : [ ] { } &a *a " | !!x --- 1 ä << # ? , >'.split(' ');
  const fragment = fc.constantFrom(...words, "'", '\n', '  ', '- ', ': ', '\0');
  const isPlaced = (line: string) => /^p\.yaml:\d+:\d+: |^… and /.test(line);
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
      const reading = readPipelineFile('p.yaml', parts.join(''));
      expect('problems' in reading ? reading.problems.filter((line) => !isPlaced(line)) : []).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
