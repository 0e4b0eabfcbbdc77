/**
 * test-pipeline as people and scripts start it: a process of its own, against a server that follows a script.
 *
 * What is held here are exit codes, what stands on stdout and on stderr, what is sent, and what happens where the
 * connection breaks or the process is stopped. How things look in detail is held in test/unit/cli/pipeline.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status as grpcStatus } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliProgram } from '../support/cli-program.ts';
import { freePort } from '../support/scripted-ottoscaler.ts';
import { ScriptedRun, serveRun } from '../support/scripted-pipeline.ts';
import { until } from '../support/until.ts';
import { at, progress, stage } from '../unit/cli/pipeline/progress.ts';

const { run, start } = cliProgram('test-pipeline');

const simple = (address: string, ...more: string[]) => [
  '-type',
  'simple',
  '-id',
  'p1',
  '-server',
  address,
  ...more,
];
const accepted = progress(1, '', 'running', { message: 'accepted: 3 stages' });
const building = progress(2, 'build', 'running', { started_at: at(2) });
const built = progress(4, 'build', 'completed', { started_at: at(2), message: 'succeeded' });
const completed = progress(6, '', 'completed', { message: 'completed: 3 of 3 stages ended' });
const failed = progress(6, '', 'failed', {
  message: 'failed: 3 of 3 stages ended',
  error_message: 'exit-code: 7',
});
const cancelled = progress(6, '', 'cancelled', { message: 'cancelled: 3 of 3 stages ended' });

/** The event lines, without their times. */
const told = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => /^ *[\d.]* s? {2}/.test(line))
    .map((line) => line.slice(10).replaceAll(/ +/g, ' '));

describe('a run', () => {
  test('that completes ends with 0, every event a line, then the summary', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted, building, built, completed);
    const { code, stdout, stderr } = await run(...simple(server.address, '-repo', 'o/r', '--sha=abc'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^pipeline p1: simple sample, 3 stages\n/);
    expect(told(stdout)).toEqual([
      '(pipeline) running accepted: 3 stages',
      'build running',
      'build completed succeeded',
      '(pipeline) completed 3 of 3 stages ended',
    ]);
    expect(stdout).toContain('pipeline p1 completed after 5.0 s\n');
    expect(stdout).toMatch(
      new RegExp(`show it again: test-pipeline -attach -id p1 -server ${server.address}\n$`),
    );
    expect(script.executed).toHaveLength(1);
    expect(script.executed[0]).toMatchObject({
      pipeline_id: 'p1',
      repository: 'o/r',
      commit_sha: 'abc',
      triggered_by: 'test-pipeline',
      metadata: {},
      timeout_seconds: 0,
      stages: [
        { stage_id: 'build', worker_count: 1, depends_on: [], retry_policy: null },
        { stage_id: 'test', depends_on: ['build'] },
        { stage_id: 'deploy', depends_on: ['test'] },
      ],
    });
  });

  test('without an id gets a fresh one, which is said first', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted, completed);
    const { stdout } = await run('-type', 'parallel', '-server', server.address);
    const [, id] = /^pipeline (pipeline-[0-9a-f]{8}) \(made up; name one with -id\): /.exec(stdout) ?? [];
    expect(id).toBeDefined();
    expect(script.executed[0]?.pipeline_id).toBe(id);
  });

  test.each([
    ['fails', failed, 'pipeline p1 failed after 5.0 s: exit-code: 7\n'],
    ['is cancelled by someone else', cancelled, 'pipeline p1 cancelled after 5.0 s\n'],
  ])('that %s ends with 1 and says how to run it again', async (_, end, sentence) => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted, building, end);
    const { code, stdout } = await run(...simple(server.address));
    expect(code).toBe(1);
    expect(stdout).toContain(sentence);
    expect(stdout).toContain('run again what did not complete: test-pipeline -retry -id p1 ');
  });

  test('that the server refuses ends with 1 and the rule', async () => {
    const script = new ScriptedRun();
    script.refuses = {
      code: grpcStatus.ALREADY_EXISTS,
      details: 'pipeline_id "p1" was accepted before with other content',
    };
    const server = await serveRun(script);
    const { code, stderr } = await run(...simple(server.address));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'test-pipeline: pipeline_id "p1" was accepted before with other content\n',
    });
  });

  test('that finds nobody says so at once, without a stack', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const { code, stderr } = await run(...simple(address));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `test-pipeline: no Ottoscaler answers at ${address}; start one with \`npm start\` or name another with -server\n`,
    );
  });

  test('for programs is a line of JSON an event', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted, building, completed);
    const { stdout } = await run(...simple(server.address, '-json'));
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'run', pipeline_id: 'p1', id_generated: false, stages: 3 },
      { event: 'progress', sequence: 1, stage_id: '', status: 'running' },
      { event: 'progress', sequence: 2, stage_id: 'build' },
      { event: 'progress', sequence: 3, status: 'completed' },
      { event: 'summary', status: 'completed', duration_seconds: 5 },
    ]);
  });
});

