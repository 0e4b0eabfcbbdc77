import { describe, expect, onTestFinished, test } from 'vitest';
import { inHandMax } from '../../../src/redis/event-desk.ts';
import { RpcError } from '../../../src/rpc/status.ts';
import { EventBench, minIdleMs } from '../../support/event-bench.ts';
import { entry, entryId, upOf } from '../../support/redis-entries.ts';

function begun(bench = new EventBench(), name?: string) {
  const consumer = bench.consumer(name);
  consumer.begin();
  onTestFinished(() => consumer.close(0));
  return { bench, consumer, stream: bench.stream };
}

const up = (number: number, taskId = `t${number}`, ...fields: string[]) =>
  upOf(number, taskId, ...fields).entry;
const deadReasons = ({ dead }: EventBench['stream']) =>
  dead.map((fields) => fields.find(([name]) => name === 'otto.reason')?.[1]);

describe('an event', () => {
  test(
    'is acknowledged once the ledger has its command, and not before',
    { tags: ['G6', 'I10'] },
    async () => {
      const { bench, stream } = begun();
      const ledger = Promise.withResolvers<void>();
      bench.judge = () => ledger.promise;
      stream.add(up(1));
      await bench.pass(1_000);
      expect(bench.sent).toEqual(['up t1']);
      expect([...(stream.pending?.keys() ?? [])]).toEqual([entryId(1)]);
      ledger.resolve();
      await bench.pass(0);
      expect(stream.pending?.size).toBe(0);
    },
  );

  test('is acted on the moment it is added', async () => {
    const { bench, stream } = begun();
    await bench.pass(1_234);
    stream.add(up(1));
    await bench.pass(0);
    expect(bench.sent).toEqual(['up t1']);
  });

  test('that is added twice under one event_id takes effect once', { tags: ['F49'] }, async () => {
    const { bench, consumer, stream } = begun();
    stream.add(up(1, 't', 'event_id', 'e'), up(2, 't', 'event_id', 'e'));
    await bench.pass(0);
    expect(bench.ledger).toEqual(new Set(['up t e']));
    expect(consumer.counts).toMatchObject({ accepted: 1, replayed: 1 });
    expect(stream.pending?.size).toBe(0);
  });

  test('waits for the one before it of the same task, and passes those of others', async () => {
    const { bench, stream } = begun();
    const first = Promise.withResolvers<void>();
    bench.judge = ({ reason }) => (reason === 'slow' ? first.promise : undefined);
    stream.add(up(1, 'a', 'reason', 'slow'), up(2, 'a'), up(3, 'b'));
    await bench.pass(0);
    expect(bench.sent).toEqual(['up a', 'up b']);
    first.resolve();
    await bench.pass(0);
    expect(bench.sent).toEqual(['up a', 'up b', 'up a']);
  });
});

