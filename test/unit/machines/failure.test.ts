/** A failure's evidence is one bounded line, whatever a cluster or a user wrote into it. */
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { describeFailure, failure } from '../../../src/machines/failure.ts';

test('the wire has the name, then the evidence', () => {
  expect(describeFailure(failure('exit-code', 'container worker exited with 7'))).toBe(
    'exit-code: container worker exited with 7',
  );
});

test.each([
  ['several lines', 'a\r\nb\n\n\tc', 'a b c'],
  ['NUL and escapes', '\u0000\u001b[31mred\u007f', '[31mred'],
  ['space around it', '  a  ', 'a'],
  ['nothing', '', ''],
])('%s', (_, evidence, line) => {
  expect(failure('unknown', evidence).evidence).toBe(line);
});

test('what is too long is cut, and shows that it was', () => {
  expect(failure('unknown', 'x'.repeat(400)).evidence).toBe('x'.repeat(400));
  expect(failure('unknown', 'x'.repeat(401)).evidence).toBe(`${'x'.repeat(399)}…`);
});

property.prop([fc.string({ unit: 'binary', maxLength: 1_000 })])(
  'any text becomes one bounded line',
  (text) => {
    const { evidence } = failure('unknown', text);
    expect(evidence.length).toBeLessThanOrEqual(400);
    const controls = Array.from(evidence).filter((char) => char < ' ' || char === '\u007f');
    expect(controls).toEqual([]);
  },
);
