/** A page as far as the server is concerned: a WebSocket that keeps what it is told. */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type {
  ActorDetail,
  ActorHappening,
  ActorRow,
  LogLine,
  PageMessage,
  RunPicture,
  ServerMessage,
} from '../../src/inspector/protocol.ts';
import { until } from './until.ts';

type Of<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

export class InspectorClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** All that came, as it came. */
  text = '';
  readonly rows = new Map<string, ActorRow>();
  readonly happenings: ActorHappening[] = [];
  readonly lines: LogLine[] = [];
  closeCode: number | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#take(data.toString()));
    socket.on('close', (code) => (this.closeCode = code));
  }

  /**
   * @param query such as `?tape=incident.jsonl`
   * @param token shown as a browser shows it
   */
  static async open(address: string, query = '', token?: string): Promise<InspectorClient> {
    const shown =
      token === undefined
        ? []
        : ['ottoscaler', `base64url.bearer.ottoscaler.${Buffer.from(token).toString('base64url')}`];
    const client = new InspectorClient(new WebSocket(`ws://${address}/inspect${query}`, shown));
    onTestFinished(() => client.socket.terminate());
    await once(client.socket, 'open');
    return client;
  }

  send(message: PageMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  latest<Type extends ServerMessage['type']>(type: Type): Of<Type> | undefined {
    return this.messages.findLast((message): message is Of<Type> => message.type === type);
  }

  count(type: ServerMessage['type']): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  get detail(): ActorDetail | undefined {
    return this.latest('detail')?.detail;
  }

  get run(): RunPicture | undefined {
    return this.latest('run')?.run;
  }

  row(fits: (row: ActorRow) => boolean): ActorRow | undefined {
    return [...this.rows.values()].find(fits);
  }

  async until<T>(what: string, probe: (client: this) => T | undefined | false): Promise<T> {
    return await until(what, () => probe(this), {
      timeoutMs: 30_000,
      seen: () => JSON.stringify([...this.rows.values()].map(({ id, state }) => [id, state])),
    });
  }

  async close(): Promise<void> {
    this.socket.close();
    if (this.closeCode === undefined) await once(this.socket, 'close');
  }

  #take(text: string): void {
    this.text += text;
    const message = JSON.parse(text) as ServerMessage;
    this.messages.push(message);
    if (message.type === 'tree') this.rows.clear();
    if (message.type === 'tree' || message.type === 'changes')
      for (const row of message.rows) this.rows.set(row.id, row);
    if (message.type === 'changes') for (const id of message.gone) this.rows.delete(id);
    if (message.type === 'detail') this.happenings.push(...message.detail.happenings);
    if (message.type === 'log') this.lines.push(...message.lines);
  }
}
