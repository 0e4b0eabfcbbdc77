/**
 * One watch over HTTP: a line of JSON for each event, until the client goes, its time is over or it reads too
 * slowly.
 *
 * Events of one turn of the event loop leave in one write. What a client has not read is bounded: beyond the
 * cap its connection is cut and it must start again, as a real API server does with a slow watcher.
 */
import type { ServerResponse } from 'node:http';

import type { ApiError, Status } from '../api-error.ts';
import type { WatchEvent } from '../store/watchers.ts';

export interface WatchStreamOptions {
  /** Turns an event into one line without its newline. */
  readonly encode: (event: WatchEvent) => string;
  /** The line of a bookmark; undefined where the client did not ask for bookmarks. */
  readonly bookmark: (() => string) | undefined;
  readonly timeoutMs: number;
  readonly onClose: () => void;
}

/** Bytes of events that one client may leave unread. */
const unreadBytesMax = 16 * 1024 * 1024;
const bookmarkIntervalMs = 60_000;

export class WatchStream {
  readonly #response: ServerResponse;
  readonly #options: WatchStreamOptions;
  #pending: string[] = [];
  #pendingLength = 0;
  #flushing: NodeJS.Immediate | undefined;
  readonly #timeout: NodeJS.Timeout;
  readonly #bookmarks: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response;
    this.#options = options;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    this.#timeout = setTimeout(() => this.end(), options.timeoutMs);
    const { bookmark } = options;
    if (bookmark !== undefined)
      this.#bookmarks = setInterval(() => this.#push(bookmark()), bookmarkIntervalMs);
    response.on('close', () => this.#close());
  }

  get closed(): boolean {
    return this.#closed;
  }

  readonly send = (event: WatchEvent): void => this.#push(this.#options.encode(event));

  /** A failed watch answers 200 and one ERROR event, as kube-apiserver does after its watch cache. */
  fail(error: ApiError): void {
    const status: Status = error.status();
    this.#push(JSON.stringify({ type: 'ERROR', object: status }));
    this.end();
  }

  /** Ends the answer in order; a bookmark before it lets the client go on where it was. */
  end(): void {
    if (this.#closed) return;
    if (this.#options.bookmark !== undefined) this.#push(this.#options.bookmark());
    this.#flush();
    this.#response.end();
    this.#close();
  }

  #push(line: string): void {
    if (this.#closed) return;
    this.#pending.push(line);
    this.#pendingLength += line.length + 1;
    if (this.#pendingLength + this.#response.writableLength > unreadBytesMax) {
      this.#response.destroy();
      this.#close();
      return;
    }
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    if (this.#closed || this.#pending.length === 0) return;
    this.#response.write(`${this.#pending.join('\n')}\n`);
    this.#pending = [];
    this.#pendingLength = 0;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearImmediate(this.#flushing);
    clearTimeout(this.#timeout);
    clearInterval(this.#bookmarks);
    this.#pending = [];
    this.#options.onClose();
  }
}
