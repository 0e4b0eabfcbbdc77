/** Who may push, how many, and with what right. */
import { describe, expect, test } from 'vitest';
import { ClusterError, type StoredRecord } from '../../../../src/cluster/port.ts';
import type { LineOrigin } from '../../../../src/logs/line.ts';
import { LineRate } from '../../../../src/logs/sessions/line-rate.ts';
import { Sessions } from '../../../../src/logs/sessions/sessions.ts';
import { readTokenKey, tokenKeyRecord } from '../../../../src/logs/sessions/token-key.ts';
import { workerTokens } from '../../../../src/logs/sessions/worker-token.ts';

const originOf = (workerId: string) => ({ workerId }) as LineOrigin;
const limits = { linesPerSecond: 100_000, windowLines: 50, messageBytesMax: 64 * 1024, sessionsMax: 2 };

describe('sessions', () => {
  test('are so many at most; one that was not heard of for a while makes room', () => {
    let nowMs = 0;
    const sessions = new Sessions({ limits, sink: async () => {}, now: () => nowMs });
    const register = (workerId: string) => sessions.register(originOf(workerId)).kind;
    expect([register('a'), register('b'), register('a'), register('c')]).toEqual([
      'registered',
      'registered',
      'known',
      'full',
    ]);
    nowMs += 6 * 60_000;
    register('b');
    nowMs += 6 * 60_000;
    expect([register('c'), sessions.find('a'), sessions.size]).toEqual(['registered', undefined, 2]);
  });

  test('refuse lines for now while too many bytes wait for the sink, and take them afterwards', async () => {
    const sink = Promise.withResolvers<void>();
    const sessions = new Sessions({ limits, sink: () => sink.promise, now: () => 0 });
    sessions.register(originOf('a'));
    const session = sessions.find('a');
    if (!session) throw new Error('not registered');
    const entry = (n: number) => ({
      timestamp: '',
      level: 'INFO',
      source: 'stdout',
      message: 'x'.repeat(60_000),
      metadata: { 'otto.seq': String(n), 'otto.stream': 'a/x' },
    });
    const seen = new Set<string>();
    const lines = Array.from({ length: 400 }, (_, n) => sessions.read(session, entry(n + 1), seen));
    const taken = lines.filter(({ crowded }) => crowded === undefined).length;
    expect(taken).toBeGreaterThan(200);
    expect(taken).toBeLessThan(300);
    const settled = sessions.settle(session, lines);
    sink.resolve();
    const statuses = (await settled).map(({ status }) => status);
    expect(statuses).toEqual(lines.map((_, at) => (at < taken ? 'ACK' : 'RETRY')));
    expect(sessions.read(session, entry(taken + 1), seen)).not.toHaveProperty('crowded');
  });
});

test('a rate gives what it has gained, no more at once than its burst, and says how long to wait', () => {
  const rate = new LineRate(10, 3, 0);
  const takes = (nowMs: number) => {
    let count = 0;
    while (rate.tryTake(nowMs)) count++;
    return count;
  };
  expect([takes(0), rate.waitMs(0), takes(99), takes(100), takes(10_000)]).toEqual([3, 100, 0, 1, 3]);
  expect(takes(5_000)).toBe(0);
});

describe('a token', () => {
  const tokens = workerTokens('a key of some length');

  test('is of one worker, the same each time, and of one key', () => {
    const header = `Bearer ${tokens.tokenOf('w-1')}`;
    expect(tokens.tokenOf('w-1')).toBe(workerTokens('a key of some length').tokenOf('w-1'));
    expect([tokens.isFrom('w-1', header), tokens.isFrom('w-2', header)]).toEqual([true, false]);
    expect(workerTokens('another key, as long').isFrom('w-1', header)).toBe(false);
  });

  test.each(['', 'Bearer ', 'Bearer x', `Basic ${tokens.tokenOf('w-1')}`, tokens.tokenOf('w-1')])(
    'is not %j',
    (header) => {
      expect(tokens.isFrom('w-1', header)).toBe(false);
    },
  );
});

describe('the key', () => {
  const stored = (data: Record<string, string>): StoredRecord => ({
    name: tokenKeyRecord,
    uid: 'u',
    resourceVersion: '1',
    labels: {},
    data,
  });

  test('is drawn once; whoever comes later, or at the same time, has the same', async () => {
    let record: StoredRecord | undefined;
    const records = {
      read: async () => record,
      create: async ({ data }: Pick<StoredRecord, 'data'>) => {
        if (record) throw new ClusterError('already-exists', 'the name is taken');
        return (record = stored(data));
      },
    };
    const draws = ['first-key-of-16-bytes', 'second-key-of-16-bytes'];
    const draw = () => draws.shift() ?? '';
    const both = await Promise.all([readTokenKey(records, draw), readTokenKey(records, draw)]);
    expect(both).toEqual(['first-key-of-16-bytes', 'first-key-of-16-bytes']);
    expect(await readTokenKey(records, draw)).toBe('first-key-of-16-bytes');
  });

  test('that somebody emptied is refused, not replaced', async () => {
    const records = {
      read: async () => stored({ key: '' }),
      create: async () => {
        throw new Error('must not be created');
      },
    };
    await expect(readTokenKey(records, () => 'x')).rejects.toThrow(/holds no key/);
  });
});
