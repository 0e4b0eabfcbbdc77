/** Many changes, few writes, none lost, whatever the API server does. */
import { describe, expect, test } from 'vitest';
import { recordOutcome } from '../../../../src/actors/ledger/record-outcome.ts';
import { LedgerBook } from '../../../../src/actors/ledger/ledger-book.ts';
import { decodeState, scaleCodec, type LedgerState } from '../../../../src/actors/ledger/record.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
import { failure } from '../../../../src/machines/failure.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { always, inTurn, refused, unanswered } from '../../../simulation/model/fault-plan.ts';
import { writeLedger } from '../../../support/ledgers.ts';
import { endedWorker, order, slot } from '../../../support/orders.ts';

const end =
  (index: number) =>
  (state: LedgerState): LedgerState => ({ ...state, ended: { ...state.ended, [index]: endedWorker() } });

async function stateOf({ cluster }: EffectBench, name = 'l'): Promise<LedgerState | undefined> {
  const record = await cluster.records.read(name);
  return record && decodeState(record);
}

async function bench(plan?: ConstructorParameters<typeof EffectBench>[0]): Promise<EffectBench> {
  const made = new EffectBench(plan);
  made.book.keep(await writeLedger(made.cluster, 'l'));
  return made;
}

describe('many changes', () => {
  test.each([1, 2, 10, 100])('%i in one turn are one write', async (count) => {
    const b = await bench();
    const changes = Array.from({ length: count }, (_, index) => b.book.change('l', end(index)));
    await b.end(Promise.all(changes));
    expect(Object.keys((await stateOf(b))?.ended ?? {})).toHaveLength(count);
    expect(b.calls('records.update')).toBe(1);
    expect(b.calls('records.read')).toBe(1);
  });

  test('that come while a slow write is under way are written together by the next', async () => {
    const b = await bench(inTurn('records.update', { kind: 'slow', beforeMs: 500, afterMs: 500 }));
    const changes = [b.book.change('l', end(0))];
    for (let index = 1; index < 20; index++) {
      await b.world.pass(20);
      changes.push(b.book.change('l', end(index)));
    }
    await b.end(Promise.all(changes));
    expect(b.calls('records.update')).toBe(2);
    expect(Object.keys((await stateOf(b))?.ended ?? {})).toHaveLength(20);
  });

  test('are made in the order in which they came', async () => {
    const b = await bench();
    const marks = ['a', 'b', 'c'].map((mark) =>
      b.book.change('l', (state) => ({ ...state, closedAt: state.closedAt + mark })),
    );
    await b.end(Promise.all(marks));
    expect((await stateOf(b))?.closedAt).toBe('abc');
  });

  test('of two ledgers do not wait for each other', async () => {
    const b = await bench(({ verb, name }) =>
      verb === 'records.update' && name === 'l' ? refused('unavailable') : { kind: 'served' },
    );
    b.book.keep(await writeLedger(b.cluster, 'other'));
    void b.book.change('l', end(0));
    await b.end(b.book.change('other', end(0)), 0);
    expect((await stateOf(b, 'other'))?.ended).toHaveProperty('0');
  });

  test('that change nothing are not written', async () => {
    const b = await bench();
    await b.end(b.book.change('l', (state) => state));
    expect(b.calls('records.update')).toBe(0);
  });
});

describe('what is written', () => {
  /** Counts what the book asks of its codec. */
  function counting({ cluster, clock, random, log }: EffectBench) {
    const asked = { decode: 0, encode: 0 };
    const codec: typeof scaleCodec = {
      ...scaleCodec,
      decode: (record) => (asked.decode++, scaleCodec.decode(record)),
      encode: (state) => (asked.encode++, scaleCodec.encode(state)),
    };
    return { asked, book: new LedgerBook({ cluster, clock, random, log, codec }) };
  }

  test('is not parsed again, whoever wrote it or read it first', async () => {
    const b = await bench();
    const { asked, book } = counting(b);
    for (let index = 0; index < 5; index++) await b.end(book.change('l', end(index)));
    expect(asked).toEqual({ decode: 1, encode: 5 });
    const record = await writeLedger(b.cluster, 'known');
    book.keep(record, decodeState(record));
    await b.end(book.change('known', end(0)));
    expect(asked).toEqual({ decode: 1, encode: 6 });
  });

  test('is parsed again once somebody else wrote', async () => {
    const b = await bench();
    const { asked, book } = counting(b);
    await b.end(book.change('l', end(0)));
    await b.end(new EffectBench(undefined, b.world).book.change('l', end(1)));
    await b.end(book.change('l', end(2)));
    expect(asked.decode).toBe(2);
    expect(Object.keys((await stateOf(b))?.ended ?? {})).toEqual(['0', '1', '2']);
  });

  test('is not even encoded where nothing changed', async () => {
    const b = await bench();
    const { asked, book } = counting(b);
    await b.end(book.change('l', (state) => state));
    expect(asked.encode).toBe(0);
  });

  test('is settled once every change asked for before is durable', async () => {
    const b = await bench(inTurn('records.update', refused('unavailable')));
    let isSettled = false;
    void b.book.change('l', end(0));
    const settled = b.book.settled('l').then(() => (isSettled = true));
    await b.world.settle();
    expect(isSettled).toBe(false);
    await b.end(settled);
    expect((await stateOf(b))?.ended).toHaveProperty('0');
    await b.end(b.book.settled('never heard of'), 0);
  });
});

