/** What is kept, what goes first, and what a reader is told of it. */
import { describe, expect, test } from 'vitest';
import { RecentLines } from '../../../../src/logs/recent/recent-lines.ts';
import type { LineFilter } from '../../../../src/logs/recent/line-filter.ts';
import type { WorkerLine } from '../../../../src/logs/line.ts';
import { weightOf } from '../../../../src/logs/spool/memory.ts';
import { lineOf, linesOf, originOf } from '../../../support/log-lines.ts';

const all: LineFilter = { taskId: 'task', pipelineId: '', stageId: '', workerId: '' };
const a = originOf('a');
const b = originOf('b');
const lineWeight = weightOf(lineOf(a, 1));

/** Room for so many lines of the tests' usual length. */
const roomFor = (lines: number) => new RecentLines(lines * lineWeight);

function shown(lines: readonly WorkerLine[]): string[] {
  return lines.map(({ origin, seq, gap }) =>
    gap ? `${origin.workerId} lacks ${gap.lines} to ${seq} (${gap.reason})` : `${origin.workerId} ${seq}`,
  );
}

function readAll(recent: RecentLines, filter = all, tail = 0): string[] {
  const reader = recent.open(filter, { tail });
  const lines = reader.read(Infinity, Infinity);
  recent.close(reader);
  return shown(lines);
}

