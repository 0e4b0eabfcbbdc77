/** `/inspect/stately`: viewers of Stately's inspection protocol attach here. They only listen. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyStateMachine } from 'xstate';
import { closing, keepAlive, socketServer } from '../keep-alive.ts';
import type { ChartName } from '../place.ts';
import type { Watched } from '../tree-watch.ts';
import { StatelyFeed } from './feed.ts';

const viewersMax = 4;
const lowBytes = 1_024 * 1_024;

export class StatelySockets {
  readonly #watched: Watched;
  readonly #machines: Readonly<Record<ChartName, AnyStateMachine>>;
  readonly #server = socketServer();

  constructor(watched: Watched, machines: Readonly<Record<ChartName, AnyStateMachine>>) {
    this.#watched = watched;
    this.#machines = machines;
  }

  take(request: IncomingMessage, socket: Duplex, head: Buffer, ending: AbortSignal): void {
    this.#server.handleUpgrade(request, socket, head, (viewer) => {
      if (this.#server.clients.size > viewersMax)
        return viewer.close(closing.tryAgain, `${viewersMax} viewers are attached already`);
      const feed = new StatelyFeed(this.#watched, this.#machines, {
        get isCurrent() {
          return viewer.bufferedAmount < lowBytes;
        },
        send: (message) => viewer.send(JSON.stringify(message)),
      });
      keepAlive(viewer, ending, () => feed.end());
    });
  }
}
