/** A stream on its way: numbers, answers, and going back to what was refused. */
import { expect, test } from 'vitest';
import { Backlog } from '../../../src/agent/backlog.ts';
import { Lane } from '../../../src/agent/lane.ts';
import { LineCutter } from '../../../src/agent/line-cutter.ts';

function laneOf(...lines: readonly string[]): Lane {
  const backlog = new Backlog(1024 * 1024);
  const slab = new LineCutter().push(Buffer.from(lines.map((line) => `${line}\n`).join('')), 0);
  if (slab) backlog.add(slab);
  return new Lane('stdout', 'w/worker~1/stdout', backlog);
}

const send = (lane: Lane, count: number) =>
  Array.from({ length: count }, () => lane.next(100)).map((line) => line && `${line.seq} ${line.text}`);

test('lines are numbered from 1 as they leave, and forgotten when they are answered for', () => {
  const lane = laneOf('a', 'b', 'c');
  expect(send(lane, 2)).toEqual(['1 a', '2 b']);
  expect([lane.unanswered, lane.undelivered]).toEqual([2, 3]);
  lane.answer(2, 'ACK');
  lane.answer(1, 'ACK');
  expect([lane.unanswered, lane.undelivered, lane.isDone]).toEqual([0, 1, false]);
});

test('after a refusal nothing leaves until all is answered; then what was not taken is sent in its order', () => {
  const lane = laneOf('a', 'b', 'c', 'd', 'e');
  send(lane, 4);
  lane.answer(2, 'RETRY');
  expect(send(lane, 1)).toEqual([undefined]);
  lane.answer(1, 'ACK');
  lane.answer(3, 'ACK');
  expect(lane.needsRest).toBe(false);
  lane.answer(4, 'RETRY');
  expect(lane.needsRest).toBe(true);
  lane.resend();
  expect(send(lane, 3)).toEqual(['2 b', '4 d', '5 e']);
});

test('on a new connection all that was not answered is sent again, and late answers of the former are unknown', () => {
  const lane = laneOf('a', 'b');
  send(lane, 2);
  lane.resend();
  expect(lane.answer(1, 'ACK')).toBe(false);
  expect(send(lane, 2)).toEqual(['1 a', '2 b']);
  expect([lane.answer(1, 'ACK'), lane.answer(1, 'ACK')]).toEqual([true, false]);
  expect(lane.counts).toMatchObject({ acked: 1, unknown: 2 });
});

test('what the server would not have, and what a gap stands for, is not delivered though it is answered', () => {
  const lane = laneOf('a', 'b', 'c');
  send(lane, 1);
  lane.answer(1, 'DROP');
  lane.backlog.dropAll();
  expect(send(lane, 1)).toEqual(['2 2 lines dropped: they could not be pushed in time']);
  lane.answer(2, 'ACK');
  expect([lane.isDone, lane.undelivered]).toEqual([true, 3]);
});
