import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { matrix } from '../../../../src/rpc/validate/matrix.ts';
import { refusal } from './requests.ts';

type Axes = Parameters<typeof matrix>[1];
const accept = (axes: Axes, limits = defaultLimits) => matrix('matrix', axes, new Set(['TAKEN']), limits);
const refuse = (axes: Axes, limits = defaultLimits) => refusal(() => accept(axes, limits));
const values = (count: number) => Array.from({ length: count }, (_, index) => String(index));

test('lists and values keep their order, which numbers the workers', () => {
  const axes = [
    { name: 'Z', values: ['b', 'a', ''] },
    { name: 'A', values: ['$(id)'] },
  ];
  expect(accept(axes)).toEqual(axes);
});

describe('is refused', () => {
  test.each<[string, Axes, string]>([
    [
      'a list without values',
      [{ name: 'A', values: [] }],
      'matrix[0].values: is empty; give it one value or more',
    ],
    [
      'a value that is there twice',
      [{ name: 'A', values: ['x', 'y', 'x'] }],
      'matrix[0].values[2]: "x" is there twice; values are distinct',
    ],
    [
      'a value that no process can be given',
      [{ name: 'A', values: ['a\0'] }],
      'matrix[0].values[0]: contains NUL, which no process can be given',
    ],
    [
      'a name that is no environment name',
      [{ name: 'a-b', values: ['x'] }],
      'matrix[0].name: is not an environment name; those match [A-Za-z_][A-Za-z0-9_]*',
    ],
    [
      'a reserved name',
      [{ name: 'PATH', values: ['x'] }],
      'matrix[0].name: the environment name PATH is reserved; choose another name',
    ],
    [
      'a name of config',
      [{ name: 'TAKEN', values: ['x'] }],
      'matrix[0].name: "TAKEN" is a key of config too; a name has one value',
    ],
    [
      'a name that is there twice',
      [
        { name: 'A', values: ['x'] },
        { name: 'A', values: ['y'] },
      ],
      'matrix[1].name: "A" is the name of another list too',
    ],
  ])('%s', (_, axes, message) => {
    expect(refuse(axes)).toBe(message);
  });
});

test('combinations are bounded', () => {
  const axes = (last: number): Axes => [
    { name: 'A', values: values(16) },
    { name: 'B', values: values(last) },
  ];
  expect(accept(axes(16))).toHaveLength(2);
  expect(refuse(axes(17))).toBe('matrix: has 272 combinations or more; at most 256 are allowed');
  expect(refuse(axes(2), { ...defaultLimits, matrixCombinationsMax: 31 })).toContain('32 combinations');
});

test('combinations beyond what a number holds are counted no further than needed', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({ name: `A${index}`, values: ['x', 'y'] }));
  expect(refuse(many)).toBe('matrix: has 512 combinations or more; at most 256 are allowed');
});