describe('a reader', () => {
  test('gets what is kept, in the order in which it came, and then what comes', () => {
    const recent = roomFor(100);
    recent.add(linesOf(a, 1, 2));
    recent.add([lineOf(b, 1), lineOf(a, 3)]);
    let news = 0;
    const reader = recent.open(all, { tail: 0, onNews: () => news++ });
    expect(shown(reader.read(3, Infinity))).toEqual(['a 1', 'a 2', 'b 1']);
    expect(reader.isCurrent).toBe(false);
    expect(shown(reader.read(3, Infinity))).toEqual(['a 3']);
    expect(reader.isCurrent).toBe(true);
    recent.add([lineOf(b, 2)]);
    expect(news).toBe(1);
    expect(shown(reader.read(3, Infinity))).toEqual(['b 2']);
  });

  test('follows a worker that was not there yet', () => {
    const recent = roomFor(100);
    const reader = recent.open({ ...all, workerId: 'b' }, { tail: 0, onNews: () => {} });
    recent.add([lineOf(a, 1), lineOf(b, 1)]);
    expect(shown(reader.read(9, Infinity))).toEqual(['b 1']);
  });

  test('gets nothing of workers that do not match in all that is asked for', () => {
    const recent = roomFor(100);
    const of = (workerId: string, pipelineId: string, stageId: string) => ({
      ...originOf(workerId),
      taskId: pipelineId,
      pipelineId,
      stageId,
    });
    recent.add(
      [of('u', 'p', 'unit'), of('l', 'p', 'lint'), of('o', 'other', 'unit')].map((o) => lineOf(o, 1)),
    );
    const none: LineFilter = { taskId: '', pipelineId: '', stageId: '', workerId: '' };
    expect(readAll(recent, { ...none, pipelineId: 'p' })).toEqual(['u 1', 'l 1']);
    expect(readAll(recent, { ...none, taskId: 'other' })).toEqual(['o 1']);
    expect(readAll(recent, { ...none, pipelineId: 'p', stageId: 'unit' })).toEqual(['u 1']);
    expect(readAll(recent, { ...none, pipelineId: 'p', workerId: 'o' })).toEqual([]);
    expect(recent.knows({ ...none, pipelineId: 'p', workerId: 'l' })).toBe(true);
    expect(recent.knows({ ...none, pipelineId: 'q' })).toBe(false);
  });

  test('that is overtaken is told how many lines it missed', () => {
    const recent = roomFor(3);
    recent.add(linesOf(a, 1, 3));
    const reader = recent.open(all, { tail: 0, onNews: () => {} });
    expect(shown(reader.read(1, Infinity))).toEqual(['a 1']);
    recent.add(linesOf(a, 4, 4));
    expect(shown(reader.read(9, Infinity))).toEqual(['a lacks 3 to 4 (not-kept)', 'a 5', 'a 6', 'a 7']);
  });

  test('is told of lines that went with their whole stream, also where the worker is forgotten with it', () => {
    const recent = roomFor(2);
    const reader = recent.open(all, { tail: 0, onNews: () => {} });
    recent.add(linesOf(a, 1, 2));
    recent.ended('a');
    recent.add(linesOf(b, 1, 2));
    expect(shown(reader.read(9, Infinity))).toEqual(['b 1', 'b 2', 'a lacks 2 to 2 (not-kept)']);
    recent.add([lineOf(a, 3), lineOf(b, 3)]);
    for (let n = 0; n < 20_000; n++) recent.add([lineOf(originOf(`other-${n}`), 1)]);
    expect(recent.knows({ ...all, workerId: 'a' })).toBe(false);
    const lines = shown(reader.read(Infinity, Infinity));
    expect(lines).toContain('a lacks 1 to 3 (not-kept)');
    expect(lines).toContain('b lacks 1 to 3 (not-kept)');
  });

  test('is told of what came before the first line of a stream that is kept, and of what a source left out', () => {
    const recent = roomFor(9);
    recent.add([lineOf(a, 5), lineOf(a, 8)]);
    expect(readAll(recent)).toEqual(['a lacks 4 to 4 (not-kept)', 'a 5', 'a lacks 2 to 7 (not-kept)', 'a 8']);
  });

  test('of the newest lines only gets so many of each worker, without a word of the others', () => {
    const recent = roomFor(9);
    recent.add([...linesOf(a, 1, 3), lineOf(b, 1)]);
    expect(readAll(recent, all, 2)).toEqual(['a 2', 'a 3', 'b 1']);
    const reader = recent.open(all, { tail: 2, onNews: () => {} });
    recent.add(linesOf(a, 4, 3));
    expect(shown(reader.read(99, Infinity))).toEqual(['a 2', 'a 3', 'b 1', 'a 4', 'a 5', 'a 6']);
  });

  test('of more of the newest lines than are kept is told what is missing', () => {
    const recent = roomFor(2);
    recent.add(linesOf(a, 1, 5));
    expect(readAll(recent, all, 2)).toEqual(['a 4', 'a 5']);
    expect(readAll(recent, all, 3)).toEqual(['a lacks 3 to 3 (not-kept)', 'a 4', 'a 5']);
  });

  test('of what is there now gets nothing of what comes later, and is told what went meanwhile', () => {
    const recent = roomFor(4);
    recent.add([...linesOf(a, 1, 3), lineOf(b, 1)]);
    const reader = recent.open(all, { tail: 0 });
    expect(shown(reader.read(1, Infinity))).toEqual(['a 1']);
    recent.add(linesOf(a, 4, 2));
    recent.add([lineOf(originOf('c'), 1)]);
    expect(shown(reader.read(9, Infinity))).toEqual(['b 1', 'a lacks 2 to 3 (not-kept)']);
    expect(reader.isCurrent).toBe(true);
  });

  test('stops where a portion has its weight', () => {
    const recent = roomFor(9);
    recent.add(linesOf(a, 1, 5));
    const reader = recent.open(all, { tail: 0, onNews: () => {} });
    expect(shown(reader.read(99, 2 * lineWeight))).toEqual(['a 1', 'a 2']);
  });

  test('that has closed hears nothing more', () => {
    const recent = roomFor(9);
    recent.add([lineOf(a, 1)]);
    let news = 0;
    recent.close(recent.open(all, { tail: 0, onNews: () => news++ }));
    recent.add([lineOf(a, 2), lineOf(b, 1)]);
    recent.ended('a');
    expect(news).toBe(0);
  });
});

