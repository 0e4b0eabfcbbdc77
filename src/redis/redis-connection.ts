/**
 * A connection to a real Redis (6.2 or later), by node-redis' client: the only file that knows it.
 *
 * It neither reconnects by itself nor queues anything, so that who uses it knows of every loss at once and decides what
 * follows (docs/adr/0012). Commands are sent and read raw: the client's own readers drop a field that stands twice and
 * take bytes for text.
 */
import { createClient, RESP_TYPES } from '@redis/client';
import { messageOf } from '../error-message.ts';
import { StreamError } from './event-stream.ts';
import type { RedisPlace } from './redis-place.ts';

export type Argument = string | Buffer;

/** One connection that ends with its first loss. */
export interface RedisConnection {
  /** @returns the reply, bytes as Buffers. @throws StreamError */
  ask(...command: readonly Argument[]): Promise<unknown>;
  close(): void;
}

const connectMs = 5_000;

/** @throws StreamError */
export async function connectRedis(place: RedisPlace): Promise<RedisConnection> {
  const client = createClient(optionsOf(place));
  // Every loss is told to whoever asked; without a listener the event would end the process.
  client.on('error', () => {});
  const close = () => {
    if (client.isOpen) client.destroy();
  };
  try {
    await client.connect();
  } catch (error) {
    close();
    throw streamError(error);
  }
  return {
    ask: async (...command) => {
      try {
        return await client.sendCommand<unknown>([...command]);
      } catch (error) {
        throw streamError(error);
      }
    },
    close,
  };
}

function optionsOf({ host, port, username, password, database, tls }: RedisPlace) {
  const socket = { host, port, connectTimeout: connectMs, reconnectStrategy: false } as const;
  return {
    RESP: 2 as const,
    socket: tls ? { ...socket, tls } : socket,
    database,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  };
}

/** What Redis answers when stream or group are gone, also to who is blocked on them. */
const noGroup = /^(?:NOGROUP|UNBLOCKED) /;
/** An error that Redis answered begins with its code. */
const answered = /^[A-Z]{3,} /;

/** @param error what the client threw, or what Redis said */
export function streamError(error: unknown): StreamError {
  const message = messageOf(error);
  const fault = noGroup.test(message) ? 'no-group' : answered.test(message) ? 'refused' : 'lost';
  return new StreamError(fault, message || 'no connection', error);
}
