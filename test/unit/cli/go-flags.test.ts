import { describe, expect, test } from 'vitest';
import { normalizeGoFlags } from '../../../src/cli/go-flags.ts';

const flags = [
  { name: 'workers', takesValue: true },
  { name: 'command', takesValue: true },
  { name: 'watch', takesValue: false },
];
const normalize = (...argv: string[]) => normalizeGoFlags(argv, flags);

test('one dash or two, a space or =, all mean the same', () => {
  const same = ['--workers=3'];
  expect(normalize('-workers', '3')).toEqual(same);
  expect(normalize('--workers', '3')).toEqual(same);
  expect(normalize('-workers=3')).toEqual(same);
  expect(normalize('--workers=3')).toEqual(same);
});

test('a flag that needs a value takes the next argument, whatever it looks like', () => {
  expect(normalize('-command', '-watch', '-watch')).toEqual(['--command=-watch', '--watch']);
  expect(normalize('-command', '')).toEqual(['--command=']);
  expect(normalize('-command', '--')).toEqual(['--command=--']);
  expect(normalize('-command=a=b\nc')).toEqual(['--command=a=b\nc']);
});

test('a value that is missing is left for commander to miss', () => {
  expect(normalize('-workers')).toEqual(['--workers']);
});

describe('a boolean flag', () => {
  test('takes a value only after =', () => {
    expect(normalize('-watch', 'false')).toEqual(['--watch', 'false']);
    expect(normalize('-watch=true', '-watch=T', '-watch=1')).toEqual(['--watch', '--watch', '--watch']);
    expect(normalize('-watch=false', '--watch=0')).toEqual([]);
  });

  test('takes nothing but a truth value', () => {
    expect(() => normalize('-watch=maybe')).toThrow('-watch: "maybe" is neither true nor false');
  });
});

test('what is unknown reaches commander whole', () => {
  expect(normalize('-wrokers', '3', '-h', 'word', '-', '-1')).toEqual([
    '--wrokers',
    '3',
    '-h',
    'word',
    '-',
    '-1',
  ]);
  expect(normalize('-__proto__', '-constructor=1')).toEqual(['-__proto__', '--constructor=1']);
});

test('after -- nothing is a flag', () => {
  expect(normalize('-watch', '--', '-workers', '3')).toEqual(['--watch', '--', '-workers', '3']);
});
