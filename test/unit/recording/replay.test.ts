/** A replay sees at which line another life begins, and says what differs. */
import { beforeAll, describe, expect, test } from 'vitest';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { parseLine, type Line } from '../../../src/recording/format.ts';
import { relive, type ReliveOptions } from '../../../src/recording/relive.ts';
import { flatten } from '../../../src/recording/states.ts';
import { histories } from '../../simulation/lives/histories.ts';

let lines: readonly Line[];
beforeAll(async () => {
  lines = ((await histories['scale-up-with-refused-creates']?.()) ?? []).map(parseLine);
});

const again = (given: Iterable<Line>, options: Partial<ReliveOptions> = {}) =>
  relive(given, { nameOf: attemptName, ...options });

/** Index of the first line of which this holds. */
const find = (holds: (line: Line) => boolean) => lines.findIndex(holds);
const isBegun = (slot: string) => (line: Line) => line.kind === 'begun' && line.slot === slot;
const isFired = (line: Line) => line.kind === 'fired';

describe('another path is seen', () => {
  test('where an effect does not begin that began then', async () => {
    const at = find(isBegun('createPod'));
    const more = { ...lines[at], slot: 'deletePod' } as Line;
    const relived = await again(lines.with(at, more));
    expect(relived?.diverged).toMatchObject({
      n: at + 1,
      expected: expect.stringMatching(/^deletePod of otto-.* begins$/),
      happened: expect.stringMatching(/^createPod of otto-.* begins$/),
      cause: { n: at, kind: 'settled' },
    });
  });

  test('where an effect begins that did not begin then', async () => {
    const at = find(isBegun('markCreated'));
    const relived = await again(lines.toSpliced(at, 1));
    expect(relived?.diverged).toMatchObject({
      n: at + 2,
      expected: 'no more effects begin',
      happened: expect.stringMatching(/^markCreated of scale-up /),
    });
  });

  test('where the states are others, with what changed this time', async () => {
    const at = find((line) => line.kind === 'told' && JSON.stringify(line).includes('"Succeeded"'));
    const next = lines.findIndex((line, index) => index > at && line.kind !== 'begun');
    const other = { ...lines[next], states: '00000000' } as Line;
    const relived = await again(lines.with(next, other));
    expect(relived?.diverged).toMatchObject({
      n: next + 1,
      expected: 'all states and timers together are 00000000',
      cause: { n: at + 1 },
      transitions: [
        { from: 'running.active', to: 'succeeded.recording', n: at + 1 },
        { from: 'pending.queued', to: 'pending.admitted.creating', event: 'worker.admit' },
      ],
    });
  });

  test('where a deadline is another one', async () => {
    const at = find(isFired);
    const relived = await again(lines.with(at, { ...lines[at], delayMs: 1 } as Line));
    expect(relived?.diverged).toMatchObject({
      n: at + 1,
      expected: expect.stringMatching(/is set to 1 ms$/),
    });
  });

  test('where a timer fires that nobody has set', async () => {
    const at = find(isFired);
    const relived = await again(lines.with(at, { ...lines[at], timer: 'none' } as Line));
    expect(relived?.diverged).toMatchObject({ n: at + 1, happened: 'it is not set' });
  });

  test('where an effect answers that is over, or never began', async () => {
    const at = find(({ kind }) => kind === 'settled');
    const twice = await again(
      lines.toSpliced(at + 1, 0, { ...lines[at], states: undefined } as unknown as Line),
    );
    expect(twice?.diverged).toMatchObject({ happened: 'it is over' });
    const never = await again(lines.with(at, { ...lines[at], effect: 999 } as Line));
    expect(never?.diverged).toMatchObject({ n: at + 1, happened: 'it never began' });
  });

  test('nowhere in the lines as they are', async () => {
    const relived = await again(lines);
    expect(relived).toMatchObject({ n: lines.length, lives: 1, crashes: [] });
    expect(relived?.diverged).toBeUndefined();
  });
});

describe('the states at a line', () => {
  test('are those after it, with the effects that it led to', async () => {
    const at = find(isBegun('createPod'));
    const until = (n: number) => again(lines, { until: n });
    const before = await until(at - 1);
    expect([...flatten(before!.states)].map(({ kind }) => kind)).toEqual(['pool', 'scale-up']);
    const after = await until(at);
    expect([...flatten(after!.states)].slice(2)).toMatchObject([
      { kind: 'worker', state: 'pending.admitted.creating', reason: 'creating the Pod' },
      { kind: 'worker', state: 'pending.admitted.creating' },
      { kind: 'worker', state: 'pending.queued', reason: 'waiting for capacity, at most 600 s' },
    ]);
  });

  test('can be asked for at every line', async () => {
    for (let n = 1; n <= lines.length; n++)
      expect((await again(lines, { until: n }))?.diverged).toBeUndefined();
  });
});