describe('a file', () => {
  function file(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'pipeline.yaml');
    writeFileSync(path, text);
    return path;
  }

  test('that is right is planned, and nothing is sent', async () => {
    const path = file(
      'stages:\n  - {id: build, timeout: 1m}\n  - {id: test, depends_on: [build], timeout: 1m}\n',
    );
    const { code, stdout, stderr } = await run('-lint', '-file', path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${path}: 2 stages, no problems found\n`);
    expect(stdout).toContain('longest chain by timeouts, at most 2m00s: build → test\n');
  });

  test('that is wrong ends with 1 and all that is wrong, whether it was to be run or not', async () => {
    const path = file('stages:\n  - {id: build, wokers: 2}\n  - {id: 3}\n');
    const stderr = `${path}:2:17: stages[0].wokers: is unknown; did you mean workers?\n${path}:3:10: stages[1].id: must be text, is the number 3\n`;
    expect(await run('-lint', '-file', path)).toEqual({ code: 1, stdout: '', stderr });
    expect(await run('-file', path, '-server', 'localhost:1')).toEqual({ code: 1, stdout: '', stderr });
  });

  test('that is not there is a wrong command line, which ends with 2', async () => {
    const { code, stderr } = await run('-file', '/nowhere/p.yaml');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'test-pipeline: -file: cannot read "/nowhere/p.yaml": there is no such file (-h explains)\n',
    );
  });
});

describe('the connection', () => {
  test('that is lost is taken up again: no event is missed and none is shown twice', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted, building);
    const running = start(simple(server.address));
    await running.said(/build +running/);
    server.stop();
    await running.said(/connection lost, trying again: /);
    script.tell(built);
    await serveRun(script, server.port);
    await running.said(/attached again after event 2/);
    script.tell(completed);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(script.watched).toEqual([2]);
    expect(
      told(stdout).filter((line) => !line.startsWith('attached') && !line.startsWith('connection')),
    ).toEqual([
      '(pipeline) running accepted: 3 stages',
      'build running',
      'build completed succeeded',
      '(pipeline) completed 3 of 3 stages ended',
    ]);
  });
});

describe('stopped from outside', () => {
  test('the first Ctrl-C cancels and shows the run to its end; the code is 130', async () => {
    const script = new ScriptedRun(() => script.tell(cancelled));
    const server = await serveRun(script);
    script.tell(accepted, building);
    const running = start(simple(server.address));
    await running.said(/build +running/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toContain('interrupted; cancelling the run (now)\n');
    expect(stdout).toContain('pipeline p1 cancelled after 5.0 s\n');
    expect(script.cancelled).toMatchObject([
      { pipeline_id: 'p1', mode: 'CANCEL_NOW', reason: 'interrupted' },
    ]);
  });

  test('after a weaker cancel the second goes further, and the third leaves', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted);
    const running = start(simple(server.address, '-cancel-mode', 'finish-running'));
    await running.said(/accepted/);
    running.child.kill('SIGINT');
    await running.said(/being cancelled: CANCEL_FINISH_RUNNING/);
    running.child.kill('SIGINT');
    await running.said(/being cancelled: CANCEL_NOW/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({
      code: 130,
      stderr: `test-pipeline: left; the run goes on being cancelled; to see it again: test-pipeline -attach -id p1 -server ${server.address}\n`,
    });
    expect(script.cancelled.map(({ mode }) => mode)).toEqual(['CANCEL_FINISH_RUNNING', 'CANCEL_NOW']);
  });

  test('-timeout cancels, shows the end and ends with 124', async () => {
    const script = new ScriptedRun(() => script.tell(cancelled));
    const server = await serveRun(script);
    script.tell(accepted);
    const { code, stdout } = await run(...simple(server.address, '-timeout', '700ms'));
    expect(code).toBe(124);
    expect(stdout).toContain('-timeout of 0.7 s elapsed; cancelling the run (now)\n');
    expect(stdout).toContain('pipeline p1 cancelled');
  });

  test('whoever is attached only leaves', async () => {
    const script = new ScriptedRun();
    script.request = { stages: [stage('build')] };
    const server = await serveRun(script);
    script.tell(accepted);
    const running = start(['-attach', '-id', 'p1', '-server', server.address]);
    await running.said(/accepted/);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({
      code: 143,
      stderr: expect.stringMatching(/^test-pipeline: no longer watching; the run goes on; to see it again: /),
    });
    expect(script.cancelled).toEqual([]);
  });

  test('a reader that goes away is no reason to complain', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    script.tell(accepted);
    const running = start(simple(server.address));
    await running.said(/accepted/);
    running.child.stdout.destroy();
    script.tell(building);
    expect(await running.ended).toMatchObject({ code: 141, stderr: '' });
  });
});

describe('a run that is there', () => {
  test('is shown from its beginning with -attach', async () => {
    const script = new ScriptedRun();
    script.request = { stages: [stage('build'), stage('other', ['build'])] };
    const server = await serveRun(script);
    script.tell(accepted, building, built, completed);
    const { code, stdout } = await run('-attach', '-id', 'p1', '-server', server.address);
    expect(code).toBe(0);
    expect(told(stdout)).toHaveLength(4);
    expect(stdout).toMatch(/^other +pending$/m);
    expect(script.executed).toEqual([]);
  });

  test('that nobody knows is said in the words of the server', async () => {
    const server = await serveRun(new ScriptedRun());
    expect(await run('-attach', '-id', 'p1', '-server', server.address)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'test-pipeline: pipeline_id "p1": there is no such run\n',
    });
  });

  test('is run again with -retry, and the new run is shown', async () => {
    const script = new ScriptedRun();
    script.request = { stages: [stage('build'), stage('test', ['build'])] };
    script.retried = {
      pipeline_id: 'p1-retry-1',
      rerun_stage_ids: ['test'],
      reused: [{ stage_id: 'build', digest: 'd' }],
    };
    const server = await serveRun(script);
    script.tell(accepted, completed);
    const { code, stdout } = await run('-retry', '-id', 'p1', '-server', server.address);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pipeline p1-retry-1: retry of p1; runs test; keeps the results of build\n/);
    expect(stdout).toContain('pipeline p1-retry-1 completed');
  });

  test('is cancelled with -cancel, which does not wait', async () => {
    const script = new ScriptedRun();
    const server = await serveRun(script);
    const { code, stdout } = await run(
      '-cancel',
      '-id',
      'p1',
      '-cancel-mode',
      'run-finally',
      '-server',
      server.address,
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      `the run is being cancelled: CANCEL_RUN_FINALLY\nto see it end: test-pipeline -attach -id p1 -server ${server.address}\n`,
    );
    await until('the request', () => script.cancelled[0]?.mode === 'CANCEL_RUN_FINALLY');
  });
});
