/**
 * One page's WebSocket: messages out, as far as the page takes them.
 *
 * Only what is small and asked for is sent at once; all else waits until the page has taken what was sent before, and
 * what waits is never more than the tree itself.
 */
import type { WebSocket } from 'ws';
import type { ServerMessage } from './protocol.ts';

/** A page that has less than this to take is up to date. */
const lowBytes = 128 * 1_024;
const fragmentChars = 64 * 1_024;

export class PageSocket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether it has taken what it was sent. */
  get isCurrent(): boolean {
    return this.isOpen && this.#socket.bufferedAmount < lowBytes;
  }

  send(message: ServerMessage): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** One message of many rows, each JSON already, in fragments: no part of it is long to make or to write. */
  sendRows(message: Extract<ServerMessage, { type: 'tree' | 'changes' }>, rows: readonly string[]): void {
    if (!this.isOpen) return;
    const { rows: _, ...rest } = message;
    let text = `${JSON.stringify(rest).slice(0, -1)},"rows":[`;
    for (const [index, row] of rows.entries()) {
      text += index === 0 ? row : `,${row}`;
      if (text.length < fragmentChars) continue;
      this.#socket.send(text, { fin: false });
      text = '';
    }
    this.#socket.send(`${text}]}`);
  }
}
