/**
 * Redis' commands on streams, as far as the consumer of events says them: replies and errors are those of a real server
 * (RESP 2, bytes as Buffers), which test/integration/redis-model.test.ts compares.
 */
import {
  compareIds,
  emptyStream,
  entriesAfter,
  firstId,
  idAfter,
  pendingInOrder,
  type Group,
  type Keyspace,
  type PendingEntry,
  type StreamEntry,
  type StreamKey,
} from './stream-key.ts';

export type Argument = string | Buffer;

/** What Redis answers with an error. */
class Refusal extends Error {}

type Command = (keys: Keyspace, args: readonly Argument[], nowMs: number) => unknown;

const commands: Readonly<Record<string, Command>> = {
  XADD: add,
  XGROUP: group,
  XREADGROUP: readGroup,
  XPENDING: pendingOf,
  XCLAIM: claim,
  XAUTOCLAIM: autoClaim,
  XACK: acknowledge,
  XINFO: info,
  FLUSHALL: (keys) => {
    keys.clear();
    return 'OK';
  },
};

const noKey =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to ' +
  'create an empty stream automatically.';

/** @throws Refusal */
export function perform(keys: Keyspace, [name = '', ...args]: readonly Argument[], nowMs: number): unknown {
  const command = commands[String(name)];
  if (!command) throw new Refusal(`ERR unknown command '${String(name)}'`);
  return command(keys, args, nowMs);
}

/** What a read waits for; undefined where it does not wait. */
export function blocksFor(command: readonly Argument[]): number | undefined {
  const at = command.indexOf('BLOCK');
  return command[0] === 'XREADGROUP' && at > 0 ? Number(command[at + 1]) : undefined;
}

function add(keys: Keyspace, args: readonly Argument[], nowMs: number): Buffer {
  const [key = '', ...rest] = args;
  const at = rest.indexOf('*');
  const stream = keys.get(String(key)) ?? emptyStream();
  keys.set(String(key), stream);
  const id = idAfter(stream.lastId, Math.floor(nowMs));
  const fields = rest.slice(at + 1).map((field) => Buffer.from(field));
  stream.entries = [...stream.entries, { id, fields }];
  stream.lastId = id;
  return Buffer.from(id);
}

function group(keys: Keyspace, args: readonly Argument[]): unknown {
  const [what, key = '', name = '', from] = args.map(String);
  const stream = keys.get(key);
  if (what === 'DESTROY') {
    if (!stream) throw new Refusal(noKey);
    return stream.groups.delete(name) ? 1 : 0;
  }
  const made = stream ?? emptyStream();
  if (made.groups.has(name)) throw new Refusal('BUSYGROUP Consumer Group name already exists');
  keys.set(key, made);
  const lastDelivered = from === '$' ? made.lastId : from === '0' ? firstId : (from ?? firstId);
  made.groups.set(name, { lastDelivered, pending: new Map() });
  return 'OK';
}

/** New entries only, once: who waits asks again when there are some. */
function readGroup(keys: Keyspace, args: readonly Argument[], nowMs: number): unknown {
  const words = args.map(String);
  const [, name = '', consumer = ''] = words;
  const key = words.at(-2) ?? '';
  const { stream, group: held } = groupOf(keys, key, name, ' in XREADGROUP with GROUP option');
  const fresh = entriesAfter(stream, held.lastDelivered).slice(0, Number(words[4]));
  if (fresh.length === 0) return null;
  for (const { id } of fresh) {
    held.pending.set(id, { id, consumer, touchedAtMs: nowMs, deliveries: 1 });
    held.lastDelivered = id;
  }
  return [[Buffer.from(key), fresh.map(replyOf)]];
}

