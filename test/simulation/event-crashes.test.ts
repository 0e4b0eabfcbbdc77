/** kill -9 at every command by which the reader of events changes something in Redis: before it, unanswered, after it. */
import { afterAll, describe, expect, test } from 'vitest';
import { keepFigures } from '../reliability/figures.ts';
import { eventKills, liveEvents } from './lives/event-life.ts';

const undisturbed = await liveEvents();
const kills = [...eventKills(undisturbed)];

afterAll(() =>
  keepFigures('event-crashes', { 'side effects': undisturbed.effects.length, kills: 2 * kills.length }),
);

describe('events', { tags: ['F35', 'F40', 'F49', 'F50', 'G6', 'I10'] }, () => {
  test('take effect once each where nothing happens', () => {
    expect(undisturbed.broken).toEqual([]);
    expect(undisturbed.counts).toEqual({ added: 6, carriedOut: 3, deadLetters: 2, lost: 0 });
    expect(undisturbed.podNames).toHaveLength(3);
    expect(new Set(undisturbed.effects)).toEqual(
      new Set(['XGROUP', 'XREADGROUP', 'XAUTOCLAIM', 'XACK', 'XADD']),
    );
  });

  describe.each([false, true])('whoever comes after a killed one has another name: %s', (areNamesNew) => {
    test.each(kills)('take the same effect with a kill at $effect, $what, $when', async (kill) => {
      const life = await liveEvents({ kill, areNamesNew });
      expect(life.broken).toEqual([]);
      expect(life.counts).toEqual(undisturbed.counts);
      expect(life.podNames).toEqual(undisturbed.podNames);
    });
  });
});
