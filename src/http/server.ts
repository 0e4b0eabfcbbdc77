/**
 * The HTTP server: exact paths, upgrades, and one fallback for files.
 *
 * Everything is bounded before a handler is asked: header, body, connections, time. Every answer forbids what a
 * browser could do with it, until a handler says otherwise. A failure is told as one sentence, never as a stack.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { readBody } from './read-body.ts';
import { HttpRefusal } from './refusal.ts';
import { checkHost, checkOrigin, isLoopback } from './trusted-request.ts';

export interface HttpRoute {
  /** HEAD is answered where GET is. */
  readonly method: 'GET' | 'POST';
  /** Exact, without query. */
  readonly path: string;
  /**
   * @param body of a POST, at most 64 KiB; empty else
   * @throws HttpRefusal for an answer of one sentence; whatever else it throws becomes 500 and is reported
   */
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void>;
}

export interface HttpUpgrade {
  /** Exact, without query. */
  readonly path: string;
  /** Takes the socket over. `ending` aborts when it should say goodbye; whatever is left later is cut. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, ending: AbortSignal): void;
}

/** Asked for each GET and HEAD that no route has; calls `absent` where it has nothing either. Such as sirv. */
export type HttpFallback = (request: IncomingMessage, response: ServerResponse, absent: () => void) => void;

/** PEM. */
export interface HttpIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface HttpTls {
  readonly identity: HttpIdentity;
  /** Connections that are open go on with what they met. */
  whenReplaced(take: (identity: HttpIdentity) => void): void;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  /** Absent: plaintext. */
  readonly tls?: HttpTls | undefined;
  readonly routes: readonly HttpRoute[];
  readonly upgrades?: readonly HttpUpgrade[];
  readonly fallback?: HttpFallback;
  readonly reportUnexpected: (error: unknown) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Takes nothing new and ends within `deadlineMs`; what is open then is cut. */
  close(deadlineMs: number): Promise<void>;
}

const connectionsMax = 256;
const silenceMs = 30_000;
const bounds = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};

const defaultHeaders = new Headers({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

/** @throws Error where the address cannot be listened on, saying which and why. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = options.tls ? encrypted(options.tls) : createServer(bounds);
  server.maxConnections = connectionsMax;
  const ending = new AbortController();
  const taken = new Set<Duplex>();
  server.on('request', (request, response) => void answer(options, request, response));
  server.on('upgrade', (request, socket, head) => {
    taken.add(socket);
    socket.once('close', () => taken.delete(socket));
    socket.on('error', () => socket.destroy());
    upgrade(options, request, socket, head, ending.signal);
  });
  const port = await listen(server, options.host, options.port);
  return {
    port,
    async close(deadlineMs) {
      ending.abort();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      const timer = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of taken) socket.destroy();
      }, deadlineMs);
      await promise;
      clearTimeout(timer);
    },
  };
}

function encrypted(tls: HttpTls): Server {
  const server = createTlsServer({ ...bounds, ...tls.identity, handshakeTimeout: bounds.headersTimeout });
  tls.whenReplaced((next) => server.setSecureContext(next));
  return server;
}

async function answer(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeaders(defaultHeaders);
  response.setTimeout(silenceMs, () => request.destroy());
  try {
    checkHost(request, isLoopback(options.host));
    const route = routeOf(options, request);
    if (route === 'fallback') options.fallback?.(request, response, () => refuse(response, absent(request)));
    else await route.handle(request, response, await bodyOf(route, request));
  } catch (error) {
    if (error instanceof HttpRefusal) refuse(response, error);
    else {
      options.reportUnexpected(error);
      refuse(response, new HttpRefusal(500, 'This failed unexpectedly; the log of Ottoscaler says more.'));
    }
  }
}

function routeOf(
  { routes, upgrades = [], fallback }: HttpServerOptions,
  request: IncomingMessage,
): HttpRoute | 'fallback' {
  const path = pathOf(request);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const here = routes.filter((route) => route.path === path);
  const route = here.find((one) => one.method === method);
  if (route) return route;
  if (here.length > 0) {
    const [allowed] = here;
    throw new HttpRefusal(405, `${path} is asked for with ${allowed?.method}, not with ${request.method}.`);
  }
  if (upgrades.some((one) => one.path === path))
    throw new HttpRefusal(426, `${path} is a WebSocket and is opened as one.`);
  if (!fallback) throw absent(request);
  if (method !== 'GET') throw new HttpRefusal(405, `${path} is asked for with GET, not with ${method}.`);
  return 'fallback';
}

async function bodyOf(route: HttpRoute, request: IncomingMessage): Promise<Buffer> {
  if (route.method === 'GET') return Buffer.alloc(0);
  checkOrigin(request);
  return await readBody(request);
}

function upgrade(
  { host, upgrades = [] }: HttpServerOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  ending: AbortSignal,
): void {
  try {
    checkHost(request, isLoopback(host));
    checkOrigin(request);
    const one = upgrades.find(({ path }) => path === pathOf(request));
    if (!one || ending.aborted) throw absent(request);
    one.take(request, socket, head, ending);
  } catch (error) {
    const { status, message } = error instanceof HttpRefusal ? error : new HttpRefusal(500, 'It failed.');
    socket.end(
      `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${message}\n`,
    );
  }
}

const pathOf = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0] ?? '/';

const absent = (request: IncomingMessage) => new HttpRefusal(404, `There is nothing at ${pathOf(request)}.`);

function refuse(response: ServerResponse, { status, message }: HttpRefusal): void {
  // Its beginning is out already: only a cut tells that the rest is missing.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeaders(defaultHeaders);
  if (status === 413) response.setHeader('connection', 'close');
  if (status === 401) response.setHeader('www-authenticate', 'Bearer realm="ottoscaler"');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  server.once('error', (error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message;
    reject(new Error(`cannot listen on ${address} for HTTP: ${why}`, { cause: error }));
  });
  server.listen(port, host, () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}