describe('what cannot be carried out', () => {
  test('is a dead letter at once where it never will be, and others flow', { tags: ['F50'] }, async () => {
    const { bench, stream } = begun();
    bench.judge = ({ task_id: taskId }) => {
      if (taskId === 't2') throw new RpcError('ALREADY_EXISTS', 'was accepted before with other content');
    };
    stream.add(entry(entryId(1), 'type', 'scale_up'), up(2), up(3));
    await bench.pass(0);
    expect(deadReasons(stream)).toEqual([
      'pod_count: is required; write a whole number',
      'was accepted before with other content',
    ]);
    expect(bench.ledger).toEqual(new Set([`up t3 ${entryId(3)}`]));
    expect(stream.pending?.size).toBe(0);
  });

  test(
    'is a dead letter again where Redis lost the letter before it was acknowledged',
    { tags: ['F40', 'F47', 'I10'] },
    async () => {
      const { bench, stream } = begun();
      stream.failNext('acknowledge', 'unheard');
      stream.add(entry(entryId(1), 'type', 'scale_up'));
      await bench.pass(0);
      expect(deadReasons(stream)).toHaveLength(1);
      stream.dead.length = 0;
      await bench.pass(10_000);
      expect(deadReasons(stream)).toHaveLength(1);
      expect(stream.pending?.size).toBe(0);
    },
  );

  test(
    'is tried five times where it might be, then is a dead letter with the last reason',
    { tags: ['F50'] },
    async () => {
      const { bench, stream } = begun();
      bench.judge = () => {
        throw new RpcError('RESOURCE_EXHAUSTED', 'no quota');
      };
      stream.add(up(1));
      await bench.pass(0);
      expect(stream.dead).toEqual([]);
      await bench.pass(60_000);
      expect(bench.sent).toHaveLength(5);
      expect(deadReasons(stream)).toEqual(['no quota; tried 5 times']);
      expect(stream.pending?.size).toBe(0);
    },
  );

  test('is tried five times in all, by however many processes', async () => {
    const { bench, consumer, stream } = begun();
    bench.judge = () => {
      throw new RpcError('RESOURCE_EXHAUSTED', 'no quota');
    };
    stream.add(up(1));
    await bench.pass(0);
    await consumer.close(0);
    begun(bench, 'one');
    await bench.pass(60_000);
    expect(bench.sent.length).toBeLessThanOrEqual(5);
    expect(stream.dead).toHaveLength(1);
  });

  test('is tried for hours where it is not its fault', { tags: ['G6'] }, async () => {
    const { bench, stream } = begun();
    bench.judge = () => {
      throw new RpcError('UNAVAILABLE', 'the API server is away');
    };
    stream.add(up(1));
    await bench.pass(3_600_000);
    expect(bench.sent.length).toBeGreaterThan(100);
    bench.judge = () => {};
    await bench.pass(60_000);
    expect(stream.dead).toEqual([]);
    expect(bench.ledger.size).toBe(1);
    expect(stream.pending?.size).toBe(0);
  });

  test(
    'is a dead letter where it is so old that the ledger may have forgotten it',
    { tags: ['F48'] },
    async () => {
      const bench = new EventBench();
      bench.stream.add(up(1));
      await bench.pass(23 * 3_600_000 + 1);
      begun(bench);
      await bench.pass(0);
      expect(bench.sent).toEqual([]);
      expect(deadReasons(bench.stream)).toEqual([expect.stringMatching(/^is older than 23 hours/)]);
    },
  );

  test('is given up where nobody who was handed it came to an end', { tags: ['F50'] }, async () => {
    const bench = new EventBench();
    bench.stream.leaveWith('killed', up(1));
    const poison = bench.stream.pending?.get(entryId(1));
    if (poison) poison.deliveries = 5;
    begun(bench);
    await bench.pass(2 * minIdleMs);
    expect(bench.sent).toEqual([]);
    expect(bench.stream.dead).toHaveLength(1);
  });
});

describe('a dead letter whose acknowledgement is lost', () => {
  test('is there once more after a kill, and never missing', { tags: ['F40', 'I10'] }, async () => {
    const { bench, consumer, stream } = begun();
    stream.failNext('acknowledge', 'unheard');
    stream.add(entry(entryId(1), 'type', 'x'));
    await bench.pass(0);
    // Killed here: it was buried, and is still pending.
    expect(stream.dead).toHaveLength(1);
    expect(stream.pending?.size).toBe(1);
    await consumer.close(0);
    begun(bench, 'one');
    await bench.pass(1_000);
    expect(stream.dead).toHaveLength(2);
    expect(stream.pending?.size).toBe(0);
  });
});

describe('Redis that fails', () => {
  test(
    'while it is away the command goes on, and is acknowledged when it is back',
    { tags: ['F46'] },
    async () => {
      const { bench, consumer, stream } = begun();
      const ledger = Promise.withResolvers<void>();
      bench.judge = () => ledger.promise;
      stream.add(up(1));
      await bench.pass(0);
      stream.isUp = false;
      stream.cut();
      ledger.resolve();
      await bench.pass(600_000);
      expect(bench.ledger.size).toBe(1);
      stream.isUp = true;
      await bench.pass(5_000);
      expect(bench.sent).toHaveLength(1);
      expect(stream.pending?.size).toBe(0);
      expect(consumer.counts).toMatchObject({ connections: 2, isConnected: true });
    },
  );

  test('is asked again ever more seldom, and at most every five seconds', { tags: ['F46'] }, async () => {
    const bench = new EventBench();
    bench.stream.isUp = false;
    const { consumer } = begun(bench);
    await bench.pass(120_000);
    expect(bench.logged).toEqual(['Redis is away: events wait there, all else goes on']);
    bench.stream.isUp = true;
    await bench.pass(5_000);
    expect(consumer.counts.isConnected).toBe(true);
  });

  test.each(['read', 'acknowledge', 'recall', 'claim', 'renew', 'measure', 'createGroup'] as const)(
    'an answer to %s that is lost costs a repetition at most',
    { tags: ['F47', 'G6'] },
    async (call) => {
      const { bench, stream } = begun();
      stream.failNext(call, 'unanswered');
      stream.add(up(1), up(2));
      await bench.pass(3 * minIdleMs);
      expect(stream.calls).toContain(call);
      expect(bench.ledger.size).toBe(2);
      expect(stream.pending?.size).toBe(0);
    },
  );

  test(
    'and forgets its group reads from the beginning again, which changes nothing',
    { tags: ['F47', 'F48'] },
    async () => {
      const { bench, consumer, stream } = begun();
      stream.add(up(1), up(2));
      await bench.pass(0);
      stream.loseGroup();
      await bench.pass(5_000);
      expect(consumer.counts).toMatchObject({ groupsHealed: 1, accepted: 2, replayed: 2 });
      expect(bench.ledger.size).toBe(2);
      expect(stream.pending?.size).toBe(0);
    },
  );

  test.each(['read', 'renew', 'acknowledge'] as const)(
    'and does not answer to %s any more is held to be lost',
    { tags: ['F46'] },
    async (call) => {
      const { bench, consumer, stream } = begun();
      stream.failNext(call, 'silent');
      stream.add(up(1));
      await bench.pass(2 * minIdleMs);
      expect(consumer.counts.connections).toBe(2);
      expect(bench.ledger.size).toBe(1);
      expect(stream.pending?.size).toBe(0);
    },
  );
});

