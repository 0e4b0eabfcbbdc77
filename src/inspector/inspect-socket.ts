/** `/inspect`: pages come and go, each with its own WebSocket, all looking at one watch. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { closing, keepAlive, socketServer } from './keep-alive.ts';
import { parsePageMessage } from './page-message.ts';
import { PageSocket } from './page-socket.ts';
import type { ServerMessage, Session } from './protocol.ts';
import type { EffectsOf } from './detail.ts';
import type { OpenTape } from './tape-scene.ts';
import { showTape } from './tape-socket.ts';
import type { TreeWatch } from './tree-watch.ts';
import { Viewer, type Scene } from './viewer.ts';

export interface InspectOptions {
  readonly watch: TreeWatch;
  readonly scene: Scene;
  /** What a page is greeted with. */
  readonly hello: (session: Session) => Extract<ServerMessage, { type: 'hello' }>;
  readonly effectsOf: EffectsOf;
  /** Opens a recording by its name. Absent where there are none. */
  readonly openTape?: (name: string, ending: AbortSignal) => Promise<OpenTape>;
}

const viewersMax = 16;
const flushEveryMs = 100;

export class InspectSockets {
  readonly #options: InspectOptions;
  readonly #server = socketServer();

  constructor(options: InspectOptions) {
    this.#options = options;
  }

  /** @param ending with an HttpRefusal where the visitor is not let in any more */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, ending: AbortSignal, session: Session): void {
    this.#server.handleUpgrade(request, socket, head, (page) => {
      if (this.#server.clients.size > viewersMax)
        return page.close(closing.tryAgain, `${viewersMax} pages look already; close one of them`);
      const { openTape } = this.#options;
      const tape = new URL(request.url ?? '/', 'http://localhost').searchParams.get('tape') ?? '';
      const hello = () => this.#options.hello(session);
      if (tape === '' || !openTape) return this.#showLive(page, ending, hello());
      const open = (left: AbortSignal) => openTape(tape, left);
      void showTape(page, ending, { ...this.#options, hello, open });
    });
  }

  #showLive(page: WebSocket, ending: AbortSignal, hello: ServerMessage): void {
    const { watch, scene } = this.#options;
    const out = new PageSocket(page);
    const viewer = new Viewer(out, scene);
    out.send(hello);
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
      else if (message.type === 'seek' || message.type === 'step') out.send(notATape);
      else viewer.take(message);
    });
  }
}

const notATape: ServerMessage = {
  type: 'refused',
  what: 'seek',
  why: 'This is a pool at work: only a recording has other moments.',
};
