/** Follows one event through Redis, by what everybody can read there, until it is over. */
import { setTimeout as pause } from 'node:timers/promises';
import { deadLetterFields } from '../redis/dead-letter.ts';
import type { RedisConnection } from '../redis/redis-connection.ts';
import { entriesOf, fieldsOf, listOf, textOf } from '../redis/replies.ts';

export interface FollowOptions {
  readonly redis: RedisConnection;
  readonly stream: string;
  readonly group: string;
  readonly deadLetters: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Each step, as a sentence. */
  readonly tell: (step: string) => void;
}

export type Fate = 'acknowledged' | 'dead' | 'waiting';

const lookEveryMs = 50;
/** Of the newest dead letters; one that was written a moment ago is among them. */
const lettersRead = 1_000;

/** @returns `waiting` where nothing has become of it in time */
export async function followEvent(id: string, options: FollowOptions): Promise<Fate> {
  const { timeoutMs, signal, tell } = options;
  const endsMs = performance.now() + timeoutMs;
  let told = '';
  while (performance.now() < endsMs) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const state = await look(id, options);
    if (state.kind === 'acknowledged') {
      // oxlint-disable-next-line no-await-in-loop -- the last look of all
      const reason = await burial(id, options);
      tell(reason === undefined ? 'acknowledged: its command is in the ledger' : `dead letter: ${reason}`);
      return reason === undefined ? 'acknowledged' : 'dead';
    }
    const step = state.kind === 'taken' ? `taken by ${state.consumer}` : '';
    if (step !== '' && step !== told) tell((told = step));
    // oxlint-disable-next-line no-await-in-loop -- a rest between looks
    await pause(lookEveryMs, undefined, { signal });
  }
  return 'waiting';
}

type State =
  { readonly kind: 'unread' | 'acknowledged' } | { readonly kind: 'taken'; readonly consumer: string };

async function look(id: string, { redis, stream, group }: FollowOptions): Promise<State> {
  const groups = listOf(await redis.ask('XINFO', 'GROUPS', stream)).map(fieldsOf);
  const ours = groups.find((fields) => textOf(fields.get('name')) === group);
  if (!ours || isBefore(textOf(ours.get('last-delivered-id')), id)) return { kind: 'unread' };
  const [pending] = listOf(await redis.ask('XPENDING', stream, group, id, id, '1'));
  const [, consumer] = listOf(pending);
  return consumer === undefined ? { kind: 'acknowledged' } : { kind: 'taken', consumer: textOf(consumer) };
}

/** Why it is a dead letter; undefined where it is none. */
async function burial(id: string, { redis, deadLetters }: FollowOptions): Promise<string | undefined> {
  const letters = entriesOf(
    await redis.ask('XREVRANGE', deadLetters, '+', '-', 'COUNT', String(lettersRead)),
  );
  for (const { fields } of letters) {
    const [[, source] = [], , [, reason] = []] = fields;
    const isNamed = fields[0]?.[0].toString() === deadLetterFields.sourceId;
    if (isNamed && source?.toString() === id) return reason?.toString() ?? '';
  }
  return undefined;
}

/** Ids are two numbers, which order them. */
function isBefore(one: string, other: string): boolean {
  const [oneMs = '0', oneNumber = '0'] = one.split('-');
  const [otherMs = '0', otherNumber = '0'] = other.split('-');
  const byMs = BigInt(oneMs) - BigInt(otherMs);
  return byMs < 0n || (byMs === 0n && BigInt(oneNumber) < BigInt(otherNumber));
}