describe('a conflict', { tags: ['F4'] }, () => {
  test('is answered by reading again and making the changes to what is there', async () => {
    const b = await bench();
    const other = new EffectBench(undefined, b.world);
    await other.end(other.book.change('l', end(7)));
    await b.end(b.book.change('l', end(0)));
    expect(Object.keys((await stateOf(b))?.ended ?? {})).toEqual(['0', '7']);
  });

  test('that goes on is met with pauses, not with a storm', async () => {
    let isOn = true;
    const b = await bench(always('records.update', refused('conflict'), () => isOn));
    const change = b.book.change('l', end(0));
    await b.world.pass(60_000);
    expect(b.calls('records.update')).toBeLessThan(20);
    isOn = false;
    await b.end(change);
    expect((await stateOf(b))?.ended).toHaveProperty('0');
  });
});

describe('an API server that does not answer', () => {
  test.each([
    'unavailable',
    'timeout',
    'throttled',
    'unauthorized',
    'expired',
    'forbidden',
    'quota',
  ] as const)('with %s is tried again until the change is durable', { tags: ['F8'] }, async (code) => {
    let isDown = true;
    const b = await bench(always('records.update', refused(code), () => isDown));
    let isDone = false;
    const change = b.book.change('l', end(0)).then(() => (isDone = true));
    await b.world.pass(120_000);
    expect(isDone).toBe(false);
    expect(b.calls('records.update')).toBeLessThan(20);
    isDown = false;
    await b.end(change);
    expect((await stateOf(b))?.ended).toHaveProperty('0');
  });

  test('is given the time that it asks for', { tags: ['F7'] }, async () => {
    const b = await bench(inTurn('records.update', refused('throttled', 9_000)));
    const beganMs = b.clock.now();
    await b.end(b.book.change('l', end(0)));
    expect(b.clock.now() - beganMs).toBe(9_000);
  });

  test('although it wrote is not written to twice', async () => {
    const b = await bench(inTurn('records.update', unanswered()));
    await b.end(b.book.change('l', end(0)));
    expect(b.calls('records.update')).toBe(1);
  });
});

describe('a ledger that cannot be changed', () => {
  test('because it is gone has nothing left to promise', async () => {
    const b = await bench();
    b.world.store.delete(configMaps, b.world.namespace, 'l');
    await b.end(b.book.change('l', end(0)), 0);
    expect(b.said.join()).toContain('the ledger is gone');
  });

  test('because it was spoiled rejects with a sentence, and the next change is tried anew', async () => {
    const b = await bench();
    const spoil = (state: string) =>
      b.world.store.update(configMaps, b.world.namespace, 'l', (record) => ({ ...record, data: { state } }));
    spoil('{}');
    await expect(b.end(b.book.change('l', end(0)))).rejects.toThrow('the ledger l cannot be read');
    await expect(b.end(b.book.change('l', end(0)))).rejects.toThrow('the ledger l cannot be read');
    spoil('{"created":false,"closedAt":"","ended":{}}');
    await b.end(b.book.change('l', end(0)));
    expect((await stateOf(b))?.ended).toHaveProperty('0');
  });
});

describe('an outcome', () => {
  const ending = {
    order: order({ ledger: { name: 'l', uid: '' } }),
    slot: slot(0),
    refusal: undefined,
    pod: undefined,
  };

  test('is recorded once: what is there is answered and stays', { tags: ['F37', 'I5'] }, async () => {
    const b = await bench();
    const first = await b.end(recordOutcome(b, { ...ending, outcome: { kind: 'succeeded' } }));
    await b.world.pass(5_000);
    const lost = { kind: 'failed', failure: failure('unknown', 'vanished') } as const;
    expect(await b.end(recordOutcome(b, { ...ending, outcome: lost }))).toEqual(first);
    expect((await stateOf(b))?.ended['0']).toEqual(first);
  });

  test(
    'that another process recorded stays, also where this one read the ledger before',
    { tags: ['G10', 'I5'] },
    async () => {
      const b = await bench();
      const other = new EffectBench(undefined, b.world);
      const first = await other.end(recordOutcome(other, { ...ending, outcome: { kind: 'succeeded' } }));
      const lost = { kind: 'failed', failure: failure('unknown', 'vanished') } as const;
      expect(await b.end(recordOutcome(b, { ...ending, outcome: lost }))).toEqual(first);
    },
  );
});
