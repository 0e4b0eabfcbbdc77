/** Reading on across lost connections, each line once. */
import { describe, expect, test } from 'vitest';
import { followLogs } from '../../../../src/cli/logs/follow-logs.ts';
import { OttoscalerClientError } from '../../../../src/rpc/client.ts';
import type { WatchLogsRequest } from '../../../../src/rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { WorkerLogEntry__Output } from '../../../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';

type Answer = ReadonlyArray<number | readonly [first: number, last: number] | OttoscalerClientError>;

const away = new OttoscalerClientError('UNAVAILABLE', 'the server is away');

/** Lines and gaps by their numbers, as one batch each. */
function batchOf(item: number | readonly [number, number]) {
  const [first, last] = typeof item === 'number' ? [item, item] : item;
  const gap = {
    'otto.gap': 'not-kept',
    'otto.gap.first': String(first),
    'otto.gap.lines': String(last - first + 1),
  };
  const entry: WorkerLogEntry__Output = {
    worker_id: 'w',
    task_id: 't',
    timestamp: '',
    level: 'INFO',
    source: 'stdout',
    message: typeof item === 'number' ? `line ${item}` : `${first} to ${last} are missing`,
    pod_metadata: null,
    metadata: { 'otto.seq': String(last), 'otto.stream': 's', ...(typeof item === 'number' ? {} : gap) },
  };
  return { entries: [entry] };
}

async function follow(answers: readonly Answer[], request: WatchLogsRequest = {}, timeoutMs = 60_000) {
  const requests: WatchLogsRequest[] = [];
  const lost: string[] = [];
  const messages: string[] = [];
  const client = {
    async *watchLogs(asked: WatchLogsRequest) {
      const answer = answers[requests.push(asked) - 1] ?? [];
      for (const item of answer) {
        if (item instanceof OttoscalerClientError) throw item;
        yield batchOf(item);
      }
    },
  };
  let error: unknown;
  try {
    const options = {
      client,
      timeoutMs,
      againMs: 1,
      signal: new AbortController().signal,
      onLost: (why: string) => lost.push(why),
    };
    for await (const entries of followLogs({
      ...options,
      request: { task_id: 't', follow: true, ...request },
    }))
      messages.push(...entries.map(({ message }) => message));
  } catch (thrown) {
    error = thrown;
  }
  return { requests, lost, messages, error };
}

describe('a stream that breaks off', () => {
  test('is opened again for all there is, and what was seen is passed over', async () => {
    const { requests, lost, messages, error } = await follow(
      [
        [3, 4, away],
        [[1, 2], 3, 4, 5],
      ],
      { tail: 2 },
    );
    expect(messages).toEqual(['line 3', 'line 4', 'line 5']);
    expect(requests.map(({ tail }) => tail)).toEqual([2, 0]);
    expect(lost).toEqual(['the server is away']);
    expect(error).toBeUndefined();
  });

  test('tells of missing lines those that were not seen before', async () => {
    const { messages } = await follow([
      [1, 2, 3, away],
      [[1, 5], 6],
    ]);
    expect(messages).toEqual(['line 1', 'line 2', 'line 3', '2 lines are missing', 'line 6']);
  });

  test('tells of each loss once, however often it is tried', async () => {
    const { lost, messages } = await follow([[1, away], [away], [2, away], [3]]);
    expect(messages).toEqual(['line 1', 'line 2', 'line 3']);
    expect(lost).toEqual(['the server is away', 'the server is away']);
  });

  test('is given up where it does not come back in time', async () => {
    const { requests, error } = await follow([[1, away], [away], [2]], {}, 0);
    expect(requests).toHaveLength(1);
    expect(error).toBe(away);
  });
});

describe('what is not tried again', () => {
  test.each([
    ['a server that never answered', [[away], [1]], {}],
    ['what is there now', [[1, away], [2]], { follow: false }],
    ['a refusal', [[1, new OttoscalerClientError('NOT_FOUND', 'no such work')], [2]], {}],
  ] as const)('%s', async (_what, answers, request) => {
    const { requests, lost, error } = await follow(answers, request);
    expect(requests).toHaveLength(1);
    expect(lost).toEqual([]);
    expect(error).toBeInstanceOf(OttoscalerClientError);
  });
});
