import { describe, expect, test } from 'vitest';
import type { PipelineStage } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { stageCommand } from '../../../../src/rpc/validate/stage.ts';
import { pipelineRequest, refusal, stageOf } from './requests.ts';

function accept(fields: PipelineStage, limits = defaultLimits) {
  const [stage] = pipelineRequest({ stages: [stageOf(fields)] }).stages;
  if (!stage) throw new Error('the request lost its stage');
  return stageCommand('stages[0]', stage, limits);
}
const refuse = (fields: PipelineStage, limits = defaultLimits) => refusal(() => accept(fields, limits));

test('a full stage becomes a command, sorted and otherwise untouched', () => {
  const command = accept({
    stage_id: 'test',
    type: 'test',
    name: 'Unit tests',
    worker_count: 3,
    depends_on: ['lint', 'build'],
    config: { ZED: '$(PATH)', A_1: '' },
    image: 'busybox:1',
    command: ['sh', '-c'],
    args: ['echo "$(id)"', ''],
    timeout_seconds: 60,
    retry_policy: { max_attempts: 2 },
    run_when: 'always',
    allow_failure: true,
    matrix: [{ name: 'OS', values: ['mac', 'linux'] }],
    resources: { cpu_limit: '500m', memory_request: '64Mi' },
    queue_timeout_seconds: 30,
  });
  expect(command).toEqual({
    stageId: 'test',
    type: 'test',
    name: 'Unit tests',
    workerCount: 3,
    dependsOn: ['build', 'lint'],
    runWhen: 'always',
    allowFailure: true,
    matrix: [{ name: 'OS', values: ['mac', 'linux'] }],
    template: {
      image: 'busybox:1',
      exec: { command: ['sh', '-c'], args: ['echo "$(id)"', ''] },
      timeoutSeconds: 60,
      env: [
        ['A_1', ''],
        ['ZED', '$(PATH)'],
      ],
      resources: { cpuLimit: '500m', memoryRequest: '64Mi' },
    },
    queueSeconds: 30,
    retry: expect.objectContaining({ retriesMax: 2 }),
  });
});

describe('words with a meaning', () => {
  test.each(['build', 'test', 'deploy', 'custom'])('type %s is kept', (type) => {
    expect(accept({ type }).type).toBe(type);
  });

  test.each(['success', 'failure', 'always'])('run_when %s is kept', (run_when) => {
    expect(accept({ run_when }).runWhen).toBe(run_when);
  });

  test.each<[PipelineStage, string]>([
    [
      { type: 'Build' },
      'stages[0].type: "Build" is unknown; write build, test, deploy, custom or nothing (custom)',
    ],
    [
      { run_when: 'never' },
      'stages[0].run_when: "never" is unknown; write success, failure, always or nothing (success)',
    ],
  ])('%j is refused', (fields, message) => {
    expect(refuse(fields)).toBe(message);
  });
});

describe('numbers', { tags: ['F64'] }, () => {
  test.each<[PipelineStage, string]>([
    [{ worker_count: 0 }, 'stages[0].worker_count: 0 is not a number of workers of a stage; write 1–100'],
    [{ worker_count: 101 }, 'stages[0].worker_count: 101 is not a number of workers of a stage; write 1–100'],
    [
      { timeout_seconds: 86_401 },
      'stages[0].timeout_seconds: 86401 is not a number of seconds (0 = the configured maximum); write 0–86400',
    ],
    [
      { queue_timeout_seconds: -1 },
      'stages[0].queue_timeout_seconds: -1 is not a number of seconds (0 = as configured); write 0–86400',
    ],
  ])('%j is refused', (fields, message) => {
    expect(refuse(fields)).toBe(message);
  });

  test('obey the configured maxima', () => {
    const limits = { ...defaultLimits, stageWorkersMax: 2, timeoutSecondsMax: 10 };
    expect(accept({ worker_count: 2, timeout_seconds: 10 }, limits)).toBeDefined();
    expect(refuse({ worker_count: 3 }, limits)).toContain('write 1–2');
    expect(refuse({ timeout_seconds: 11 }, limits)).toContain('write 0–10');
  });
});

describe('command and arguments', () => {
  test('without either there is none to run: the worker announces itself', () => {
    expect(accept({}).template).not.toHaveProperty('exec');
  });

  test('arguments alone go to the program of the image', () => {
    expect(accept({ args: ['--version'] }).template.exec).toEqual({ command: [], args: ['--version'] });
    expect(accept({ args: [''] }).template.exec).toEqual({ command: [], args: [''] });
  });

  test.each<[PipelineStage, string]>([
    [{ command: ['', 'x'] }, 'stages[0].command[0]: is empty; it names the program to run'],
    [{ command: ['sh', 'a\0b'] }, 'stages[0].command[1]: contains NUL, which no process can be given'],
    [{ args: ['a\0b'] }, 'stages[0].args[0]: contains NUL, which no process can be given'],
  ])('%j is refused', (fields, message) => {
    expect(refuse(fields)).toBe(message);
  });

  test('count together with the environment as execve counts them, of a matrix the longest value', () => {
    const max = defaultLimits.payloadBytesMax;
    const rest = { command: ['ab'], args: ['c'], config: { D: 'e' } }; // 3 + 2 + 4 bytes
    expect(accept({ ...rest, matrix: [{ name: 'M', values: ['x', 'x'.repeat(max - 12)] }] })).toBeDefined();
    expect(refuse({ ...rest, matrix: [{ name: 'M', values: ['x'.repeat(max - 11), 'x'] }] })).toBe(
      `stages[0]: command and environment are ${max + 1} bytes; at most ${max} are allowed`,
    );
  });
});

describe('config', () => {
  test.each<[Record<string, string>, string]>([
    [
      { 'cpu-limit': '1' },
      'stages[0].config["cpu-limit"]: is not an environment name; those match [A-Za-z_][A-Za-z0-9_]*',
    ],
    [
      { OTTO_TASK_ID: '1' },
      'stages[0].config["OTTO_TASK_ID"]: environment names OTTO_* are reserved; choose another name',
    ],
    [{ A: 'a\0b' }, 'stages[0].config["A"]: contains NUL, which no process can be given'],
  ])('%j is refused', (config, message) => {
    expect(refuse({ config })).toBe(message);
  });

  test('has no keys with a meaning of their own, as build_config has', () => {
    expect(accept({ config: { image: 'x', command: 'y' } }).template).toMatchObject({
      image: '',
      env: [
        ['command', 'y'],
        ['image', 'x'],
      ],
    });
  });

  test('is bounded in entries', () => {
    const config = Object.fromEntries(Array.from({ length: 513 }, (_, index) => [`A${index}`, '']));
    expect(refuse({ config })).toBe('stages[0].config: has 513 entries; at most 512 are allowed');
  });
});

test('image and resources obey the rules of build_config and name their own fields', () => {
  expect(refuse({ image: 'Busybox' })).toContain('stages[0].image: "Busybox" is not an image reference');
  expect(refuse({ image: 'busybox' }, { ...defaultLimits, imageAllowList: ['acme/*'] })).toContain(
    'stages[0].image: "busybox" is not on the list',
  );
  expect(refuse({ resources: { cpu_limit: '9m' } })).toBe(
    'stages[0].resources.cpu_limit: 9m is too little; write a Kubernetes quantity from 10m to 64',
  );
  expect(refuse({ resources: { memory_request: '2Gi', memory_limit: '1Gi' } })).toContain(
    'stages[0].resources.memory_request: 2Gi is more than the limit 1Gi',
  );
});
