/** Names: the same for the same intent for ever, never the same for two, and valid wherever they stand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHash, objectName } from '../../../src/actors/naming.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', 'a', 'ab', '1:a', ':'));
const parts = fc.array(text, { maxLength: 5 });
const kinds = fc.constantFrom('scale-up', 'scale-down', 'worker', 'pipeline', 'stage-worker');

describe('a name', () => {
  test.each([
    [
      { kind: 'scale-up', namespace: 'default', parts: ['build-42', ''], title: 'build-42' },
      'otto-build-42-c54pvil44r6ihfcprt4665v4oa',
    ],
    [
      { kind: 'worker', namespace: 'default', parts: ['build-42', '', '0', '1'], title: 'build-42' },
      'otto-build-42-oig6jtiefp52h4zjeowkyhxzxm',
    ],
    [
      { kind: 'scale-down', namespace: 'ci', parts: ['größe 🚀', 'r-1'], title: 'größe 🚀' },
      'otto-gr-e-esv3ws7ycsfirz7r3ked6ti3sj',
    ],
    [
      { kind: 'worker', namespace: 'default', parts: ['日本'], title: '日本' },
      'otto-grs5hy6ahhpavzt4cgpjgqns3q',
    ],
  ] as const)(
    'of %o never changes: Pods of a former release are found by it',
    { tags: ['G1'] },
    (intent, name) => {
      expect(objectName(intent)).toBe(name);
    },
  );

  test('is a DNS label of at most 60 characters, whatever the user wrote', () => {
    fc.assert(
      fc.property(kinds, text, parts, text, (kind, namespace, all, title) => {
        const name = objectName({ kind, namespace, parts: all, title });
        expect(name).toMatch(dnsLabel);
        expect(name.length).toBeLessThanOrEqual(60);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is never shared by two intents', { tags: ['G1'] }, () => {
    const intent = fc.record({ kind: kinds, namespace: text, parts });
    fc.assert(
      fc.property(intent, intent, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(objectName({ ...a, title: 't' }) === objectName({ ...b, title: 't' })).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [
      ['a', ''],
      ['', 'a'],
    ],
    [['a'], ['a', '']],
    [['1:a'], ['a']],
    [['é'], ['e\u0301']],
  ])('tells %o from %o', (a, b) => {
    const of = (all: readonly string[]) =>
      objectName({ kind: 'worker', namespace: 'n', parts: all, title: '' });
    expect(of(a)).not.toBe(of(b));
  });

  test('tells a kind from another, and a namespace from another', () => {
    const base = { kind: 'worker', namespace: 'n', parts: ['a'], title: 'a' } as const;
    const names = [base, { ...base, kind: 'scale-up' } as const, { ...base, namespace: 'm' }].map(objectName);
    expect(new Set(names).size).toBe(3);
  });
});

describe('a content hash', () => {
  test('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.jsonValue()), (content) => {
        const turned = Object.fromEntries(Object.entries(content).toReversed());
        expect(contentHash(turned)).toBe(contentHash(content));
      }),
    );
  });

  test('tells contents apart that differ anywhere', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isSame = sorted(a) === sorted(b);
        expect(contentHash(a) === contentHash(b)).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** JSON with sorted keys, another way than the code's. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${sorted(inner)}`);
  return `{${entries.toSorted().join()}}`;
}
