/**
 * One page's WebSocket: messages out, as far as the page takes them.
 *
 * Only what is small and asked for is sent at once; all else waits until the page has taken what was sent before, and
 * what waits is never more than the tree itself.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { ServerMessage } from './protocol.ts';

/** A page that has less than this to take is up to date. */
const lowBytes = 128 * 1_024;
const fragmentChars = 32 * 1_024;

export class PageSocket {
  readonly #socket: WebSocket;
  /** Messages that came while one of many rows is being sent; answers to what a page asks, so there are few. */
  #held: string[] | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Whether it has taken what it was sent. */
  get isCurrent(): boolean {
    return this.#isOpen && this.#held === undefined && this.#socket.bufferedAmount < lowBytes;
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: ServerMessage): void {
    const text = JSON.stringify(message);
    if (this.#held) this.#held.push(text);
    else if (this.#isOpen) this.#socket.send(text);
  }

  /**
   * One message of many rows, each JSON, in fragments: everything else has its turn between two of them, and rows are
   * asked for as they are sent. To be called only while the page is current.
   */
  sendRows(message: Extract<ServerMessage, { type: 'tree' | 'changes' }>, rows: Iterable<string>): void {
    if (this.#held) throw new Error('rows are being sent already');
    this.#held = [];
    void this.#sendFragments(message, rows);
  }

  async #sendFragments({ rows: _, ...rest }: object & { readonly rows: unknown }, rows: Iterable<string>) {
    let text = `${JSON.stringify(rest).slice(0, -1)},"rows":[`;
    let separator = '';
    for (const row of rows) {
      text += separator + row;
      separator = ',';
      if (text.length < fragmentChars) continue;
      if (!this.#isOpen) return;
      this.#socket.send(text, { fin: false });
      text = '';
      // oxlint-disable-next-line no-await-in-loop -- the next fragment follows this one
      await pause(1);
    }
    if (!this.#isOpen) return;
    this.#socket.send(`${text}]}`);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const one of held) this.#socket.send(one);
  }
}
