/** From the words of a command line to what is sent, or to the sentence that says why nothing is. */
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../src/cli/command-line.ts';
import { scalingOptions } from '../../../src/cli/scaling-options.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';

function options(...argv: string[]) {
  const read = readCommandLine(argv, 80);
  if ('help' in read) throw new Error('help was asked for');
  return scalingOptions(read.given, () => 'made-up');
}

const up = ['-action', 'scale-up'];
const down = ['-action', 'scale-down'];
const logs = ['-action', 'logs'];

test('a scale-up with everything', () => {
  const common = ['-task', 't1', '-server', 'otto:1', '-watch', '-timeout', '10m', '-json', '-reason', 'why'];
  const workers = ['-workers', '3', '-image', 'alpine', '-command', 'echo "a b"; exit 1'];
  const env = ['-env', 'A=1', '-env', 'B=x=y', '-env', '__proto__=z'];
  const origin = ['-request-id', 'r', '-repo', 'o/r', '-sha', 'abc'];
  expect(options(...up, ...common, ...workers, ...env, ...origin)).toEqual({
    action: 'scale-up',
    server: 'otto:1',
    timeoutMs: 600_000,
    watch: true,
    json: true,
    taskId: 't1',
    taskGenerated: false,
    request: {
      task_id: 't1',
      worker_count: 3,
      triggered_by: 'test-scaling',
      reason: 'why',
      repository: 'o/r',
      commit_sha: 'abc',
      metadata: { request_id: 'r' },
      build_config: Object.fromEntries([
        ['A', '1'],
        ['B', 'x=y'],
        ['__proto__', 'z'],
        ['image', 'alpine'],
        ['command', 'echo "a b"; exit 1'],
      ]),
    },
  });
});

test('the shortest scale-up: one worker of a task that is made up', () => {
  expect(options(...up)).toMatchObject({
    server: 'localhost:9090',
    timeoutMs: 30_000,
    watch: false,
    taskId: 'made-up',
    taskGenerated: true,
    request: { task_id: 'made-up', worker_count: 1, metadata: {}, build_config: {} },
  });
});

test('a scale-down or a status without a task means all of them', () => {
  expect(options(...down, '-workers=0')).toMatchObject({
    taskId: '',
    taskGenerated: false,
    request: { task_id: '', worker_count: 0 },
  });
  expect(options('-action', 'status')).toMatchObject({ action: 'status', taskId: '' });
});

test('the lines of a task, of a stage, or of one worker', () => {
  expect(options(...logs, '-task', 't', '-json', '-timeout', '1m', '-server', 'otto:1')).toEqual({
    action: 'logs',
    server: 'otto:1',
    timeoutMs: 60_000,
    json: true,
    request: { task_id: 't', follow: false },
  });
  const stage = ['-pipeline', 'p', '-stage', 's', '-worker', 'w', '-tail', '20', '-follow'];
  expect(options(...logs, ...stage)).toMatchObject({
    request: { pipeline_id: 'p', stage_id: 's', worker_id: 'w', tail: 20, follow: true },
  });
});

describe('refused with one sentence', () => {
  test.each([
    [[], '-action is required; write scale-up, scale-down, status or logs'],
    [['-action', 'up'], '-action: "up" is unknown; write scale-up, scale-down, status or logs'],
    [[...down], '-workers is required with -action scale-down: how many shall remain, 0 for none'],
    [[...down, '-workers', '1', '-env', 'A=1'], '-env has no meaning with -action scale-down'],
    [['-action', 'status', '-request-id', 'r'], '-request-id has no meaning with -action status'],
    [['-action', 'status', '-follow'], '-follow has no meaning with -action status'],
    [[...logs], '-action logs needs -task, -pipeline or -worker'],
    [[...logs, '-stage', 's', '-task', 't'], '-stage needs -pipeline: a stage is one of a run'],
    [[...logs, '-task', ''], '-task is empty; give it an id or leave it out'],
    [[...logs, '-worker', ''], '-worker is empty; give it an id or leave it out'],
    [[...logs, '-task', 't', '-watch'], '-watch has no meaning with -action logs'],
    [[...logs, '-task', 't', '-image', 'i'], '-image has no meaning with -action logs'],
    [[...logs, '-task', 't', '-tail', '0'], '-tail: "0" is not a number of lines; write an integer from 1'],
    [['-action', 'status', '-image', 'i'], '-image has no meaning with -action status'],
    [[...down, '-workers', '0', '-task', ''], '-task is empty; give it an id or leave it out'],
    [[...up, '-env', 'A'], '-env: "A" is not a variable; write KEY=VALUE'],
    [[...up, '-env', '=A'], '-env: "=A" is not a variable; write KEY=VALUE'],
    [
      [...up, '-env', 'image=x'],
      '-env: image is a setting of the workers, not a variable; choose another name',
    ],
    [[...up, '-wrokers', '3'], "unknown option '-wrokers'; did you mean -workers?"],
    [[...up, '-x'], "unknown option '-x'"],
    [[...up, '-workers'], "option '-workers <N>' argument missing"],
    [[...up, 'now'], 'too many arguments. Expected 0 arguments but got 1: now.'],
  ])('%j', (argv, sentence) => {
    expect(() => options(...argv)).toThrow(new UsageError(sentence));
  });

  test.each(['', '0', '-1', '1.5', '1e3', ' 3', '3x', '2147483648', '99999999999', 'NaN', '0x10'])(
    '-workers %j',
    (text) => {
      expect(() => options(...up, '-workers', text)).toThrow(
        `-workers: "${text}" is not a number of workers; write an integer from 1`,
      );
    },
  );
});

test('the largest number that fits the wire is left for the server to judge', () => {
  expect(options(...up, '-workers', '2147483647')).toMatchObject({
    request: { worker_count: 2_147_483_647 },
  });
});

describe('the help', () => {
  test.each(['-h', '-help', '--help'])('comes with %s, whatever else is there', (flag) => {
    const read = readCommandLine(['-workers', 'x', flag], 80);
    expect(read).toMatchObject({ help: expect.stringContaining('-action <action>') });
  });

  test('shows single dashes and fits 80 columns, but for the examples', () => {
    const read = readCommandLine(['-h'], 80);
    const lines = 'help' in read ? read.help.split('\n') : [];
    const listed = lines.slice(0, lines.indexOf('Examples:'));
    expect(listed.filter((line) => line.includes('--') || line.length > 80)).toEqual([]);
    expect(listed.length).toBeGreaterThan(15);
  });
});
