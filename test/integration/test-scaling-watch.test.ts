/** `test-scaling -watch` as a process: what it prints, when it ends and with what, in a pipe and on a terminal. */
import { describe, expect, test } from 'vitest';
import { cliProgram, hasTerminals } from '../support/cli-program.ts';
import { serve } from '../support/scripted-ottoscaler.ts';
import type { ScaleResponse } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { wireWorker } from '../unit/cli/workers.ts';

const { run, start, startOnTerminal } = cliProgram('test-scaling');

const up = (address: string) => ['-action', 'scale-up', '-server', address, '-task', 't1'];
const created = {
  status: 'SUCCESS',
  message: '2 created',
  processed_count: 2,
  worker_pod_names: ['otto-a', 'otto-b'],
} satisfies ScaleResponse;
const pending = [wireWorker('otto-a', 'pending'), wireWorker('otto-b', 'pending')];
const halfway = [wireWorker('otto-a', 'running'), wireWorker('otto-b', 'succeeded')];
const succeeded = [wireWorker('otto-a', 'succeeded'), wireWorker('otto-b', 'succeeded')];
const oneFailed = [wireWorker('otto-a', 'failed'), wireWorker('otto-b', 'succeeded')];

describe('a watch in a pipe', () => {
  test('tells every change and ends with 0 when all have succeeded', async () => {
    const server = await serve({ scale: created, workers: [pending, pending, halfway, succeeded] });
    const { code, stdout, stderr } = await run(...up(server.address), '-workers', '2', '-watch');
    const lines = stdout.trimEnd().split('\n').slice(3);
    expect(lines.map((line) => line.replace(/^ +[\d.]+ s {2}/, ''))).toEqual([
      'otto-a  pending    waiting for capacity, at most 3600 s',
      'otto-b  pending    waiting for capacity, at most 3600 s',
      'otto-a  running    (on node-1)',
      'otto-b  succeeded  after 3s (on node-1)',
      'otto-a  succeeded  after 3s (on node-1)',
      expect.stringMatching(/^2 workers: 2 succeeded, 0 failed \(\d+\.\d s\)$/),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('ends with 1 when one has failed, and says why', async () => {
    const server = await serve({ scale: created, workers: [pending, oneFailed] });
    const { code, stdout } = await run(...up(server.address), '-watch');
    expect(code).toBe(1);
    expect(stdout).toContain('otto-a  failed     exit-code: container worker exited with 7 (on node-1)\n');
    expect(stdout).toMatch(/2 workers: 1 succeeded, 1 failed \(\d+\.\d s\)\n$/);
  });

  test('is not failed by older workers of the same task', async () => {
    const server = await serve({
      scale: created,
      workers: [[wireWorker('otto-old', 'failed'), ...succeeded]],
    });
    const { code, stdout } = await run(...up(server.address), '-watch');
    expect(code).toBe(0);
    expect(stdout).not.toContain('otto-old');
  });

  test('of a scale-down ends with 0 when those it ended are over', async () => {
    const gone = wireWorker('otto-a', 'failed', { error_message: 'deleted: scaled down to 1' });
    const server = await serve({
      scale: { ...created, message: '1 terminated', worker_pod_names: ['otto-a'] },
      workers: [[wireWorker('otto-a', 'running'), wireWorker('otto-b', 'running')], [gone]],
    });
    const down = ['-action', 'scale-down', '-workers', '1', '-task', 't1', '-server', server.address];
    const { code, stdout } = await run(...down, '-watch');
    expect(code).toBe(0);
    expect(stdout).toContain('otto-a  failed     deleted: scaled down to 1 (on node-1)\n');
    expect(stdout).not.toContain('otto-b');
  });

  test('of a task ends with 1 when one of it has failed', async () => {
    const server = await serve({ workers: [halfway, oneFailed] });
    const { code } = await run('-action', 'status', '-task', 't1', '-server', server.address, '-watch');
    expect(code).toBe(1);
  });

  test('asks one question at a time, however slow the answers are', async () => {
    const server = await serve({ scale: created, workers: [pending, succeeded], statusDelayMs: 1_200 });
    expect((await run(...up(server.address), '-watch')).code).toBe(0);
    expect(server.asked).toMatchObject({ status: 2, openMax: 1 });
  });

  test('outlives a server that is restarted', async () => {
    const first = await serve({ scale: created, workers: [pending] });
    const watching = start([...up(first.address), '-watch']);
    await watching.said(/otto-b {2}pending/);
    first.stop();
    await watching.said(/trying again: /);
    await serve({ workers: [succeeded] }, first.port);
    const { code, stdout } = await watching.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 workers: 2 succeeded, 0 failed/);
  });

  test('gives a server up that stays away for longer than -timeout', async () => {
    const server = await serve({ scale: created, workers: [pending] });
    const watching = start([...up(server.address), '-watch', '-timeout', '2s']);
    await watching.said(/otto-b {2}pending/);
    server.stop();
    expect(await watching.ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^test-scaling: .+\n$/),
    });
  });

  test('for a program is a line of JSON for each change', async () => {
    const server = await serve({ scale: created, workers: [halfway, succeeded] });
    const { stdout } = await run(...up(server.address), '-watch', '-json');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'scale' },
      { event: 'worker', pod_name: 'otto-a', status: 'running' },
      { event: 'worker', pod_name: 'otto-b', status: 'succeeded' },
      { event: 'worker', pod_name: 'otto-a', status: 'succeeded' },
      { event: 'summary', succeeded: 2, failed: 0 },
    ]);
  });
});

