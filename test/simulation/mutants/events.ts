/** The reader of events with one mechanism switched off. */
import { deadLetterFields } from '../../../src/redis/dead-letter.ts';
import { EventDesk } from '../../../src/redis/event-desk.ts';
import type { Delivery, Entry } from '../../../src/redis/event-stream.ts';
import { RedisStream } from '../../../src/redis/redis-streams.ts';
import { replaced } from './with-parts.ts';

/** What is read is acknowledged before anything has become of it. */
export const acknowledgedOnReading = (): Disposable =>
  replaced(RedisStream.prototype, 'read', (real) => {
    return async function read(this: RedisStream, countMax, blockMs) {
      const deliveries = await real.call(this, countMax, blockMs);
      for (const { entry } of deliveries) void this.acknowledge(entry.id).catch(() => undefined);
      return deliveries;
    };
  });

/** What a dead consumer left stays where it is. */
export const nothingClaimed = (): Disposable =>
  replaced(RedisStream.prototype, 'claim', () => () => Promise.resolve({ deliveries: [], trimmed: 0 }));

/** What is handed out again is an event of its own. */
export const everyDeliveryNew = (): Disposable =>
  takenAs(({ entry, deliveries }) =>
    deliveries === 1 ? entry : withEventId(entry, `${entry.id}/${deliveries}`),
  );

/** Each entry is an event of its own, whatever its producer calls it. */
export const eventIdForgotten = (): Disposable => takenAs(({ entry }) => withEventId(entry, entry.id));

/** A dead letter is written, and stays pending. */
export const letterUnacknowledged = (): Disposable => {
  const buried = new Set<string>();
  const letters = replaced(RedisStream.prototype, 'bury', (real) => {
    return function bury(this: RedisStream, fields) {
      const [, source] = fields.find(([name]) => name === deadLetterFields.sourceId) ?? [];
      buried.add(String(source));
      return real.call(this, fields);
    };
  });
  const acknowledgements = replaced(RedisStream.prototype, 'acknowledge', (real) => {
    return function acknowledge(this: RedisStream, id) {
      return buried.has(id) ? Promise.resolve() : real.call(this, id);
    };
  });
  return {
    [Symbol.dispose]: () => {
      acknowledgements[Symbol.dispose]();
      letters[Symbol.dispose]();
    },
  };
};

/** What cannot be carried out is acknowledged, and nobody is told. */
export const letterUnwritten = (): Disposable =>
  replaced(RedisStream.prototype, 'bury', () => () => Promise.resolve());

/** What cannot be carried out is acknowledged first. */
export const acknowledgedBeforeLetter = (): Disposable =>
  replaced(RedisStream.prototype, 'bury', (real) => {
    return async function bury(this: RedisStream, fields) {
      const [, source] = fields.find(([name]) => name === deadLetterFields.sourceId) ?? [];
      await this.acknowledge(String(source));
      await real.call(this, fields);
    };
  });

function takenAs(change: (delivery: Delivery) => Entry): Disposable {
  return replaced(EventDesk.prototype, 'take', (real) => {
    return function take(this: EventDesk, delivery) {
      real.call(this, { ...delivery, entry: change(delivery) });
    };
  });
}

/** Under its own id still, by which it is acknowledged. */
function withEventId({ id, fields }: Entry, eventId: string): Entry {
  const isId = ([name]: Entry['fields'][number]) => String(name) === 'event_id';
  const named = [Buffer.from('event_id'), Buffer.from(eventId)] as const;
  return { id, fields: [...fields.filter((field) => !isId(field)), named] };
}
