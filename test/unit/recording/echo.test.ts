/** What an effect gives back of what it was given is found again in what it is given the next time. */
import { expect, test } from 'vitest';
import { echoOf, resolveEchoes } from '../../../src/recording/echo.ts';

const given = { drafts: [{ message: 'one' }, { message: 'two', deep: { text: 'three' } }] };

test('a text that was given is where it stood', () => {
  const echo = echoOf(given);
  expect([echo('two'), echo('three'), echo('four')]).toEqual([
    '‹in drafts.1.message›',
    '‹in drafts.1.deep.text›',
    undefined,
  ]);
  expect(echoOf(undefined)('one')).toBeUndefined();
});

test('and becomes the text that stands there now', () => {
  const now = { drafts: [{ message: 'uno' }, { message: 'due' }] };
  const said = [{ message: '‹in drafts.1.message›', count: 1, none: null, plain: '‹1f2e3d4c 3›' }];
  expect(resolveEchoes(said, now)).toEqual([{ message: 'due', count: 1, none: null, plain: '‹1f2e3d4c 3›' }]);
  expect(resolveEchoes('‹in drafts.7.message›', now)).toBeUndefined();
});
