/** Lines that wait: cut from bytes as they come, taken as messages, and dropped from the front when they are too many. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Backlog, type Message } from '../../../src/agent/backlog.ts';
import { LineCutter } from '../../../src/agent/line-cutter.ts';

const mebibyte = 1024 * 1024;
const atMs = Date.parse('2026-01-01T00:00:00Z');

function fill(backlog: Backlog, chunks: readonly Buffer[]): void {
  const cutter = new LineCutter();
  for (const chunk of chunks) {
    const slab = cutter.push(chunk, atMs);
    if (slab) backlog.add(slab);
  }
  const last = cutter.end(atMs);
  if (last) backlog.add(last);
}

function takeAll(backlog: Backlog, bytesMax: number): Message[] {
  const taken: Message[] = [];
  for (let next = backlog.take(bytesMax); next; next = backlog.take(bytesMax)) taken.push(next);
  return taken;
}

/** As a receiver puts parts together again. */
function joined(messages: readonly Message[]): string[] {
  const lines: string[] = [];
  let part = '';
  for (const { text, continues } of messages) {
    part += continues ? text.slice(0, -1) : text;
    if (!continues) lines.push(part);
    if (!continues) part = '';
  }
  return lines;
}

function cutAt(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)));
  return [...chunks, bytes.subarray(at)];
}

const text = fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 30 });

describe('lines', () => {
  property.prop([text, fc.array(fc.nat(40)), fc.integer({ min: 16, max: 90 })])(
    'come out as they went in, however the bytes are cut and however short messages must be',
    (lines, sizes, bytesMax) => {
      const whole = lines.map((line) => line.replaceAll('\n', '')).filter(Boolean);
      const backlog = new Backlog(mebibyte);
      fill(backlog, cutAt(Buffer.from(whole.map((line) => `${line}\n`).join('')), sizes));
      expect(backlog.lines).toBe(whole.length);
      const messages = takeAll(backlog, bytesMax);
      expect(joined(messages)).toEqual(whole.map((line) => line.toWellFormed()));
      for (const message of messages) expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(bytesMax);
      expect(backlog.isEmpty).toBe(true);
    },
  );

  property.prop([fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 16, max: 40 })])(
    'that are no UTF-8 still fit, and end',
    (bytes, bytesMax) => {
      const backlog = new Backlog(mebibyte);
      fill(backlog, [Buffer.from(bytes)]);
      const messages = takeAll(backlog, bytesMax);
      for (const message of messages) expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(bytesMax);
    },
  );

  test('without a line break at the end are lines, too, and empty ones stay', () => {
    const backlog = new Backlog(mebibyte);
    fill(backlog, [Buffer.from('a\n\nb')]);
    expect(takeAll(backlog, 100).map((message) => message.text)).toEqual(['a', '', 'b']);
  });

  test('of megabytes without a line break are passed on in parts before they end', () => {
    const backlog = new Backlog(8 * mebibyte);
    const cutter = new LineCutter();
    for (let n = 0; n < 64; n++) {
      const slab = cutter.push(Buffer.alloc(65_536, 'ä'), atMs);
      if (slab) backlog.add(slab);
    }
    expect(backlog.lines).toBeGreaterThan(50);
    const last = cutter.push(Buffer.from('\n'), atMs);
    if (last) backlog.add(last);
    const [line, ...more] = joined(takeAll(backlog, 1_000));
    expect([line?.length, more]).toEqual([(64 * 65_536) / 2, []]);
  });
});

describe('a backlog', () => {
  test('that is full drops the oldest, and a counted gap stands where they were', () => {
    const backlog = new Backlog(20_000);
    const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n}`);
    fill(
      backlog,
      lines.map((line) => Buffer.from(`${line}\n`)),
    );
    expect(backlog.lines).toBe(5_000);
    const [gap, ...kept] = takeAll(backlog, 1_024);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.map((message) => message.text)).toEqual(lines.slice(-kept.length));
    expect(gap).toMatchObject({
      gapLines: 5_000 - kept.length,
      text: expect.stringContaining('lines dropped'),
    });
  });

  test('drops no line that was taken, and counts the rest of its slab', () => {
    const backlog = new Backlog(mebibyte);
    fill(backlog, [Buffer.from('a\nb\nc\n')]);
    expect(backlog.take(100)?.text).toBe('a');
    backlog.dropAll();
    expect(takeAll(backlog, 100)).toMatchObject([{ gapLines: 2 }]);
  });

  test('that is closed keeps nothing any more and goes on counting', () => {
    const backlog = new Backlog(mebibyte);
    fill(backlog, [Buffer.from('a\nb\n')]);
    backlog.close();
    fill(backlog, [Buffer.from('c\n')]);
    expect(backlog.lines).toBe(3);
    expect(takeAll(backlog, 100)).toMatchObject([{ gapLines: 3 }]);
  });
});
