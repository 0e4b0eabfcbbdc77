import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { LineSplitter, LineTooLongError } from '../../../../src/cluster/kubernetes/json-lines.ts';

describe('LineSplitter', () => {
  test('gives the same lines for any chunking of the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 12 }),
        fc.array(fc.nat({ max: 300 }), { maxLength: 60 }),
        (texts, cuts) => {
          const lines = texts
            .map((text) => text.replaceAll('\n', ' ').toWellFormed())
            .filter((line) => line !== '');
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const edges = [
            0,
            ...cuts.filter((cut) => cut < bytes.length).toSorted((one, other) => one - other),
            bytes.length,
          ];
          const splitter = new LineSplitter(1_000_000);
          const got = edges
            .slice(1)
            .flatMap((end, index) => splitter.push(bytes.subarray(edges[index], end)));
          expect(got).toEqual(lines);
        },
      ),
    );
  });

  test('keeps an unfinished line for itself', () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(Buffer.from('{"a":1}\n{"b"'))).toEqual(['{"a":1}']);
    expect(splitter.push(Buffer.from(':2}\n\n'))).toEqual(['{"b":2}']);
  });

  test.each([
    ['in one chunk', ['12345678901\n']],
    ['in many', ['12345', '67890', '1']],
    ['with its end in the last', ['12345', '678901\n']],
  ])('refuses a line over the bound that comes %s', { tags: ['I11'] }, (_, chunks) => {
    const splitter = new LineSplitter(10);
    expect(() => chunks.map((chunk) => splitter.push(Buffer.from(chunk)))).toThrow(LineTooLongError);
  });

  test('lets a line of exactly the bound pass', () => {
    expect(new LineSplitter(10).push(Buffer.from('1234567890\n'))).toEqual(['1234567890']);
  });
});
