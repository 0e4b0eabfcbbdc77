/**
 * The program as people and scripts start it: a process of its own, against a server that follows a script.
 *
 * What is held here are exit codes, what stands on stdout and on stderr, and what is left behind when it is
 * stopped. How things look in detail is held in test/unit/cli.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { status as grpcStatus } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cliProgram } from '../support/cli-program.ts';
import { freePort, serve } from '../support/scripted-ottoscaler.ts';
import type { ScaleResponse } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { wireWorker } from '../unit/cli/workers.ts';

const { run, start } = cliProgram('test-scaling');

const up = (address: string) => ['-action', 'scale-up', '-server', address, '-task', 't1'];
const created = {
  status: 'SUCCESS',
  message: '2 created',
  processed_count: 2,
  worker_pod_names: ['otto-a', 'otto-b'],
} satisfies ScaleResponse;
const pending = [wireWorker('otto-a', 'pending'), wireWorker('otto-b', 'pending')];
const halfway = [wireWorker('otto-a', 'running'), wireWorker('otto-b', 'succeeded')];

describe('a scale command', () => {
  test('sends what the command line says and prints status, message and Pod names', async () => {
    const server = await serve({ scale: created });
    const target = ['--action=scale-up', '-server', server.address, '-task', 't1', '--workers', '2'];
    const work = ['-command', '-n "x"', '-env', 'A=b=c', '-request-id', 'r1', '-repo', 'o/r'];
    const { code, stdout, stderr } = await run(...target, ...work);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'SUCCESS: task t1: 2 created:\n  otto-a\n  otto-b\n',
      stderr: '',
    });
    expect(server.requests).toEqual([
      {
        task_id: 't1',
        worker_count: 2,
        repository: 'o/r',
        commit_sha: '',
        triggered_by: 'test-scaling',
        reason: '',
        build_config: { command: '-n "x"', A: 'b=c' },
        metadata: { request_id: 'r1' },
      },
    ]);
    expect(server.asked.status).toBe(0);
  });

  test('that was processed before is a success, in words', async () => {
    const server = await serve({ scale: { ...created, status: 'ALREADY_PROCESSED' } });
    const { code, stdout } = await run(...up(server.address), '-workers', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ALREADY_PROCESSED: task t1: this very command was accepted before; nothing more/,
    );
    expect(stdout).toContain('\n  otto-a\n  otto-b\n');
  });

  test('that brought nothing about or not all of it ends with 1', async () => {
    for (const status of ['FAILED', 'PARTIAL_SUCCESS'] as const) {
      const server = await serve({ scale: { ...created, status, message: 'no room' } });
      const { code, stdout } = await run(...up(server.address));
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`^${status}: task t1: no room`));
    }
  });

  test('that the server refuses ends with 1 and the rule', async () => {
    const details = 'worker_count: 101 is not a number of workers to add; write 1–100';
    const server = await serve({ scale: { code: grpcStatus.INVALID_ARGUMENT, details } });
    expect(await run(...up(server.address), '-workers', '101')).toEqual({
      code: 1,
      stdout: '',
      stderr: `test-scaling: ${details}\n`,
    });
  });

  test('that finds nobody says so, without a stack', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    expect(await run(...up(address))).toEqual({
      code: 1,
      stdout: '',
      stderr: `test-scaling: no Ottoscaler answers at ${address}; start one with \`npm start\` or name another with -server\n`,
    });
  });

  test('that is not answered in time says how long it waited', async () => {
    const server = await serve({ statusDelayMs: 60_000 });
    const { code, stderr } = await run('-action', 'status', '-server', server.address, '-timeout', '300ms');
    expect(code).toBe(1);
    expect(stderr).toMatch(/did not answer within 0\.3 s; allow more with -timeout\n$/);
  });

  test('for a program is one JSON object', async () => {
    const server = await serve({ scale: created });
    const { stdout } = await run(...up(server.address), '-json');
    expect(JSON.parse(stdout)).toMatchObject({
      event: 'scale',
      action: 'scale-up',
      task_id: 't1',
      ...created,
    });
  });
});

test('a wrong command line ends with 2 and one sentence, and the help with 0', async () => {
  const wrong = await run('-action', 'scale-up', '-workers', 'many');
  expect(wrong).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'test-scaling: -workers: "many" is not a number of workers; write an integer from 1 (-h explains)\n',
  });
  expect(await run('-action', 'status', '-server', 'nowhere')).toMatchObject({ code: 2, stdout: '' });
  const help = await run('-h');
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: test-scaling /) });
});

describe('the status', () => {
  test('is a table, whole in a pipe, and harmless whatever workers said', async () => {
    const error_message = 'exit-code: \u001b]0;owned\u0007\u001b[2J7\n3 workers: 3 succeeded, 0 failed';
    const name = `otto-${'x'.repeat(55)}`;
    const server = await serve({ workers: [[wireWorker(name, 'failed', { error_message })]] });
    const { code, stdout } = await run('-action', 'status', '-server', server.address);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^POD +STATUS +TIME +NODE +DETAIL$/),
      `${name}  failed     3s      node-1  exit-code: 7 3 workers: 3 succeeded, 0 failed`,
      '1 worker: 0 succeeded, 1 failed',
      '',
    ]);
  });

  test('of nothing says so', async () => {
    const server = await serve({});
    expect(await run('-action', 'status', '-server', server.address, '-task', 't1')).toMatchObject({
      code: 0,
      stdout: 'task t1: no workers are known\n',
    });
  });
});

describe('stopped from outside', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a watch with %d; the workers go on', async (signal, code) => {
    const server = await serve({ scale: created, workers: [pending] });
    const watching = start([...up(server.address), '-watch']);
    await watching.said(/otto-b {2}pending/);
    watching.child.kill(signal);
    expect(await watching.ended).toMatchObject({
      code,
      stderr: 'test-scaling: no longer watching; the workers go on\n',
    });
  });

  test('Ctrl-C before the answer says that the outcome is unknown', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const called = once(silent, 'connection');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const calling = start(up(`127.0.0.1:${port}`));
    await called;
    calling.child.kill('SIGINT');
    expect(await calling.ended).toEqual({
      code: 130,
      stdout: '',
      stderr:
        'test-scaling: interrupted; whether the scale-up was accepted is unknown, and sending it again does no harm\n',
    });
  });

  test('a reader that goes away is no reason to complain', async () => {
    const server = await serve({ workers: [pending, halfway, pending, halfway] });
    const watching = start(['-action', 'status', '-watch', '-server', server.address]);
    await watching.said(/otto-a/);
    watching.child.stdout.destroy();
    expect(await watching.ended).toMatchObject({ code: 141, stderr: '' });
  });
});