describe('what is kept', () => {
  test('is each line once, whoever repeats it', () => {
    const recent = roomFor(9);
    recent.add(linesOf(a, 1, 3));
    recent.add(linesOf(a, 2, 3));
    expect(readAll(recent)).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
    expect(recent.bytes).toBe(4 * lineWeight);
  });

  test('goes oldest first of workers that have ended, and only then oldest first of all', () => {
    const recent = roomFor(4);
    recent.add([lineOf(a, 1), lineOf(b, 1), lineOf(a, 2), lineOf(b, 2)]);
    recent.ended('b');
    const live = originOf('c');
    recent.add([lineOf(live, 1)]);
    expect(readAll(recent)).toEqual(['a 1', 'a 2', 'b lacks 1 to 1 (not-kept)', 'b 2', 'c 1']);
    recent.add([lineOf(live, 2), lineOf(live, 3)]);
    expect(readAll(recent)).toEqual([
      'a lacks 1 to 1 (not-kept)',
      'a 2',
      'c 1',
      'c 2',
      'c 3',
      'b lacks 2 to 2 (not-kept)',
    ]);
  });

  test('is nothing of a line that is larger than all the room', () => {
    const recent = roomFor(1);
    recent.add([lineOf(a, 1, 'x'.repeat(1_000))]);
    expect(recent.bytes).toBe(0);
    expect(readAll(recent)).toEqual(['a lacks 1 to 1 (not-kept)']);
  });
});

describe('the end of a worker', () => {
  test('is remembered, also where it comes before the first line', () => {
    const recent = roomFor(9);
    recent.add([lineOf(a, 1)]);
    expect(recent.hasEnded('a')).toBe(false);
    recent.ended('a');
    recent.ended('b');
    expect([recent.hasEnded('a'), recent.hasEnded('b'), recent.hasEnded('c')]).toEqual([true, true, false]);
    recent.add([lineOf(b, 1)]);
    expect(recent.hasEnded('b')).toBe(true);
  });

  test('is news for its readers, once', () => {
    const recent = roomFor(9);
    let news = 0;
    recent.add([lineOf(a, 1)]);
    recent.open(all, { tail: 0, onNews: () => news++ });
    recent.ended('a');
    recent.ended('a');
    expect(news).toBe(1);
  });

  test('is forgotten of the one that ended first where ever more end unseen', () => {
    const recent = roomFor(9);
    for (let n = 0; n <= 20_000; n++) recent.ended(`worker-${n}`);
    expect([recent.hasEnded('worker-0'), recent.hasEnded('worker-1')]).toEqual([false, true]);
  });
});

describe('the last line of a worker', () => {
  test('is its newest that is not blank and no record of a gap', () => {
    const recent = roomFor(99);
    expect(recent.lastLineOf('a')).toBe('');
    recent.add([lineOf(a, 1, ''), lineOf(a, 2, 'building'), lineOf(a, 3, ' \t')]);
    recent.add([{ ...lineOf(a, 4, 'lines are missing'), gap: { reason: 'rotated' } }]);
    expect(recent.lastLineOf('a')).toBe('building');
  });

  test('is what stands after the last carriage return', () => {
    const recent = roomFor(99);
    recent.add([lineOf(a, 1, ' 10 %\r 20 %\r')]);
    expect(recent.lastLineOf('a')).toBe(' 20 %');
  });

  test('has at most 400 characters and no half of one', () => {
    const recent = roomFor(99);
    recent.add([lineOf(a, 1, `${'x'.repeat(399)}😀`)]);
    expect(recent.lastLineOf('a')).toBe('x'.repeat(399));
  });

  test('stays when others take the room of the line', () => {
    const recent = roomFor(1);
    recent.add([lineOf(a, 1, 'built ☃')]);
    recent.add([lineOf(b, 1)]);
    expect(readAll(recent, { ...all, workerId: 'a' })).toEqual(['a lacks 1 to 1 (not-kept)']);
    expect(recent.lastLineOf('a')).toBe('built ☃');
  });
});