function pendingOf(keys: Keyspace, args: readonly Argument[], nowMs: number): unknown {
  const [key = '', name = '', from = '-', to = '+', count, consumer] = args.map(String);
  const { group: held } = groupOf(keys, key, name);
  const isWithin = ({ id }: PendingEntry) =>
    (from === '-' || compareIds(id, from) >= 0) && (to === '+' || compareIds(id, to) <= 0);
  return pendingInOrder(held)
    .filter((one) => isWithin(one) && (consumer === undefined || one.consumer === consumer))
    .slice(0, Number(count))
    .map((one) => [Buffer.from(one.id), Buffer.from(one.consumer), nowMs - one.touchedAtMs, one.deliveries]);
}

function claim(keys: Keyspace, args: readonly Argument[], nowMs: number): unknown {
  const words = args.map(String);
  const [key = '', name = '', consumer = '', minIdle, ...rest] = words;
  const { stream, group: held } = groupOf(keys, key, name);
  const isJustId = rest.includes('JUSTID');
  const countAt = rest.indexOf('RETRYCOUNT');
  const counted = countAt < 0 ? undefined : Number(rest[countAt + 1]);
  const ids = rest.filter((word) => /^\d+-\d+$/.test(word));
  const claimed = ids.flatMap((id) => {
    const one = held.pending.get(id);
    if (!one || nowMs - one.touchedAtMs < Number(minIdle)) return [];
    const entry = stream.entries.find((each) => each.id === id);
    if (!entry) {
      held.pending.delete(id);
      return [];
    }
    const deliveries = counted ?? one.deliveries + (isJustId ? 0 : 1);
    held.pending.set(id, { id, consumer, touchedAtMs: nowMs, deliveries });
    return [entry];
  });
  return claimed.map((entry) => (isJustId ? Buffer.from(entry.id) : replyOf(entry)));
}

function autoClaim(keys: Keyspace, args: readonly Argument[], nowMs: number): unknown {
  const [key = '', name = '', consumer = '', minIdle, from = firstId, , count] = args.map(String);
  const { stream, group: held } = groupOf(keys, key, name);
  const claimed: StreamEntry[] = [];
  const deleted: string[] = [];
  const rest = pendingInOrder(held).filter(({ id }) => compareIds(id, from) >= 0);
  let looked = 0;
  for (const one of rest) {
    if (claimed.length + deleted.length >= Number(count)) break;
    looked += 1;
    if (nowMs - one.touchedAtMs < Number(minIdle)) continue;
    const entry = stream.entries.find(({ id }) => id === one.id);
    if (entry) {
      claimed.push(entry);
      held.pending.set(one.id, { ...one, consumer, touchedAtMs: nowMs, deliveries: one.deliveries + 1 });
    } else {
      deleted.push(one.id);
      held.pending.delete(one.id);
    }
  }
  const cursor = rest[looked]?.id ?? firstId;
  return [Buffer.from(cursor), claimed.map(replyOf), deleted.map((id) => Buffer.from(id))];
}

function acknowledge(keys: Keyspace, args: readonly Argument[]): number {
  const [key = '', name = '', ...ids] = args.map(String);
  const held = keys.get(key)?.groups.get(name);
  return ids.filter((id) => held?.pending.delete(id)).length;
}

function info(keys: Keyspace, args: readonly Argument[]): unknown {
  const [, key = ''] = args.map(String);
  const stream = keys.get(key);
  if (!stream) throw new Refusal('ERR no such key');
  return [...stream.groups].map(([name, held]) => {
    const told = {
      name: Buffer.from(name),
      pending: held.pending.size,
      'last-delivered-id': Buffer.from(held.lastDelivered),
      lag: entriesAfter(stream, held.lastDelivered).length,
    };
    return Object.entries(told).flatMap(([field, value]) => [Buffer.from(field), value]);
  });
}

function groupOf(
  keys: Keyspace,
  key: string,
  name: string,
  where = '',
): { readonly stream: StreamKey; readonly group: Group } {
  const stream = keys.get(key);
  const held = stream?.groups.get(name);
  if (!stream || !held) throw new Refusal(`NOGROUP No such key '${key}' or consumer group '${name}'${where}`);
  return { stream, group: held };
}

const replyOf = ({ id, fields }: StreamEntry) => [Buffer.from(id), fields];
