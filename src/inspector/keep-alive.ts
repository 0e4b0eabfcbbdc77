/** What all WebSockets here have in common: their bounds, and how they end. */
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpRefusal } from '../http/refusal.ts';
import type { Handshake } from './protocol.ts';

const messageBytesMax = 16 * 1_024;
const pingEveryMs = 15_000;

/** WebSocket's own codes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const closing = {
  goingAway: 1001,
  invalid: 1008,
  tryAgain: 1013,
  /** Ours, of the range that is anybody's. */
  signedOut: 4401 satisfies Handshake['signedOut'],
} as const;

/** Compressed by the fastest means, for pages far away; small messages are not worth it. */
export function socketServer(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: { threshold: 4_096, zlibDeflateOptions: { level: 1 }, concurrencyLimit: 2 },
  });
}

/**
 * Ends with the server, where the other side does not answer, and where it is not let in any more.
 *
 * @param ending with an HttpRefusal as its reason in the last case
 * @param left called once, when it is over
 */
export function keepAlive(socket: WebSocket, ending: AbortSignal, left: () => void): void {
  let isAlive = true;
  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingEveryMs);
  const end = () => {
    if (ending.reason instanceof HttpRefusal) socket.close(closing.signedOut, 'sign in again');
    else socket.close(closing.goingAway, 'Ottoscaler is shutting down');
  };
  ending.addEventListener('abort', end, { once: true });
  socket.on('pong', () => (isAlive = true));
  socket.on('error', () => socket.terminate());
  socket.once('close', () => {
    clearInterval(ping);
    ending.removeEventListener('abort', end);
    left();
  });
}
