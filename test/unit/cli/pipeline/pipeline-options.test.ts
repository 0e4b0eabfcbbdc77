/** From the words of a command line to what is done, or to the sentence that says why nothing is. */
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../../src/cli/pipeline/command-line.ts';
import { pipelineOptions } from '../../../../src/cli/pipeline/pipeline-options.ts';
import { UsageError } from '../../../../src/cli/usage-error.ts';

function options(...argv: string[]) {
  const read = readCommandLine(argv, 80);
  if ('help' in read) throw new Error('help was asked for');
  return pipelineOptions(read.given, () => 'made-up');
}

test('a run with everything, in either way of writing', () => {
  const run = [
    '-file',
    'p.yaml',
    '--id=r1',
    '-repo=o/r',
    '--sha',
    'abc',
    '-server',
    'otto:1',
    '-timeout',
    '1h',
  ];
  expect(options(...run, '-on-failure', 'continue', '--cancel-mode=run-finally', '-json')).toEqual({
    action: 'execute',
    source: { kind: 'file', path: 'p.yaml' },
    pipelineId: 'r1',
    idGenerated: false,
    repository: 'o/r',
    commitSha: 'abc',
    server: 'otto:1',
    timeoutMs: 3_600_000,
    onFailure: 'continue',
    cancelMode: 'run-finally',
    json: true,
  });
});

test('the shortest run: an id is made up, ten minutes, Ctrl-C cancels now', () => {
  expect(options('-type', 'full')).toEqual({
    action: 'execute',
    source: { kind: 'sample', type: 'full' },
    pipelineId: 'made-up',
    idGenerated: true,
    server: 'localhost:9090',
    timeoutMs: 600_000,
    cancelMode: 'now',
    json: false,
  });
});

test("whoever attaches to another's run neither cancels nor limits it, unless they say so", () => {
  const attach = ['-attach', '-id', 'r1'];
  expect(options(...attach)).toEqual({
    action: 'attach',
    pipelineId: 'r1',
    server: 'localhost:9090',
    json: false,
  });
  expect(options(...attach, '-cancel-mode', 'now', '-timeout', '5s')).toMatchObject({
    cancelMode: 'now',
    timeoutMs: 5_000,
  });
});

test('a retry is a run of our own, a cancel is asked once, a check needs no server', () => {
  expect(options('-retry', '-id', 'r1')).toMatchObject({
    action: 'retry',
    cancelMode: 'now',
    timeoutMs: 600_000,
  });
  expect(options('-cancel', '-id', 'r1', '-cancel-mode', 'finish-running')).toEqual({
    action: 'cancel',
    pipelineId: 'r1',
    cancelMode: 'finish-running',
    server: 'localhost:9090',
    json: false,
  });
  expect(options('-lint', '-file', 'p.yaml')).toEqual({
    action: 'lint',
    source: { kind: 'file', path: 'p.yaml' },
    json: false,
  });
});

describe('refused with one sentence', () => {
  test.each([
    [[], '-type or -file is required; write -type simple, full or parallel'],
    [['-type', 'big'], '-type: "big" is unknown; write simple, full or parallel'],
    [['-type', 'full', '-file', 'p'], 'write only one of -type, -file'],
    [['-file', ''], '-file is empty; give it a path'],
    [['-type', 'full', '-id', ''], '-id is empty; give it an id or leave it out'],
    [['-type', 'full', '-on-failure', 'wait'], '-on-failure: "wait" is unknown; write stop or continue'],
    [
      ['-type', 'full', '-cancel-mode', 'soon'],
      '-cancel-mode: "soon" is unknown; write now, finish-running or run-finally',
    ],
    [['-type', 'full', '-timeout', '1'], '-timeout: "1" is not a duration; write it as 30s, 10m or 500ms'],
    [['-attach'], '-id is required with -attach: which run'],
    [['-attach', '-id', 'r', '-type', 'full'], '-type has no meaning with -attach'],
    [['-retry', '-id', 'r', '-on-failure', 'stop'], '-on-failure has no meaning with -retry'],
    [['-cancel', '-id', 'r', '-timeout', '1s'], '-timeout has no meaning with -cancel'],
    [['-cancel', '-attach', '-id', 'r'], 'write only one of -attach, -cancel'],
    [['-lint', '-type', 'full', '-id', 'r'], '-id has no meaning with -lint'],
    [['-lnit'], "unknown option '-lnit'; did you mean -lint?"],
  ])('%j', (argv, sentence) => {
    expect(() => options(...argv)).toThrow(new UsageError(sentence));
  });
});

test('the help shows single dashes and fits 80 columns, but for the usage and the examples', () => {
  const read = readCommandLine(['-h'], 80);
  const lines = 'help' in read ? read.help.split('\n') : [];
  const listed = lines.slice(1, lines.indexOf('Examples:'));
  expect(listed.filter((line) => line.includes('--') || line.length > 80)).toEqual([]);
  expect(listed.length).toBeGreaterThan(15);
});
