/**
 * Events for a stream that lives through faults, and what must have become of them.
 *
 * Of N events every 100th is malformed, every 50th is added twice under one event_id, and every 10th scales a task
 * down that an earlier one has scaled up. Those with an odd number have no event_id: their key is the entry's id.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RedisServer } from './redis-server.ts';

export interface StormEvent {
  readonly number: number;
  readonly kind: 'up' | 'down' | 'malformed';
  readonly taskId: string;
  /** How many Pods it makes, or how many are to remain. */
  readonly count: number;
  readonly isTwice: boolean;
  readonly fields: readonly string[];
}

/** What no event may look like. */
export const malformedEvents: ReadonlyArray<readonly string[]> = [
  ['pod_count', '1'],
  ['type', 'scale_up', 'pod_count', 'many'],
  ['type', 'scale_up', 'pod_count', '-1'],
  ['type', 'scale_up', 'target_replicas', '99999999999999999999'],
  ['type', 'scale_up', 'pod_count', '2', 'target_replicas', '3'],
  ['type', 'explode', 'pod_count', '1'],
  ['type', 'scale_up', 'pod_count', '1', 'repository', 'a\u202eb'],
];

/** Tasks that the storm scales down: each is scaled up by an event of its own before. */
export function baseEvents(count: number): readonly StormEvent[] {
  return Array.from({ length: Math.ceil(count / 10) }, (_, number) => up(number, `base-${number}`, 1, false));
}

export function stormEvents(count: number): readonly StormEvent[] {
  return Array.from({ length: count }, (_, at) => stormEvent(at + 1));
}

function stormEvent(number: number): StormEvent {
  if (number % 100 === 0) {
    const fields = malformedEvents[(number / 100) % malformedEvents.length] ?? [];
    return { number, kind: 'malformed', taskId: '', count: 0, isTwice: false, fields };
  }
  const isTwice = number % 50 === 0;
  if (number % 10 !== 5) return up(number, `storm-${number}`, number % 25 === 1 ? 3 : 1, isTwice);
  const taskId = `base-${(number - 5) / 10}`;
  const fields = ['type', 'scale_down', 'target_replicas', '0', 'task_id', taskId];
  return { number, kind: 'down', taskId, count: 0, isTwice, fields: keyed(number, isTwice, fields) };
}

function up(number: number, taskId: string, count: number, isTwice: boolean): StormEvent {
  const fields = ['type', 'scale_up', 'pod_count', String(count), 'task_id', taskId, 'job_id', 'storm'];
  return { number, kind: 'up', taskId, count, isTwice, fields: keyed(number, isTwice, fields) };
}

const keyed = (number: number, isTwice: boolean, fields: readonly string[]) =>
  isTwice || number % 2 === 0 ? [...fields, 'event_id', `event-${number}`] : fields;

const againAfterMs = 100;

/**
 * Adds the events, one after the other. An answer may be lost with Redis after it has taken an event: one without
 * an event_id is then looked for before it is added again, as a producer would have to.
 *
 * @returns the ids of the entries of each malformed event
 */
export async function produce(
  redis: RedisServer,
  stream: string,
  events: readonly StormEvent[],
): Promise<readonly string[]> {
  const malformedIds: string[] = [];
  const add = async (event: StormEvent) => {
    const id = await addSurely(redis, stream, event);
    if (event.kind === 'malformed') malformedIds.push(id);
  };
  for (const event of events) {
    await add(event);
    if (event.isTwice) await add(event);
  }
  return malformedIds;
}

const connections = new WeakMap<RedisServer, ReturnType<RedisServer['connect']>>();

async function addSurely(redis: RedisServer, stream: string, event: StormEvent): Promise<string> {
  // Its own mark, which the server takes as metadata, tells an event that was added from one that was not.
  const fields = [...event.fields, 'mark', `${event.number}`];
  for (let isAgain = false; ; isAgain = true) {
    try {
      const connection = await (connections.get(redis) ?? connect(redis));
      const [last] = isAgain
        ? ((await connection.ask('XREVRANGE', stream, '+', '-', 'COUNT', '1')) as Raw[])
        : [];
      const found = last?.[1].at(-1)?.toString() === fields.at(-1) && !event.isTwice ? last?.[0] : undefined;
      return String(found ?? (await connection.ask('XADD', stream, '*', ...fields)));
    } catch {
      connections.delete(redis);
      await pause(againAfterMs);
    }
  }
}

type Raw = readonly [id: Buffer, fields: readonly Buffer[]];

function connect(redis: RedisServer) {
  const connection = redis.connect();
  connections.set(redis, connection);
  return connection;
}