describe.skipIf(!hasTerminals)('on a terminal', () => {
  const hide = '\u001b[?25l';
  const show = '\u001b[?25h';

  test('the table is drawn over itself, in colour, and the cursor comes back', async () => {
    const server = await serve({ scale: created, workers: [pending, halfway, oneFailed] });
    const { code, stdout } = await startOnTerminal([...up(server.address), '-watch']).ended;
    expect(code).toBe(1);
    expect(stdout).toContain('\u001b[36mrunning\u001b[39m');
    expect(stdout).toContain('\u001b[2K');
    expect(stdout).toMatch(/2 workers: 1 succeeded, 1 failed \(\d+\.\d s\)/);
    expect(stdout.indexOf(hide)).toBeGreaterThan(-1);
    expect(stdout.lastIndexOf(show)).toBeGreaterThan(stdout.lastIndexOf(hide));
  });

  test('Ctrl-C leaves the table as it stands, and the cursor visible', async () => {
    const server = await serve({ scale: created, workers: [halfway] });
    const watching = startOnTerminal([...up(server.address), '-watch']);
    await watching.said(/1 running, 1 succeeded/);
    watching.child.stdin.write('\u0003');
    const { code, stdout } = await watching.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('\r\ntest-scaling: no longer watching; the workers go on\r\n');
    expect(stdout.lastIndexOf(show)).toBeGreaterThan(stdout.lastIndexOf(hide));
  });

  test('NO_COLOR is honoured', async () => {
    const server = await serve({ scale: created, workers: [halfway, succeeded] });
    const { stdout } = await startOnTerminal([...up(server.address), '-watch'], { NO_COLOR: '1' }).ended;
    expect(stdout).toContain('running');
    // oxlint-disable-next-line no-control-regex -- colours are made of them
    expect(stdout).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test('a terminal that cannot draw over lines gets plain ones', async () => {
    const server = await serve({ scale: created, workers: [halfway, succeeded] });
    const { stdout } = await startOnTerminal([...up(server.address), '-watch'], { TERM: 'dumb' }).ended;
    expect(stdout).toMatch(/ s {2}otto-a {2}succeeded/);
    expect(stdout).not.toContain('\u001b');
  });
});
