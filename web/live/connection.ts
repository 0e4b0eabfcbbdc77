/**
 * The WebSocket to the server: one message a frame, both ways. Whenever it breaks, it is opened anew after a while that
 * grows; whoever listens is told of each opening and then asks again for what it shows.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { PageMessage, ServerMessage } from '../../src/inspector/protocol.ts';
import { backoffMs } from './backoff.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly untilMs: number };

export interface ConnectionListener {
  opened(): void;
  received(message: ServerMessage): void;
}

export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #state = signal<ConnectionState>({ kind: 'connecting' });
  #socket: WebSocket | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
    globalThis.addEventListener('online', () => this.retryNow());
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  open(): void {
    this.#state.value = { kind: 'connecting' };
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#state.value = { kind: 'open' };
      this.#listener.opened();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      // Only a server that speaks to us has shown that it is well.
      this.#tries = 0;
      const message: ServerMessage = JSON.parse(data);
      this.#listener.received(message);
    });
    socket.addEventListener('close', () => this.#wait());
  }

  /** Lost where the connection is not open: it is asked again when it is. */
  send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  retryNow(): void {
    if (this.#state.value.kind !== 'waiting') return;
    clearTimeout(this.#timer);
    this.open();
  }

  #wait(): void {
    const waitMs = backoffMs(this.#tries++, Math.random());
    this.#state.value = { kind: 'waiting', untilMs: Date.now() + waitMs };
    this.#timer = setTimeout(() => this.open(), waitMs);
  }
}
