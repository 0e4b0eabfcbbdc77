/** What a metrics server says is read where it makes sense, and left out where it does not. */
import { describe, expect, test } from 'vitest';
import { podUsage } from '../../../../src/cluster/kubernetes/pod-usage.ts';
import { amount } from '../../../../src/cluster/kubernetes/quantity.ts';

const metrics = (...usages: readonly unknown[]) => ({
  metadata: { name: 'a' },
  containers: usages.map((usage, n) => ({ name: `c${n}`, usage })),
});

test('the containers of a Pod are added up', () => {
  expect(podUsage(metrics({ cpu: '250m', memory: '1Mi' }, { cpu: '500000000n', memory: '1024Ki' }))).toEqual({
    podName: 'a',
    cpuCores: 0.75,
    memoryBytes: 2 * 2 ** 20,
  });
});

test.each([
  ['nothing', undefined],
  ['a number', 7],
  ['no name', { ...metrics({ cpu: '1', memory: '1' }), metadata: {} }],
  ['a name that is no text', { ...metrics({ cpu: '1', memory: '1' }), metadata: { name: 7 } }],
  ['no containers', metrics()],
  ['containers that are no list', { metadata: { name: 'a' }, containers: { usage: {} } }],
  ['no figures', metrics(undefined)],
  ['no memory', metrics({ cpu: '1' })],
  ['one container that cannot be read', metrics({ cpu: '1', memory: '1' }, { cpu: 'x', memory: '1' })],
  ['a negative amount', metrics({ cpu: '-1', memory: '1' })],
])('%s: left out', (_what, item) => {
  expect(podUsage(item)).toBeUndefined();
});

describe('a quantity', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['250m', 0.25],
    ['7u', 7e-6],
    ['1234567n', 0.001_234_567],
    ['2k', 2000],
    ['3Ki', 3072],
    ['12Mi', 12 * 2 ** 20],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['2E', 2e18],
    ['1Ei', 2 ** 60],
  ])('%s', (value, expected) => {
    expect(amount(value)).toBeCloseTo(expected, 12);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1K',
    '1mi',
    '1Kim',
    '-1',
    'NaN',
    'Infinity',
    '1e',
    '1e999',
    '0x1',
    '1'.repeat(33),
    1,
    null,
  ])('%j is none', (value) => {
    expect(amount(value)).toBeUndefined();
  });
});
