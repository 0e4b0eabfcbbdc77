/** A port that is listened on until somebody ends it: how what is past is served. */
import { once } from 'node:events';
import { messageOf } from '../error-message.ts';

const closeMs = 1_000;

/** The port cannot be listened on; `message` says which and why. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

interface Closable {
  close(withinMs: number): Promise<void>;
}

/**
 * Ends when `signal` is aborted, and closes what listens.
 *
 * @param said told once it does
 * @throws PortError
 */
export async function listenUntil<T extends Closable>(
  signal: AbortSignal,
  starting: Promise<T>,
  said: (server: T) => void,
): Promise<void> {
  const server = await starting.catch((error: unknown) => {
    throw new PortError(messageOf(error));
  });
  said(server);
  if (!signal.aborted) await once(signal, 'abort');
  await server.close(closeMs);
}
