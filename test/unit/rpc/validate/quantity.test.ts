import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity } from '../../../../src/rpc/validate/quantity.ts';

const unit = 10n ** 9n;

test.each([
  ['0', 0n],
  ['1', unit],
  ['+1', unit],
  ['-1', -unit],
  ['0.1', unit / 10n],
  ['.5', unit / 2n],
  ['5.', 5n * unit],
  ['100m', unit / 10n],
  ['250u', 250_000n],
  ['7n', 7n],
  ['2k', 2000n * unit],
  ['1M', 10n ** 6n * unit],
  ['1G', 10n ** 9n * unit],
  ['1T', 10n ** 12n * unit],
  ['1P', 10n ** 15n * unit],
  ['1E', 10n ** 18n * unit],
  ['4Ki', 4096n * unit],
  ['1Mi', 2n ** 20n * unit],
  ['1.5Gi', 3n * 2n ** 29n * unit],
  ['1Ti', 2n ** 40n * unit],
  ['1Pi', 2n ** 50n * unit],
  ['1Ei', 2n ** 60n * unit],
  ['1e3', 1000n * unit],
  ['1E3', 1000n * unit],
  ['12e-1', 12n * (unit / 10n)],
  ['1.25e+2', 125n * unit],
  ['0.1n', 1n],
  ['-0.1n', -1n],
])('%s is read exactly', (text, nanos) => {
  expect(parseQuantity(text)).toBe(nanos);
});

test.each([
  '',
  ' ',
  '.',
  'm',
  '1 Mi',
  ' 1',
  '1 ',
  '1mi',
  '1KI',
  '1K',
  '1Mib',
  '1MB',
  '0x10',
  '1,5',
  '1.2.3',
  '--1',
  '1e',
  '1e+',
  '1e3m',
  '1e999',
  '1_000',
  'NaN',
  'Infinity',
  '１',
  '1\n',
  '9'.repeat(33),
])('%j is not a quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test('decimal and milli spellings of one amount are the same amount', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 999 }), (whole, milli) => {
      const decimal = `${whole}.${String(milli).padStart(3, '0')}`;
      expect(parseQuantity(decimal)).toBe(parseQuantity(`${BigInt(whole) * 1000n + BigInt(milli)}m`));
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(['bigint', 'undefined']).toContain(typeof parseQuantity(text));
    }),
  );
});
