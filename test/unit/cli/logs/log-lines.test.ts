/** How workers' lines look on a terminal, in a pipe and to a program. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { jsonEntry, plainEntry, shortName, terminalEntries } from '../../../../src/cli/logs/log-lines.ts';
import type { WorkerLogEntry__Output } from '../../../../src/rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';

const hash = 'abcdefghijklmnopqrstuvwxyz';

function entry(
  workerId: string,
  message: string,
  metadata: Record<string, string> = {},
): WorkerLogEntry__Output {
  return {
    worker_id: workerId,
    task_id: 't',
    timestamp: '2026-01-01T00:00:00Z',
    level: 'INFO',
    source: 'stdout',
    message,
    pod_metadata: null,
    metadata: { 'otto.seq': '1', 'otto.stream': 'u/worker', ...metadata },
  };
}

const gap = { 'otto.gap': 'not-kept', 'otto.gap.lines': '2' };
const hostile = '\u001b[2J\u001b]0;owned\u0007  indented\there\u202e\u0008\u2028forged';

describe('in a pipe', () => {
  test('a line follows the whole name of its worker, as it stands in the end and harmless', () => {
    const name = `otto-build-${hash}`;
    expect(plainEntry(entry(name, '10 %\r20 %\r'))).toBe(`${name} 20 %`);
    expect(plainEntry(entry('w', hostile))).toBe('w   indented\there forged');
    expect(plainEntry(entry('w', ''))).toBe('w');
    expect(plainEntry(entry('w', 'x'.repeat(70_000)))).toHaveLength(70_002);
  });

  test('a record of missing lines stands in brackets', () => {
    expect(plainEntry(entry('w', '2 lines are missing', gap))).toBe('w [2 lines are missing]');
    expect(plainEntry(entry('w', '[ottoscaler: lines are missing here]', gap))).toBe(
      'w [ottoscaler: lines are missing here]',
    );
  });
});

describe('on a terminal', () => {
  test('each worker keeps a colour of its own, and texts begin in one column', () => {
    const show = terminalEntries(true);
    const lines = [entry('w-1', 'a'), entry('worker-2', 'b'), entry('w-1', 'c')].map(show);
    expect(lines.map(stripVTControlCharacters)).toEqual(['w-1 | a', 'worker-2 | b', 'w-1      | c']);
    const colours = lines.map((line) => line.slice(0, line.indexOf('m') + 1));
    expect(colours[0]).toMatch(/\[\d+m$/);
    expect(colours[0]).toBe(colours[2]);
    expect(colours[0]).not.toBe(colours[1]);
  });

  test('a record of missing lines has a mark and a colour that no line has', () => {
    expect(terminalEntries(false)(entry('w', '2 lines are missing', gap))).toBe('w ~ 2 lines are missing');
    expect(terminalEntries(true)(entry('w', '2 lines are missing', gap))).toContain(
      '\u001b[33m~ 2 lines are missing\u001b[39m',
    );
  });

  test('without colours nothing but text is written, and a line is no longer than a screen or two', () => {
    const show = terminalEntries(false);
    expect(show(entry('w', hostile))).toBe('w |   indented\there forged');
    expect(show(entry('w', 'x'.repeat(70_000)))).toHaveLength(4_004);
  });

  test('a name that Ottoscaler made is shortened to what tells workers apart', () => {
    expect(shortName(`otto-build-42-${hash}`)).toBe('build-42-abcdef');
    expect(shortName(`otto-${hash}`)).toBe('abcdef');
    expect(shortName('my-worker')).toBe('my-worker');
  });

  test('a very long name pushes only its own line to the right', () => {
    const show = terminalEntries(false);
    const long = 'x'.repeat(50);
    expect(show(entry(long, 'a'))).toBe(`${long} | a`);
    expect(show(entry('w', 'b'))).toBe(`${'w'.padEnd(32)} | b`);
  });
});

test('for programs a line is the wire’s own fields, and told apart from a gap', () => {
  const parsed = (text: string): unknown => JSON.parse(text);
  expect(parsed(jsonEntry(entry('w', hostile)))).toMatchObject({
    event: 'line',
    worker_id: 'w',
    message: hostile,
  });
  expect(jsonEntry(entry('w', hostile))).not.toContain('\u001b');
  expect(parsed(jsonEntry(entry('w', 'x', gap)))).toMatchObject({ event: 'gap', metadata: gap });
});