describe('what another consumer left', () => {
  test('is taken over once it was untouched for long, and not before', { tags: ['G6'] }, async () => {
    const bench = new EventBench();
    bench.stream.leaveWith('killed', up(1));
    const { consumer } = begun(bench);
    await bench.pass(minIdleMs - 1);
    expect(bench.sent).toEqual([]);
    await bench.pass(minIdleMs / 2);
    expect(bench.sent).toEqual(['up t1']);
    expect(consumer.counts.claimed).toBe(1);
    expect(bench.stream.pending?.size).toBe(0);
  });

  test('under the same name is taken up at once', async () => {
    const bench = new EventBench();
    bench.stream.leaveWith('one', up(1));
    const { consumer } = begun(bench);
    await bench.pass(0);
    expect(bench.sent).toEqual(['up t1']);
    expect(consumer.counts.recalled).toBe(1);
  });

  test('and still works on is not taken, however long it takes', { tags: ['F51'] }, async () => {
    const { bench, stream } = begun();
    const slow = Promise.withResolvers<void>();
    begun(bench, 'other');
    bench.judge = () => slow.promise;
    stream.add(up(1));
    await bench.pass(0);
    await bench.pass(5 * minIdleMs);
    expect(bench.sent).toHaveLength(1);
    expect(stream.pending?.get(entryId(1))).toMatchObject({ deliveries: 1 });
    slow.resolve();
    await bench.pass(0);
    expect(stream.pending?.size).toBe(0);
  });

  test(
    'and was taken while its consumer stood still takes effect once all the same',
    { tags: ['F51'] },
    async () => {
      const { bench, stream } = begun();
      const slow = Promise.withResolvers<void>();
      bench.judge = () => slow.promise;
      stream.add(up(1));
      await bench.pass(0);
      const taken = stream.pending?.get(entryId(1));
      if (taken) taken.touchedAtMs -= minIdleMs;
      begun(bench, 'other');
      await bench.pass(0);
      expect(bench.sent).toEqual(['up t1', 'up t1']);
      slow.resolve();
      await bench.pass(0);
      expect(bench.ledger.size).toBe(1);
      expect(stream.pending?.size).toBe(0);
    },
  );
});

test('no more events are in hand than may be', async () => {
  const { bench, stream } = begun();
  const ledger = Promise.withResolvers<void>();
  bench.judge = () => ledger.promise;
  stream.add(...Array.from({ length: 3 * inHandMax }, (_, at) => up(at + 1)));
  await bench.pass(30_000);
  expect(stream.pending?.size).toBe(inHandMax);
  ledger.resolve();
  await bench.pass(5_000);
  expect(bench.ledger.size).toBe(3 * inHandMax);
  expect(stream.pending?.size).toBe(0);
});

describe('the end', () => {
  test('lets what is in hand be acknowledged, and takes nothing more', async () => {
    const { bench, consumer, stream } = begun();
    const ledger = Promise.withResolvers<void>();
    bench.judge = () => ledger.promise;
    stream.add(up(1));
    await bench.pass(0);
    const closed = consumer.close(2_000);
    stream.add(up(2));
    ledger.resolve();
    await bench.pass(0);
    await closed;
    expect(bench.sent).toEqual(['up t1']);
    expect([...(stream.pending?.keys() ?? [])]).not.toContain(entryId(1));
  });

  test('does not wait for longer than it may; what is unanswered stays pending', async () => {
    const { bench, consumer, stream } = begun();
    bench.judge = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    stream.add(up(1));
    await bench.pass(0);
    const closed = consumer.close(2_000);
    await bench.pass(2_000);
    await closed;
    expect([...(stream.pending?.keys() ?? [])]).toEqual([entryId(1)]);
  });
});
