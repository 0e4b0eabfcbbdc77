/** The log of a container whose lines otto-agent pushes: only its end is of interest, which no number can show. */
import { expect, test } from 'vitest';
import { FollowedLines } from '../../../../src/logs/follow/followed-lines.ts';
import { pushEndMarker, pushesMarker } from '../../../../src/logs/push-marker.ts';
import { markKeyOf } from '../../../../src/logs/store.ts';
import { followedPod } from '../../../support/followed-pod.ts';

const followed = followedPod({ name: 'p', uid: 'u' });
const log = (texts: readonly string[]) =>
  Buffer.from(texts.map((text, at) => `2026-01-01T00:00:0${at}.000000000Z ${text}\n`).join(''));

function read(texts: readonly string[]) {
  const lines = new FollowedLines(followed);
  lines.begin();
  return { lines, handedOn: lines.push(log(texts)) };
}

test('hands on nothing where the agent left nothing', () => {
  const { lines, handedOn } = read([pushesMarker, 'a', pushEndMarker(0)]);
  expect([...handedOn, ...lines.complete()]).toEqual([]);
});

test('counts in a gap record what the agent left', () => {
  const { lines, handedOn } = read([pushesMarker, 'a', pushEndMarker(12)]);
  expect([...handedOn, ...lines.complete()]).toMatchObject([
    { stream: expect.stringMatching(/^u\/worker@/), seq: 1, gap: { reason: 'not-pushed', lines: 12 } },
  ]);
});

test('counts it for each run of the agent, under numbers of its own', () => {
  const { handedOn } = read([pushesMarker, pushEndMarker(1), pushesMarker, pushEndMarker(2)]);
  expect(handedOn.map(({ seq, gap }) => [seq, gap?.lines])).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test.each([
  ['read to its end', (lines: FollowedLines) => lines.complete()],
  ['never read to its end', (lines: FollowedLines) => lines.unread('gone')],
])('has a gap of unknown size where the agent was killed, and the log was %s', (_, end) => {
  const { lines, handedOn } = read([pushesMarker, 'a', pushEndMarker(0), pushesMarker, 'b']);
  expect(handedOn).toEqual([]);
  expect(end(lines)).toMatchObject([{ stream: 'u/worker~end', seq: 1, gap: { reason: 'not-pushed' } }]);
});

test('is known as pushed by the next process, too', () => {
  const { lines } = read([pushesMarker, 'a']);
  const next = new FollowedLines(followed, lines.mark());
  expect(next.unread('gone')).toMatchObject([{ gap: { reason: 'not-pushed' } }]);
});

test('goes on under the same name in the next process, though no line had a number yet', () => {
  const { lines } = read([pushesMarker, 'a']);
  const mark = lines.mark();
  const next = new FollowedLines(followed, mark);
  next.begin();
  const handedOn = next.push(log([pushesMarker, 'a', pushEndMarker(2)]));
  expect(handedOn).toMatchObject([{ stream: mark.stream, seq: 1, gap: { reason: 'not-pushed', lines: 2 } }]);
  expect([markKeyOf(mark.stream), markKeyOf(next.mark().stream)]).toEqual(['u/worker', 'u/worker']);
});

test('is forwarded where the words come later, or nobody began to push', () => {
  const { handedOn } = read(['a', pushesMarker, pushEndMarker(3)]);
  expect(handedOn.map(({ text }) => text)).toEqual(['a', pushesMarker, pushEndMarker(3)]);
});
