/** kill -9 at every effect of the data plane: before it, amid it, after it. */
import { afterAll, describe, expect, test } from 'vitest';
import { keepFigures } from '../reliability/figures.ts';
import { liveOutputs, outputKills, rottenSpool } from './lives/output-life.ts';

const undisturbed = await liveOutputs();
const kills = [...outputKills(undisturbed)];
let repeated = 0;
let marked = 0;

afterAll(() =>
  keepFigures('output-crashes', {
    'side effects': undisturbed.effects.length,
    kills: kills.length,
    'lines a life': undisturbed.lines.written,
    repeated,
    marked,
  }),
);

describe('workers’ lines and lives', { tags: ['F37', 'F38', 'F41', 'G5', 'I9'] }, () => {
  test('are told once each where nothing happens', () => {
    expect(undisturbed.broken).toEqual([]);
    expect(undisturbed.lines).toMatchObject({ written: 80, received: 80, marked: 0, repeated: 0 });
    const kinds = new Set(undisturbed.effects.map((effect) => effect.split(' ')[0]));
    expect([...kinds]).toEqual(expect.arrayContaining(['append', 'message', 'notice', 'replace', 'sync']));
  });

  test.each(kills)('lose nothing by a kill at effect $effect, $what, $when', async (kill) => {
    const life = await liveOutputs({ kill });
    expect(life.broken).toEqual([]);
    expect(life.lines).toMatchObject({ received: 80, marked: 0, excused: {} });
    repeated += life.lines.repeated;
    marked += life.lines.marked;
  });

  test('lose nothing unnoticed by a rotten spool', async () => {
    expect(await rottenSpool()).toEqual([]);
  });
});
