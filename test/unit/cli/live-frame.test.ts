/** Frames as they stand on a terminal: never wider than it, never taller, and saying what matters. */
import * as fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { columnWidths, shortenMiddle } from '../../../src/cli/column-widths.ts';
import { finalFrame, liveFrame } from '../../../src/cli/live-frame.ts';
import { statusRow } from '../../../src/cli/worker-row.ts';
import { epochMs, moment, watchOf, worker } from './workers.ts';

const size = (columns: number, rows = 24) => ({ columns, rows, colour: false });
const longName = (end: string) =>
  `otto-${'long-task-name-'.repeat(2).slice(0, 28)}-${end.padStart(26, 'k3j5h7')}`;

const three = watchOf([
  worker(longName('aaa1'), 'pending'),
  worker(longName('bbb2'), 'running', { reason: 'running, at most 60 s' }),
  worker(longName('ccc3'), 'failed'),
]);

test('at 140 columns names stand in full, and what explains beside them', () => {
  expect(`\n${liveFrame(three, moment(9), size(140))}\n`).toBe(`
POD                                                           STATUS     TIME    NODE    DETAIL
otto-long-task-name-long-task-nam-k3j5h7k3j5h7k3j5h7k3j5aaa1  pending    9s              waiting for capacity, at most 3600 s
otto-long-task-name-long-task-nam-k3j5h7k3j5h7k3j5h7k3j5bbb2  running    7s      node-1  at most 60 s
otto-long-task-name-long-task-nam-k3j5h7k3j5h7k3j5h7k3j5ccc3  failed     3s      node-1  exit-code: container worker exited with 7
3 workers: 1 pending, 1 running, 0 succeeded, 1 failed (9.0 s)
`);
});

test('at 80 columns names keep both ends and no line wraps', () => {
  expect(`\n${liveFrame(three, moment(9), size(80))}\n`).toBe(`
POD                         STATUS     TIME    NODE    DETAIL
otto-long-ta…3j5h7k3j5aaa1  pending    9s              waiting for capacity, at…
otto-long-ta…3j5h7k3j5bbb2  running    7s      node-1  at most 60 s
otto-long-ta…3j5h7k3j5ccc3  failed     3s      node-1  exit-code: container wor…
3 workers: 1 pending, 1 running, 0 succeeded, 1 failed (9.0 s)
`);
});

test('what the row was too short for is said in full at the end', () => {
  expect(finalFrame(three, moment(9), size(80)).split('\n').at(-2)).toBe(
    `${longName('ccc3')}: exit-code: container worker exited with 7`,
  );
  expect(finalFrame(three, moment(9), size(140)).split('\n')).toHaveLength(5);
});

test('of many failures the first ten are said in full', () => {
  const state = watchOf(Array.from({ length: 15 }, (_, i) => worker(longName(`${i}`), 'failed')));
  const lines = finalFrame(state, moment(9), size(80)).split('\n');
  expect(lines.filter((line) => line.endsWith(': exit-code: container worker exited with 7'))).toHaveLength(
    10,
  );
  expect(lines.slice(-2)).toEqual(['… and 5 more', '15 workers: 0 succeeded, 15 failed (9.0 s)']);
});

test('where not all fit, failed and running workers stay in view', () => {
  const state = watchOf([
    ...Array.from({ length: 50 }, (_, i) => worker(`done-${i}`, 'succeeded')),
    ...Array.from({ length: 50 }, (_, i) => worker(`waits-${i}`, 'pending')),
    worker('runs', 'running'),
    worker('broke', 'failed'),
  ]);
  const lines = liveFrame(state, moment(9), size(80, 10)).split('\n');
  expect(lines).toHaveLength(8);
  expect(lines.slice(1, 6).map((line) => line.split(' ')[0])).toEqual([
    'waits-0',
    'waits-1',
    'waits-2',
    'runs',
    'broke',
  ]);
  expect(lines[6]).toBe('… and 97 more');
});

test('a server that is away is said below the table, which stays', () => {
  const lines = liveFrame(three, moment(9), size(80), 'trying again: nobody answers').split('\n');
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('trying again: nobody answers');
});

test('colours are there only where they are wanted, and change no width', () => {
  const plain = liveFrame(three, moment(9), size(80));
  expect(plain).not.toContain('\u001b');
  const painted = liveFrame(three, moment(9), { ...size(80), colour: true });
  expect(painted).toContain('\u001b[31mfailed\u001b[39m');
  expect(stripVTControlCharacters(painted)).toBe(plain);
});

test('no workers are no table', () => {
  expect(liveFrame(watchOf([]), moment(1), size(80))).toBe('0 workers: 0 succeeded, 0 failed (1.0 s)');
});

test('a name is shortened in its middle', () => {
  expect(shortenMiddle('abcdefghij', 10)).toBe('abcdefghij');
  expect(shortenMiddle('abcdefghij', 7)).toBe('abc…hij');
  expect(shortenMiddle('abcdefghij', 2)).toBe('…j');
  expect(shortenMiddle('abcdefghij', 1)).toBe('…');
});

test('whatever the server says, a frame fits the window', () => {
  const unit = fc.constantFrom('a', 'b', '-', ' ', '你', '👋', '\u001b[31m', '\n');
  const workers = fc.array(
    fc.record({
      pod_name: fc.string({ maxLength: 70 }),
      status: fc.constantFrom('pending', 'running', 'succeeded', 'failed', 'meditating'),
      node_name: fc.string({ unit, maxLength: 60 }),
      error_message: fc.string({ unit, maxLength: 200 }),
    }),
    { maxLength: 40 },
  );
  const fits = fc.property(
    workers,
    fc.integer({ min: 36, max: 200 }),
    fc.integer({ min: 7, max: 60 }),
    (list, columns, rows) => {
      const seen = list.map(({ pod_name, status, ...fields }, i) =>
        worker(`${i}${pod_name}`, status, fields),
      );
      const lines = liveFrame(watchOf(seen), moment(1), size(columns, rows)).split('\n');
      expect(lines.length).toBeLessThan(rows);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    },
  );
  // Where the table library cut a wide character and made the line one column too wide.
  const found = [
    { pod_name: '', status: 'pending', node_name: '', error_message: '你a你👋a' },
    { pod_name: ' ! ! !', status: 'meditating', node_name: '', error_message: 'aaaaa👋' },
  ];
  fc.assert(fits, { examples: [[found, 36, 7]] });
});

test('in a pipe nothing is shortened', () => {
  const row = statusRow(worker(longName('x'), 'failed', { error_message: 'e'.repeat(900) }), epochMs);
  expect(columnWidths([row], Infinity).get('detail')).toBe(900);
});

/** Columns that a terminal needs for it: two for what is neither ASCII nor our ellipsis. */
function displayWidth(line: string): number {
  return Array.from(line).reduce(
    (width, character) => width + (/[\u0020-\u007e…]/.test(character) ? 1 : 2),
    0,
  );
}
