/** What becomes of a pushed line, one call after the other, without a clock or a wire. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { LineOrigin, WorkerLine } from '../../../../src/logs/line.ts';
import { readEntry } from '../../../../src/logs/sessions/read-entry.ts';
import { Session } from '../../../../src/logs/sessions/session.ts';
import type { PushedLine } from '../../../../src/logs/sessions/judge-line.ts';

const origin = { workerId: 'w' } as LineOrigin;

interface Bench {
  readonly session: Session;
  readonly kept: WorkerLine[];
  nowMs: number;
  sinkFails: boolean;
}

function bench(linesPerSecond = 1_000_000): Bench {
  const it: Bench = { kept: [], nowMs: 1_000, sinkFails: false, session: undefined as unknown as Session };
  const session = new Session({
    id: 's',
    origin,
    linesPerSecond,
    now: () => it.nowMs,
    sink: async (lines) => {
      if (it.sinkFails) throw new Error('the disk is full');
      it.kept.push(...lines);
    },
  });
  return Object.assign(it, { session });
}

const line = (seq: number, more: Partial<PushedLine> = {}): PushedLine => ({
  stream: 'w/worker~1/stdout',
  seq,
  time: '2026-01-01T00:00:00Z',
  source: 'stdout',
  level: 'INFO',
  text: `line ${seq}`,
  gapLines: 0,
  begins: false,
  ...more,
});

async function settle({ session }: Bench, ...lines: readonly PushedLine[]): Promise<string[]> {
  const answers = await session.settle(lines);
  return answers.map(({ status, sequence }) => `${status} ${sequence}`);
}

const keptTexts = ({ kept }: Bench) => kept.map(({ seq, text }) => `${seq} ${text}`);

describe('a line', () => {
  test('is answered ACK when the sink has it, and again when it is repeated, without being kept twice', async () => {
    const b = bench();
    expect(await settle(b, line(1), line(2), line(1))).toEqual(['ACK 1', 'ACK 2', 'ACK 1']);
    expect(await settle(b, line(2, { begins: true }), line(3))).toEqual(['ACK 2', 'ACK 3']);
    expect(keptTexts(b)).toEqual(['1 line 1', '2 line 2', '3 line 3']);
  });

  test('that the sink cannot take is to be sent again, with all behind it, until it can', async () => {
    const b = bench();
    await settle(b, line(1));
    b.sinkFails = true;
    expect(await settle(b, line(2), line(3))).toEqual(['RETRY 2', 'RETRY 3']);
    b.sinkFails = false;
    expect(await settle(b, line(4), line(3))).toEqual(['RETRY 4', 'RETRY 3']);
    expect(await settle(b, line(2), line(3), line(4))).toEqual(['ACK 2', 'ACK 3', 'ACK 4']);
    expect(keptTexts(b)).toEqual(['1 line 1', '2 line 2', '3 line 3', '4 line 4']);
  });

  test('beyond the rate is to be sent again, with all behind it; other streams of the worker share the rate', async () => {
    const b = bench(2);
    const other = { stream: 'w/worker~1/stderr', source: 'stderr' } as const;
    expect(await settle(b, line(1), line(2), line(3), line(4), line(1, other))).toEqual([
      'ACK 1',
      'ACK 2',
      'RETRY 3',
      'RETRY 4',
      'RETRY 1',
    ]);
    b.nowMs += 1_000;
    expect(await settle(b, line(4), line(3), line(1, other))).toEqual(['RETRY 4', 'ACK 3', 'ACK 1']);
  });

  test('that is too long is dropped, and a gap of one line stands under its number', async () => {
    const b = bench();
    expect(await settle(b, line(1, { broken: 'message: too long', text: '' }), line(2))).toEqual([
      'DROP 1',
      'ACK 2',
    ]);
    expect(b.kept[0]).toMatchObject({ seq: 1, gap: { lines: 1, reason: 'dropped' } });
    expect(keptTexts(b)[1]).toBe('2 line 2');
  });

  test('that never came leaves a gap that counts it, right before the next', async () => {
    const b = bench();
    await settle(b, line(1), line(5));
    expect(b.kept).toMatchObject([
      { seq: 1 },
      { seq: 4, gap: { lines: 3, reason: 'skipped' } },
      { seq: 5, text: 'line 5' },
    ]);
    expect(b.kept).toHaveLength(3);
  });

  test('that was refused and is given up by its sender leaves a gap, in the next call or after a while', async () => {
    for (const giveUp of ['call', 'while']) {
      const b = bench(1);
      // oxlint-disable-next-line no-await-in-loop -- two cases
      await settle(b, line(1), line(2));
      b.nowMs += giveUp === 'call' ? 2_000 : 31_000;
      // oxlint-disable-next-line no-await-in-loop -- two cases
      expect(await settle(b, line(3, { begins: giveUp === 'call' }))).toEqual(['ACK 3']);
      expect(b.kept).toMatchObject([{ seq: 1 }, { seq: 2, gap: { lines: 1 } }, { seq: 3 }]);
    }
  });

  test('of a stream that began in an earlier session goes on without a gap', async () => {
    const b = bench();
    expect(await settle(b, line(57, { begins: true }), line(58))).toEqual(['ACK 57', 'ACK 58']);
    expect(keptTexts(b)).toEqual(['57 line 57', '58 line 58']);
  });

  test('of the sender that stands for missing ones is kept as the gap that it is', async () => {
    const b = bench();
    await settle(b, line(1, { gapLines: 12, text: '12 lines dropped' }));
    expect(b.kept).toMatchObject([{ seq: 1, gap: { lines: 12, reason: 'not-pushed' } }]);
  });
});

property.prop([fc.array(fc.constantFrom('send', 'send', 'lose', 'fail', 'reconnect'), { maxLength: 60 })])(
  'a sender that goes back to what was not taken has every line kept, once and in order',
  async (steps) => {
    const b = bench();
    let next = 1;
    let begins = true;
    for (const step of steps) {
      b.sinkFails = step === 'fail';
      if (step === 'reconnect') begins = true;
      const window = [0, 1, 2].map((n) => line(next + n, { begins: begins && n === 0 }));
      begins = false;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answers = await b.session.settle(window);
      // The answers of a call that breaks are never heard.
      if (step === 'lose') begins = true;
      else next += answers.findIndex(({ status }) => status !== 'ACK') === -1 ? 3 : 0;
    }
    b.sinkFails = false;
    await settle(b, line(next, { begins: true }));
    expect(b.kept.map(({ seq }) => seq)).toEqual(b.kept.map((_, at) => at + 1));
    expect(b.kept.length).toBeGreaterThanOrEqual(next);
    expect(b.kept.some(({ gap }) => gap)).toBe(false);
  },
);

describe('an entry', () => {
  const read = (metadata: Record<string, string>, more: object = {}) =>
    readEntry(
      { timestamp: 'yesterday', level: 'FATAL', source: 'screen', message: 'hello', metadata, ...more },
      'w',
      64,
      () => 7,
      '2026-01-01T00:00:00Z',
    );

  test('without numbers is numbered here', () => {
    expect(read({})).toEqual({
      stream: 'w/worker/stdout',
      seq: 7,
      time: '2026-01-01T00:00:00Z',
      source: 'stdout',
      level: 'INFO',
      text: 'hello',
      gapLines: 0,
    });
  });

  test.each([
    [{ 'otto.seq': '1', 'otto.stream': 'another/worker/stdout' }],
    [{ 'otto.seq': '0', 'otto.stream': 'w/x' }],
    [{ 'otto.seq': '1e3', 'otto.stream': 'w/x' }],
    [{ 'otto.seq': '9999999999999999', 'otto.stream': 'w/x' }],
    [{ 'otto.seq': '1', 'otto.stream': 'w/\u202e' }],
    [{ 'otto.seq': '1', 'otto.stream': `w/${'x'.repeat(400)}` }],
  ])('with %j is broken, and nothing of it is kept', (metadata) => {
    expect(read(metadata)).toMatchObject({ broken: expect.stringContaining('otto.seq'), text: '' });
  });

  test('longer than allowed is broken, by its bytes, and keeps its number', () => {
    const metadata = { 'otto.seq': '3', 'otto.stream': 'w/x' };
    expect(read(metadata, { message: 'ä'.repeat(32) })).not.toHaveProperty('broken');
    expect(read(metadata, { message: 'ä'.repeat(33) })).toMatchObject({
      seq: 3,
      broken: 'message: 66 bytes, at most 64 are allowed',
      text: '',
    });
  });
});
