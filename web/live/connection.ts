/**
 * The WebSocket to the server: one message a frame, both ways. Whenever it breaks, it is opened anew after a while that
 * grows; whoever listens is told of each opening and then asks again for what it shows. Where the server does not let
 * the page in, it waits until it is opened by hand.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Handshake, PageMessage, ServerMessage } from '../../src/inspector/protocol.ts';
import { backoffMs } from './backoff.ts';
import { subprotocols } from './credential.ts';
import { askEntrance } from './entrance.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly untilMs: number }
  /** `why` is a sentence of the server, '' where nothing was shown yet. */
  | { readonly kind: 'signed-out'; readonly why: string };

export interface ConnectionListener {
  opened(): void;
  received(message: ServerMessage): void;
}

const signedOut: Handshake['signedOut'] = 4401;

export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #state = signal<ConnectionState>({ kind: 'connecting' });
  #socket: WebSocket | undefined;
  #tries = 0;
  #openings = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
    globalThis.addEventListener('online', () => this.retryNow());
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  async open(): Promise<void> {
    const opening = ++this.#openings;
    this.#state.value = { kind: 'connecting' };
    const entrance = await askEntrance();
    if (opening !== this.#openings) return;
    if (entrance.kind === 'closed') this.#state.value = { kind: 'signed-out', why: entrance.why };
    else if (entrance.kind === 'open') this.#attach(new WebSocket(this.#url, subprotocols()));
    else this.#wait();
  }

  /** With another token, or none. */
  async reopen(): Promise<void> {
    const former = this.#socket;
    this.#socket = undefined;
    former?.close();
    clearTimeout(this.#timer);
    await this.open();
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.#state.value = { kind: 'open' };
      this.#listener.opened();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (this.#socket !== socket) return;
      // Only a server that speaks to us has shown that it is well.
      this.#tries = 0;
      const message: ServerMessage = JSON.parse(data);
      this.#listener.received(message);
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#socket !== socket) return;
      if (code === signedOut) void this.open();
      else this.#wait();
    });
  }

  /** Lost where the connection is not open: it is asked again when it is. */
  send(message: PageMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  retryNow(): void {
    if (this.#state.value.kind !== 'waiting') return;
    clearTimeout(this.#timer);
    void this.open();
  }

  #wait(): void {
    const waitMs = backoffMs(this.#tries++, Math.random());
    this.#state.value = { kind: 'waiting', untilMs: Date.now() + waitMs };
    this.#timer = setTimeout(() => void this.open(), waitMs);
  }
}
