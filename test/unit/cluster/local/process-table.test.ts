/** One line of /proc/<pid>/stat, whose second field is whatever a program calls itself. */
import { expect, test } from 'vitest';
import { parseStat } from '../../../../src/cluster/local/node/process-table.ts';

const stat = (name: string): string =>
  `4711 (${name}) S 47 4700 4690 0 -1 4194560 215 1500 0 0 12 3 40 5 20 0 1 0 8713520 4468736 215\n`;

test.each(['sh', 'a b', 'a) S 1 2 3', '(', ')', ''])('of a program called %j', (name) => {
  expect(parseStat(stat(name))).toEqual({ pid: 4711, parent: 47, group: 4700, session: 4690, cpuMs: 600 });
});

test.each([
  '',
  'no parenthesis',
  '4711 (sh)',
  '4711 (sh) S 1 2 3 4',
  '4711 (sh) S a b c d e f g h i j k l m n',
])('%j is none', (line) => {
  expect(parseStat(line)).toBeUndefined();
});
