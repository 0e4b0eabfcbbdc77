import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError, WireReader } from '../../../../src/cluster/kubernetes/wire-reader.ts';

const read = (...bytes: number[]) => new WireReader(Buffer.from(bytes));

function fieldsOf(reader: WireReader): number[] {
  const fields: number[] = [];
  while (reader.next()) fields.push(reader.field);
  return fields;
}

/** @returns how many fields there are; 0 of what is no message */
function outcomeOf(reader: WireReader): number {
  try {
    return fieldsOf(reader).length;
  } catch (error) {
    if (error instanceof WireError) return 0;
    throw error;
  }
}

describe('the wire format', () => {
  test('fields that nobody reads are stepped over, whatever their type', () => {
    const message = read(
      0x08,
      0x96,
      0x01,
      0x11,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      0x1a,
      2,
      9,
      9,
      0x25,
      1,
      2,
      3,
      4,
      0x28,
      1,
    );
    expect(fieldsOf(message)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a message in a message is read by itself, and the outer one goes on after it', () => {
    const outer = read(0x0a, 4, 0x0a, 2, 0x68, 0x69, 0x10, 7);
    outer.next();
    const inner = outer.message();
    expect([inner.next(), inner.text(), inner.next()]).toEqual([true, 'hi', false]);
    expect([outer.next(), outer.field, outer.number, outer.next()]).toEqual([true, 2, 7, false]);
  });

  test('numbers keep their sign and their size', () => {
    const minusOne = read(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
    minusOne.next();
    expect(minusOne.int32).toBe(-1);
    const size = read(0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20);
    size.next();
    expect(size.number).toBe(2 ** 40);
  });

  test.each([
    ['in a number', [0x08, 0x96]],
    ['in a string', [0x0a, 5, 0x68]],
    ['in a fixed number', [0x11, 1, 2]],
  ])('a message that is cut %s is an error', (_where, bytes) => {
    expect(() => fieldsOf(read(...bytes))).toThrow(WireError);
  });

  test('groups and numbers without an end are errors', () => {
    expect(() => fieldsOf(read(0x0b))).toThrow('wire type 3');
    expect(() => fieldsOf(read(0x08, ...Array<number>(11).fill(0xff)))).toThrow('longer than 10 bytes');
  });

  test('whatever the bytes are, reading them ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(outcomeOf(new WireReader(Buffer.from(bytes)))).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
