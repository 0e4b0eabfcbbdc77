/**
 * A server of the inspector's page that does what a test says: the built page under the real one's CSP, and a peer that
 * speaks src/inspector/protocol.ts. For trees of a size and changes of a speed that no cluster here could make.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import { WebSocketServer, type WebSocket } from 'ws';
import type {
  ActorDetail,
  ActorRow,
  Chart,
  LogLine,
  PageMessage,
  RunPicture,
  ServerMessage,
  Session,
  Tapes,
} from '../../src/inspector/protocol.ts';

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

export interface Script {
  readonly role?: 'viewer' | 'operator';
  readonly namespace?: string;
  readonly rows: () => readonly ActorRow[];
  readonly detail?: (row: ActorRow) => Omit<ActorDetail, 'row'>;
  readonly charts?: Readonly<Record<string, Chart>>;
  readonly run?: (pipelineId: string) => RunPicture | undefined;
  readonly log?: (worker: string) => { readonly lines: readonly LogLine[]; readonly isOver: boolean };
  readonly tapes?: Tapes;
  /** The built page, by default that of `npm run build`. */
  readonly pageDirectory?: string;
  /** Lines of the recording that every page shows; absent: a pool at work. */
  readonly tapeLines?: number;
}

export interface ScriptedInspector extends AsyncDisposable {
  readonly url: string;
  /** All that pages said, in order. */
  readonly heard: readonly PageMessage[];
  /** Buttons that were pressed. */
  readonly actions: ReadonlyArray<{ readonly name: string; readonly body: unknown }>;
  tell(message: ServerMessage): void;
  /** Ends all connections, as a server does that restarts. */
  disconnect(): void;
}

export async function startScriptedInspector(script: Script): Promise<ScriptedInspector> {
  const heard: PageMessage[] = [];
  const actions: Array<{ name: string; body: unknown }> = [];
  const page = sirv(script.pageDirectory ?? 'dist/page', { dev: true });
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', pagePolicy);
    if (request.url?.startsWith('/api/')) void answer(script, actions, request, response);
    else page(request, response, () => void response.writeHead(404).end());
  });
  const sockets = new WebSocketServer({ server, path: '/inspect' });
  sockets.on('connection', (socket) => converse(script, socket, heard));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    heard,
    actions,
    tell: (message) => {
      const text = JSON.stringify(message);
      for (const socket of sockets.clients) socket.send(text);
    },
    disconnect: () => sockets.clients.forEach((socket) => socket.terminate()),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  script: Script,
  actions: Array<{ name: string; body: unknown }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { charts = {}, tapes = { tapes: [] } } = script;
  const [, , kind, name = ''] = (request.url ?? '').split('/');
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (kind === 'session') send(200, sessionOf(script));
  else if (kind === 'actions' && request.method === 'POST') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers['x-ottoscaler'] !== 'inspector') send(403, { message: 'the header is missing' });
    else {
      actions.push({ name, body: JSON.parse(Buffer.concat(chunks).toString()) });
      send(200, { message: `${name}: accepted` });
    }
  } else if (kind === 'tapes') send(200, tapes);
  else if (kind === 'charts' && charts[name]) send(200, charts[name]);
  else send(404, { message: 'not here' });
}

const sessionOf = ({ role = 'operator' }: Script): Session => ({ name: '', role });

function converse(script: Script, socket: WebSocket, heard: PageMessage[]): void {
  const say = (message: ServerMessage) => socket.send(JSON.stringify(message));
  const nowMs = Date.now();
  const last = script.tapeLines;
  const place = (n: number) => ({ n, last: last ?? 0, atMs: nowMs - 1_000 * n, what: `input ${n}` });
  say({
    type: 'hello',
    version: '0.0.0',
    namespace: script.namespace ?? 'scripted',
    session: sessionOf(script),
    nowMs,
    ...(last === undefined ? {} : { tape: place(1) }),
  });
  say({ type: 'tree', nowMs, rows: script.rows(), truncated: 0 });
  let n = 1;
  socket.on('message', (data: Buffer) => {
    const message: PageMessage = JSON.parse(data.toString());
    heard.push(message);
    if (message.type === 'choose') {
      const row = script.rows().find(({ id }) => id === message.id);
      if (row && script.detail) say({ type: 'detail', detail: { row, ...script.detail(row) } });
    } else if (message.type === 'run') {
      const run = script.run?.(message.pipelineId);
      if (run) say({ type: 'run', run });
    } else if (message.type === 'log') {
      const log = message.worker === '' ? undefined : script.log?.(message.worker);
      if (log) say({ type: 'log', worker: message.worker, ...log });
    } else {
      n = Math.min(last ?? 1, Math.max(1, message.type === 'seek' ? message.n : n + message.by));
      say({ type: 'tape', tape: place(n) });
    }
  });
}
