/**
 * An API server on a loopback socket that does exactly what a test tells it: which pages a list has, when a
 * watch speaks, breaks, or is silent.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ScriptedPod {
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion: number | string;
  readonly phase?: string;
}

export interface ScriptedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Instead of an answer: none at all, or a broken connection. */
  readonly instead?: 'silence' | 'reset';
}

/** One open watch, held by the test. */
export class ScriptedWatch {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly #response: ServerResponse;
  readonly closed: Promise<void>;

  constructor(url: URL, response: ServerResponse) {
    this.resourceVersion = url.searchParams.get('resourceVersion') ?? '';
    this.timeoutSeconds = Number(url.searchParams.get('timeoutSeconds'));
    this.#response = response;
    const { promise, resolve } = Promise.withResolvers<void>();
    response.once('close', resolve);
    this.closed = promise;
  }

  send(bytes: string | Buffer): void {
    this.#response.write(bytes);
  }

  /** Resolves when the bytes have left the process, so that the next ones are another packet. */
  flush(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#response.write(bytes, () => {
        resolve();
      });
    });
  }

  event(type: string, pod: ScriptedPod): void {
    this.send(eventLine(type, pod));
  }

  end(bytes = ''): void {
    this.#response.end(bytes);
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}

type RequestKind = 'list' | 'watch' | 'check' | 'other';

type WatchAnswer = 'hold' | ScriptedAnswer;

export class ScriptedApiServer {
  readonly requests: ScriptedRequest[] = [];
  /** Answers to the next lists; then {@link list} forever. */
  readonly lists: ScriptedAnswer[] = [];
  list: ScriptedAnswer = { body: podList([], 1) };
  /** Answers to the next watches (not checks); then they are held for the test. */
  readonly watches: WatchAnswer[] = [];
  /** What a watch of one second, the check of a silent watch, is told: lines as its body. */
  check: ScriptedAnswer = { body: '' };
  /** Answers to everything else. */
  other: (request: ScriptedRequest) => ScriptedAnswer = () => ({
    status: 404,
    body: status(404, 'NotFound'),
  });

  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  readonly #opened: ScriptedWatch[] = [];
  readonly #waiting: ((watch: ScriptedWatch) => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<ScriptedApiServer> {
    const scripted = new ScriptedApiServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    scripted.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return scripted;
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the scripted server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Made so far, also those that are closed by now. */
  get connections(): number {
    return this.#connections;
  }

  count(kind: RequestKind): number {
    return this.requests.filter((request) => kindOf(request) === kind).length;
  }

  /** The next watch that was opened and not yet taken. */
  nextWatch(): Promise<ScriptedWatch> {
    const opened = this.#opened.shift();
    if (opened) return Promise.resolve(opened);
    const { promise, resolve } = Promise.withResolvers<ScriptedWatch>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** Resolves once there was a request of this kind. */
  async untilRequested(kind: RequestKind): Promise<void> {
    while (this.count(kind) === 0) await once(this.#server, 'request');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => {
      resolve();
    });
    await promise;
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    const url = new URL(message.url ?? '/', 'http://scripted');
    const request = { method: message.method ?? '', url, headers: message.headers };
    this.requests.push(request);
    message.resume();
    switch (kindOf(request)) {
      case 'list':
        return answer(response, this.lists.shift() ?? this.list);
      case 'watch':
        return this.#openWatch(url, response, this.watches.shift() ?? 'hold');
      case 'check':
        return answer(response, this.check);
      case 'other':
        return answer(response, this.other(request));
    }
  }

  #openWatch(url: URL, response: ServerResponse, wanted: WatchAnswer): void {
    if (wanted !== 'hold') {
      answer(response, wanted);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const watch = new ScriptedWatch(url, response);
    const taker = this.#waiting.shift();
    if (taker) taker(watch);
    else this.#opened.push(watch);
  }
}

function kindOf({ method, url }: ScriptedRequest): RequestKind {
  if (method !== 'GET' || !url.pathname.endsWith('/pods')) return 'other';
  if (url.searchParams.get('watch') !== 'true') return 'list';
  return url.searchParams.get('timeoutSeconds') === '1' ? 'check' : 'watch';
}

function answer(
  response: ServerResponse,
  { status: code = 200, headers, body, instead }: ScriptedAnswer,
): void {
  if (instead === 'silence') return;
  if (instead === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}

export function rawPod(pod: ScriptedPod): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      uid: pod.uid ?? `uid-${pod.name}`,
      resourceVersion: String(pod.resourceVersion),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'managed-by': 'ottoscaler' },
    },
    spec: { containers: [{ name: 'worker' }] },
    status: { phase: pod.phase ?? 'Pending' },
  };
}

export function podList(pods: readonly ScriptedPod[], resourceVersion: number, next = ''): object {
  const metadata = { resourceVersion: String(resourceVersion), ...(next && { continue: next }) };
  return { kind: 'PodList', apiVersion: 'v1', metadata, items: pods.map(rawPod) };
}

export function eventLine(type: string, pod: ScriptedPod): string {
  return `${JSON.stringify({ type, object: rawPod(pod) })}\n`;
}

export function bookmarkLine(resourceVersion: number): string {
  const object = { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(resourceVersion) } };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}

export function status(code: number, reason: string, message = `scripted ${reason}`): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message };
}

export function errorLine(code: number, reason: string): string {
  return `${JSON.stringify({ type: 'ERROR', object: status(code, reason) })}\n`;
}
