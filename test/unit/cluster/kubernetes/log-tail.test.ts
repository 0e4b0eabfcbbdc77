import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readTail } from '../../../../src/cluster/kubernetes/log-tail.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

describe('readTail', () => {
  test('a log that fits is whole', async () => {
    expect(await readTail(inChunks(Buffer.from('abc\n'), 2), 4)).toEqual({ text: 'abc\n', truncated: false });
  });

  test('a cut through a character drops what is left of it', async () => {
    expect(await readTail(inChunks(Buffer.from('ü🚀x'), 1), 4)).toEqual({ text: 'x', truncated: true });
  });

  test('an empty log is empty', async () => {
    expect(await readTail(inChunks(Buffer.alloc(0), 1), 10)).toEqual({ text: '', truncated: false });
  });

  test('keeps exactly the newest bytes of ASCII, however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 320 }),
        async (raw, size, bytesMax) => {
          const bytes = Buffer.from(raw.map((byte) => byte & 0x7f));
          const { text, truncated } = await readTail(inChunks(bytes, size), bytesMax);
          expect(text).toBe(bytes.subarray(Math.max(0, bytes.length - bytesMax)).toString('latin1'));
          expect(truncated).toBe(bytes.length > bytesMax);
        },
      ),
    );
  });
});
