/** `test-scaling -action logs` as people start it, against the real gRPC server and the real memory of newest lines. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { RecentLines } from '../../src/logs/recent/recent-lines.ts';
import { cliProgram, hasTerminals } from '../support/cli-program.ts';
import { lineOf, linesOf, originOf } from '../support/log-lines.ts';
import { freePort } from '../support/scripted-ottoscaler.ts';
import { scriptedPool } from '../support/scripted-pool.ts';
import { serveScripted } from '../support/scripted-pool-server.ts';

const { run, start, startOnTerminal } = cliProgram('test-scaling');
const a = originOf('otto-build-abcdefghijklmnopqrstuvwxyz');
const b = originOf('b');

async function serveLines(port = 0, recent = new RecentLines(1024 * 1024)) {
  const pool = scriptedPool();
  pool.output = { workerIds: [a.workerId, 'b'], mayGrow: false };
  const served = await serveScripted(pool, recent, port);
  const args = ['-action', 'logs', '-task', 'task', '-server', `127.0.0.1:${served.server.port}`];
  return { pool, recent, served, args, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}

describe('in a pipe', () => {
  test('what is kept comes as plain lines under whole names, with a word on what is missing', async () => {
    await using server = await serveLines();
    server.recent.add([lineOf(a, 3, 'built'), lineOf(b, 1, '\u001b[31mtested\u001b[0m')]);
    expect(await run(...server.args)).toEqual({
      code: 0,
      stdout: [
        `${a.workerId} [2 lines are missing: Ottoscaler keeps the newest lines only]`,
        `${a.workerId} built`,
        'b tested',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(await run(...server.args, '-worker', 'b', '-json')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\{"event":"line",.*"worker_id":"b",.*\\u001b\[31mtested.*\}\n$/),
    });
  });

  test('following ends by itself with the last worker', async () => {
    await using server = await serveLines();
    server.recent.add(linesOf(b, 1, 9));
    const reading = start([...server.args, '-follow', '-tail', '1']);
    await reading.said(/b b says 9/);
    server.recent.add([lineOf(a, 1, 'on it goes')]);
    await reading.said(/on it goes/);
    server.recent.ended(a.workerId);
    server.recent.ended('b');
    expect(await reading.ended).toEqual({
      code: 0,
      stdout: `b b says 9\n${a.workerId} on it goes\n`,
      stderr: '',
    });
  });

  test('following goes on where another server takes over', async () => {
    const port = await freePort();
    const first = await serveLines(port);
    first.recent.add(linesOf(b, 1, 2));
    const reading = start([...first.args, '-follow']);
    await reading.said(/b b says 2/);
    await first[Symbol.asyncDispose]();
    const recent = new RecentLines(1024 * 1024);
    recent.add(linesOf(b, 2, 2));
    await using second = await serveLines(port, recent);
    await reading.said(/b b says 3/);
    second.recent.ended(a.workerId);
    second.recent.ended('b');
    expect(await reading.ended).toEqual({
      code: 0,
      stdout: 'b b says 1\nb b says 2\nb b says 3\n',
      stderr: expect.stringMatching(/^test-scaling: trying again: .+\n$/),
    });
  });

  test('work that nobody knows ends with 1 and the reason', async () => {
    await using server = await serveLines();
    server.pool.output = undefined;
    expect(await run(...server.args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'test-scaling: task_id "task": no such worker or run is known, and no line of it is kept\n',
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the reading with %d, and the server forgets the reader', async (signal, code) => {
    await using server = await serveLines();
    server.recent.add([lineOf(b, 1)]);
    const reading = start([...server.args, '-follow']);
    await reading.said(/b says 1/);
    reading.child.kill(signal);
    expect(await reading.ended).toMatchObject({
      code,
      stderr: 'test-scaling: no longer reading; the workers go on\n',
    });
    await vi.waitUntil(() => server.pool.observers === 0);
  });

  test('a reader that goes away is no reason to complain', async () => {
    await using server = await serveLines();
    server.recent.add([lineOf(b, 1)]);
    const reading = start([...server.args, '-follow']);
    await reading.said(/b says 1/);
    reading.child.stdout.destroy();
    server.recent.add(linesOf(b, 2, 10));
    expect(await reading.ended).toMatchObject({ code: 141, stderr: '' });
  });
});

test.skipIf(!hasTerminals)(
  'on a terminal short names stand in colours, and what is missing is marked',
  async () => {
    await using server = await serveLines();
    server.recent.add([lineOf(b, 2, 'tested'), lineOf(a, 1, '\u001b[2Jbuilt')]);
    const { code, stdout } = await startOnTerminal(server.args).ended;
    expect(code).toBe(0);
    expect(stripVTControlCharacters(stdout).split('\r\n')).toEqual([
      'b ~ 1 line is missing: Ottoscaler keeps the newest lines only',
      'b | tested',
      'build-abcdef | built',
      '',
    ]);
    expect(stdout).not.toContain('\u001b[2J');
    expect(stdout).toContain('\u001b[33m~ 1 line');
  },
);
