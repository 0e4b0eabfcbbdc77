/** `/inspect`: pages come and go, each with its own WebSocket, all looking at one watch. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { parsePageMessage } from './page-message.ts';
import { PageSocket } from './page-socket.ts';
import type { ServerMessage } from './protocol.ts';
import type { TreeWatch } from './tree-watch.ts';
import { Viewer, type Scene } from './viewer.ts';

export interface InspectOptions {
  readonly watch: TreeWatch;
  readonly scene: Scene;
  /** What a page is greeted with. */
  readonly hello: () => Extract<ServerMessage, { type: 'hello' }>;
}

const viewersMax = 16;
const messageBytesMax = 16 * 1_024;
const flushEveryMs = 100;
const pingEveryMs = 15_000;

/** WebSocket's own codes: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const closing = { goingAway: 1001, invalid: 1008, tryAgain: 1013 } as const;

/** Compressed by the fastest means, for pages far away; small messages are not worth it. */
export function socketServer(): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: { threshold: 4_096, zlibDeflateOptions: { level: 1 }, concurrencyLimit: 2 },
  });
}

export class InspectSockets {
  readonly #options: InspectOptions;
  readonly #server = socketServer();

  constructor(options: InspectOptions) {
    this.#options = options;
  }

  take(request: IncomingMessage, socket: Duplex, head: Buffer, ending: AbortSignal): void {
    const { watch, scene, hello } = this.#options;
    this.#server.handleUpgrade(request, socket, head, (page) => {
      if (this.#server.clients.size > viewersMax)
        return page.close(closing.tryAgain, `${viewersMax} pages look already; close one of them`);
      const out = new PageSocket(page);
      const viewer = new Viewer(out, scene);
      out.send(hello());
      let isReady = false;
      const leave = watch.listen({
        ready: () => {
          isReady = true;
          viewer.flush();
        },
        tell: (batch) => viewer.tell(batch),
      });
      const timer = setInterval(() => {
        if (isReady) viewer.flush();
      }, flushEveryMs);
      keepAlive(page, ending, () => {
        clearInterval(timer);
        viewer.close();
        leave();
      });
      page.on('message', (data, isBinary) => {
        const message = isBinary || !Buffer.isBuffer(data) ? undefined : parsePageMessage(data.toString());
        if (!message) page.close(closing.invalid, 'that is no message of the protocol');
        else if (message.type === 'seek' || message.type === 'step')
          out.send({
            type: 'refused',
            what: 'seek',
            why: 'This is a pool at work: only a recording has other moments.',
          });
        else viewer.take(message);
      });
    });
  }
}

/** Ends with the server, and where the other side does not answer. @param left called once, when it is over */
export function keepAlive(socket: WebSocket, ending: AbortSignal, left: () => void): void {
  let isAlive = true;
  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingEveryMs);
  const end = () => socket.close(closing.goingAway, 'Ottoscaler is shutting down');
  ending.addEventListener('abort', end, { once: true });
  socket.on('pong', () => (isAlive = true));
  socket.on('error', () => socket.terminate());
  socket.once('close', () => {
    clearInterval(ping);
    ending.removeEventListener('abort', end);
    left();
  });
}
