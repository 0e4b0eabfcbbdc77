import { expect, test } from 'vitest';
import { EventSender } from '../../../../src/actors/chronicle/event-sender.ts';
import { ClusterError, type ClusterEvent } from '../../../../src/cluster/port.ts';
import { settled, VirtualClock } from '../../../support/log-lines.ts';

const event = (message: string): ClusterEvent => ({
  about: { kind: 'Pod', name: 'otto-a-0', uid: 'uid-1' },
  type: 'Normal',
  reason: 'Succeeded',
  message,
  atMs: 0,
});

function bench(answer: (message: string) => Promise<void> = () => Promise.resolve()) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const said: string[] = [];
  const say = (_fields: object, message: string) => void said.push(message);
  const sender = new EventSender({
    events: {
      create: ({ message }) => {
        asked.push(message);
        return answer(message);
      },
    },
    clock,
    log: { debug: say, info: say, warn: say, error: say },
  });
  return { clock, asked, said, sender };
}

test('events go one after the other, twenty a second at most', async () => {
  const { clock, asked, sender } = bench();
  for (const message of ['a', 'b', 'c']) sender.send(event(message));
  await settled();
  expect(asked).toEqual(['a']);
  await clock.advance(49);
  expect(asked).toEqual(['a']);
  await clock.advance(1);
  expect(asked).toEqual(['a', 'b']);
});

test('of more than can wait the later ones are dropped', async () => {
  const { clock, asked, sender } = bench();
  for (let at = 0; at < 1_000; at++) sender.send(event(String(at)));
  await clock.advance(60_000);
  expect(asked).toHaveLength(257);
  expect(asked.at(-1)).toBe('256');
});

test('where they are forbidden that is said once, and the cluster is asked no more', async () => {
  const { clock, asked, said, sender } = bench(() =>
    Promise.reject(new ClusterError('forbidden', 'create event: forbidden', { status: 403 })),
  );
  sender.send(event('a'));
  sender.send(event('b'));
  await clock.advance(1_000);
  sender.send(event('c'));
  await clock.advance(1_000);
  expect(asked).toEqual(['a']);
  expect(said).toHaveLength(1);
});

test('another failure costs one event and nothing else', async () => {
  const { clock, asked, said, sender } = bench(async (message) => {
    if (message === 'a') throw new ClusterError('timeout', 'create event: no answer');
  });
  sender.send(event('a'));
  sender.send(event('b'));
  await clock.advance(1_000);
  expect(asked).toEqual(['a', 'b']);
  expect(said).toEqual([]);
});
