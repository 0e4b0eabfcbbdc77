/**
 * examples/otto-handler as it is: installed by npm, built, started, and spoken to over gRPC.
 */
import { once } from 'node:events';
import { connect } from 'node:http2';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LineOrigin, WorkerLine } from '../../src/logs/line.ts';
import { gapLine } from '../../src/logs/spool/loss.ts';
import { ottoHandlerLogService } from '../../src/rpc/contract.ts';
import type { LogEntry } from '../../src/rpc/generated/ottoscaler/v1/LogEntry.ts';
import type { WorkerLogEntry } from '../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
import type { WorkerStatusNotification } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusNotification.ts';
import { createHandlerClient } from '../../src/rpc/handler/handler-client.ts';
import {
  answersOf,
  buildOttoHandler,
  exchange,
  startOttoHandler,
  type OttoHandler,
} from '../support/otto-handler-example.ts';
import { startProgram } from '../support/program.ts';

beforeAll(buildOttoHandler, 300_000);

const entry = (seq: number, more: Record<string, string> = {}, message = `line ${seq}`): WorkerLogEntry => ({
  worker_id: 'w1',
  task_id: 't1',
  timestamp: '2026-01-02T03:04:05.000000006Z',
  level: 'INFO',
  source: 'stdout',
  message,
  metadata: { 'otto.stream': 'uid-1/worker', 'otto.seq': String(seq), ...more },
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const acks = (count: number) =>
  range(1, count).map((sequence) => ({ status: 'ACK', message: '', sequence, throttle_ms: 0 }));

const origin: LineOrigin = {
  workerId: 'w1',
  taskId: 't1',
  pipelineId: '',
  stageId: '',
  podName: 'w1',
  podUid: 'uid-1',
  namespace: 'default',
  nodeName: 'node-1',
  createdAt: '2026-01-02T03:04:00Z',
  labels: { app: 'otto-agent' },
};

/** What it has printed when it has ended. */
async function printed({ program }: OttoHandler): Promise<readonly string[]> {
  program.child.kill('SIGINT');
  expect(await program.ended).toBe(0);
  return program.stdout().trimEnd().split('\n').slice(1);
}

const shown = (seq: number) => `2026-01-02T03:04:05.000000006Z INFO  stdout w1 line ${seq}`;
const summary = (kept: number, repeated: number, gaps: number, missing: number) =>
  `otto-handler ended: ${kept} lines kept, ${repeated} repeated, ${gaps} gaps with ${missing} missing`;

describe('lines that Ottoscaler forwards', () => {
  test('each is answered by its place on the stream, printed plainly, and the stream ends after the last', async () => {
    const handler = await startOttoHandler();
    const sent = range(1, 200).map((seq) => entry(seq));
    const { answers, error } = await exchange(handler.logs.forwardWorkerLogs(), sent);
    expect(error).toBeUndefined();
    expect(answers).toEqual(acks(200));
    expect(await printed(handler)).toEqual([...range(1, 200).map(shown), summary(200, 0, 0, 0)]);
  });

  test('each batch is answered as one', async () => {
    const handler = await startOttoHandler();
    const batches = range(0, 9).map((at) => ({
      entries: range(at * 100 + 1, at * 100 + 100).map((seq) => entry(seq)),
    }));
    const { answers, error } = await exchange(handler.logs.forwardWorkerLogBatches(), batches);
    expect(error).toBeUndefined();
    expect(answers).toEqual(acks(10));
    expect(await printed(handler)).toEqual([...range(1, 1000).map(shown), summary(1000, 0, 0, 0)]);
  });

  test('a caller that reads its answers late gets all of them, in order', async () => {
    const handler = await startOttoHandler();
    const call = handler.logs.forwardWorkerLogs();
    for (const seq of range(1, 20_000)) call.write(entry(seq));
    call.end();
    await handler.program.says(/line 2000$/m);
    const { answers } = await answersOf(call);
    expect(answers).toEqual(acks(20_000));
    expect((await printed(handler)).at(-1)).toBe(summary(20_000, 0, 0, 0));
  });

  test('one that comes again, also by another call, is acknowledged and kept once', async () => {
    const handler = await startOttoHandler();
    await exchange(handler.logs.forwardWorkerLogBatches(), [
      { entries: range(1, 5).map((seq) => entry(seq)) },
    ]);
    const again = range(3, 8).map((seq) => entry(seq));
    const { answers } = await exchange(handler.logs.forwardWorkerLogs(), again);
    expect(answers).toEqual(acks(6));
    expect(await printed(handler)).toEqual([...range(1, 8).map(shown), summary(8, 3, 0, 0)]);
  });

  test('lines without a number are all kept', async () => {
    const handler = await startOttoHandler();
    const plain = { ...entry(1), metadata: {} };
    await exchange(handler.logs.forwardWorkerLogs(), [plain, plain]);
    expect(await printed(handler)).toEqual([shown(1), shown(1), summary(2, 0, 0, 0)]);
  });

  test('a number that never came, and a record of a gap, are shown and counted', async () => {
    const handler = await startOttoHandler();
    const record = { 'otto.gap': 'spool-full', 'otto.gap.lines': '10', 'otto.gap.first': '6' };
    const lines = [entry(1), entry(5), entry(15, record, '10 lines are missing'), entry(16)];
    const unknown = entry(17, { 'otto.gap': 'unreadable' }, 'an unknown number is missing');
    await exchange(handler.logs.forwardWorkerLogs(), [...lines, unknown]);
    const gap = '2026-01-02T03:04:05.000000006Z GAP   w1';
    expect(await printed(handler)).toEqual([
      shown(1),
      `${gap} 3 missing before the next`,
      shown(5),
      `${gap} 10 lines are missing (spool-full)`,
      shown(16),
      `${gap} an unknown number is missing (unreadable)`,
      summary(3, 0, 3, 13),
    ]);
  });

  test("what Ottoscaler's own client sends is read as it was meant", async () => {
    const handler = await startOttoHandler();
    const client = createHandlerClient(handler.address);
    onTestFinished(() => client.close());
    const line = (seq: number, text: string): WorkerLine => ({
      origin,
      stream: 'uid-1/worker',
      seq,
      time: '2026-01-02T03:04:05.000000006Z',
      source: 'stdout',
      level: 'INFO',
      text,
    });
    const lost = { stream: 'uid-1/worker', origin, firstSeq: 2, lastSeq: 9, reason: 'dropped' } as const;
    const lines = [line(1, 'line 1'), gapLine(lost, line(9, '').time), line(10, 'line 10')];
    for (const mode of ['batches', 'lines'] as const) {
      const answered = Promise.withResolvers<unknown>();
      const stream = client.open(mode, { answered: answered.resolve, drained() {}, ended() {} });
      stream.send(mode === 'batches' ? lines : lines.slice(0, 1));
      expect(await answered.promise).toEqual({ status: 'ACK', sequence: 1, throttleMs: 0 });
      stream.end();
    }
    const [first, gap, last, ended] = await printed(handler);
    expect([first, last, ended]).toEqual([shown(1), shown(10), summary(2, 1, 1, 8)]);
    expect(gap).toMatch(/GAP   w1 8 lines are missing: .* \(dropped\)$/);
  });

  test('what would steer a terminal is made visible', async () => {
    const handler = await startOttoHandler();
    await exchange(handler.logs.forwardWorkerLogs(), [entry(1, {}, 'red \u001b[31m\rand\ttabs')]);
    const [line] = await printed(handler);
    expect(line).toContain(String.raw`red \u001b[31m\u000dand` + '\ttabs');
  });
});

describe('notices', () => {
  const notify = (handler: OttoHandler, notification: WorkerStatusNotification) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    handler.logs.notifyWorkerStatus(notification, (error, ack) => (error ? reject(error) : resolve(ack)));
    return promise;
  };

  test('each is shown once; a failure shows the last lines of its worker again', async () => {
    const handler = await startOttoHandler();
    await exchange(handler.logs.forwardWorkerLogs(), [entry(1), { ...entry(2), worker_id: 'w2' }]);
    const failed: WorkerStatusNotification = {
      worker_id: 'w1',
      task_id: 't1',
      status: 'FAILED',
      timestamp: '2026-01-02T03:04:06Z',
      reason: 'exit-code: container worker exited with 7',
    };
    expect(await notify(handler, { ...failed, status: 'RUNNING', reason: '' })).toMatchObject({
      status: 'RECEIVED',
    });
    expect(await notify(handler, failed)).toMatchObject({ status: 'RECEIVED' });
    expect(await notify(handler, failed)).toMatchObject({ status: 'IGNORED' });
    expect((await printed(handler)).slice(2)).toEqual([
      '2026-01-02T03:04:06Z NOTICE w1 of t1 RUNNING',
      '2026-01-02T03:04:06Z NOTICE w1 of t1 FAILED: exit-code: container worker exited with 7',
      '  | line 1',
      summary(2, 0, 0, 0),
    ]);
  });
});

describe('workers that push', () => {
  const register = (handler: OttoHandler, workerId: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    handler.push.registerWorker({ worker_id: workerId }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
    return promise;
  };
  const pushed = (seq: number, more: Partial<LogEntry> = {}): LogEntry => ({ ...entry(seq), ...more });

  test('they are told how to send, and refused where there are too many or they have no name', async () => {
    const handler = await startOttoHandler({ LOG_SESSIONS_MAX: '1' });
    expect(await register(handler, 'w1')).toMatchObject({
      status: 'SUCCESS',
      config: { rate_limit: 100, buffer_size: 50, max_message_size: 1024, include_metadata: true },
    });
    expect(await register(handler, 'w1')).toMatchObject({ status: 'ALREADY_REGISTERED' });
    expect(await register(handler, 'w2')).toMatchObject({ status: 'SERVER_FULL' });
    expect(await register(handler, '')).toMatchObject({ status: 'INVALID_REQUEST' });
  });

  test('a line is answered by its own number; a repetition is not kept, one that is too long not wanted', async () => {
    const handler = await startOttoHandler();
    await register(handler, 'w1');
    const lines = [pushed(7), pushed(8), pushed(7), pushed(9, { message: 'x'.repeat(1025) }), pushed(10)];
    const { answers, error } = await exchange(handler.push.streamLogs(), lines);
    expect(error).toBeUndefined();
    expect(answers.map(({ status, sequence }) => [status, sequence])).toEqual([
      ['ACK', 7],
      ['ACK', 8],
      ['ACK', 7],
      ['DROP', 9],
      ['ACK', 10],
    ]);
    expect(await printed(handler)).toEqual([
      expect.stringMatching(/GAP   w1 first seen at number 7: /),
      shown(7),
      shown(8),
      expect.stringMatching(/GAP   w1 1 missing before the next$/),
      shown(10),
      summary(3, 1, 1, 1),
    ]);
  });

  test('one that did not register is told so, and a stream carries the lines of one worker', async () => {
    const handler = await startOttoHandler();
    const stranger = await exchange(handler.push.streamLogs(), [pushed(1)]);
    expect(stranger.error?.message).toMatch(/^9 FAILED_PRECONDITION: worker_id: not registered/);
    await register(handler, 'w1');
    const mixed = await exchange(handler.push.streamLogs(), [pushed(1), pushed(2, { worker_id: 'w2' })]);
    expect(mixed.error?.message).toMatch(/^7 PERMISSION_DENIED: worker_id: /);
    expect((await printed(handler)).at(-1)).toBe(summary(1, 0, 0, 0));
  });

  test("otto-agent brings a command's two streams there, and its exit code back", async () => {
    const handler = await startOttoHandler();
    const agent = startProgram(
      'src/agent/otto-agent.ts',
      ['--endpoint', handler.address, '--', 'sh', '-c', 'echo fine; echo broken >&2; exit 3'],
      { OTTO_WORKER_ID: 'w9', OTTO_TASK_ID: 't9' },
    );
    expect(await agent.ended).toBe(3);
    const lines = await printed(handler);
    expect(lines).toContainEqual(expect.stringMatching(/ INFO {2}stdout w9 fine$/));
    expect(lines).toContainEqual(expect.stringMatching(/ ERROR stderr w9 broken$/));
  });
});

describe('its end', () => {
  test('Ctrl-C ends open streams well, behind the answers to all that was read', async () => {
    const handler = await startOttoHandler();
    const forward = handler.logs.forwardWorkerLogs();
    const batches = handler.logs.forwardWorkerLogBatches();
    const overs = [answersOf(forward), answersOf(batches)];
    forward.write(entry(1));
    await once(forward, 'data');
    batches.write({ entries: [entry(2)] });
    await once(batches, 'data');
    expect(await printed(handler)).toEqual([shown(1), shown(2), summary(2, 0, 0, 0)]);
    for (const { answers, error } of await Promise.all(overs)) {
      expect(answers).toHaveLength(1);
      expect(error).toBeUndefined();
    }
  });

  test('a peer that does not let go is cut off', { timeout: 30_000 }, async () => {
    const handler = await startOttoHandler();
    const session = connect(`http://${handler.address}`).on('error', () => {});
    onTestFinished(() => session.destroy());
    const { path, requestSerialize } = ottoHandlerLogService.ForwardWorkerLogs;
    const message = requestSerialize(entry(1));
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc' };
    const stream = session.request(headers, { endStream: false }).on('error', () => {});
    stream.write(Buffer.concat([prefix, message]));
    await once(stream, 'response');
    expect(await printed(handler)).toEqual([shown(1), summary(1, 0, 0, 0)]);
  });

  test('a setting that makes no sense is named', async () => {
    const handler = startProgram('examples/otto-handler/dist/main.js', [], { GRPC_PORT: 'ninety' });
    expect(await handler.ended).toBe(1);
    expect(handler.stderr()).toContain('GRPC_PORT: "ninety" is not a whole number from 0 to 65535');
  });
});
