/**
 * The HTTPS server on loopback that speaks the Kubernetes API over an object store.
 *
 * A request can be wrong in any way: it is answered with a `Status` or cut off, and never ends the process.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';

import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { podMetrics, pods } from '../resources/registry.ts';
import type { ResourceType } from '../store/resource-type.ts';
import { Authentication } from './authentication.ts';
import type { ServerCertificate } from './certificate.ts';
import { discover } from './discovery.ts';
import { streamLog } from './log-handler.ts';
import type { LogSource } from './log-source.ts';
import {
  bindPod,
  createObject,
  deleteCollection,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  replaceObject,
  type Call,
} from './object-handlers.ts';
import { answerPodMetrics } from './pod-metrics.ts';
import { flag } from './query.ts';
import { parseResourcePath } from './request-path.ts';
import { sendError } from './respond.ts';
import type { UsageSource } from './usage-source.ts';
import { watchObjects } from './watch-handler.ts';
import type { WatchStream } from './watch-stream.ts';

export interface ApiServerOptions {
  readonly store: ObjectStore;
  readonly resources: readonly ResourceType[];
  readonly clock: Clock;
  readonly token: string;
  readonly certificate: ServerCertificate;
  /** Absent: there is no node, and every log is empty. */
  readonly logs?: LogSource;
  /** Absent: there is no node, and nothing is used. */
  readonly usage?: UsageSource;
  /** 0: any free port. */
  readonly port: number;
}

export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  readonly #authentication: Authentication;
  readonly #watches = new Set<WatchStream>();

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#authentication = new Authentication(options.token);
    const { certPem: cert, keyPem: key } = options.certificate;
    this.#server = createServer({ cert, key, minVersion: 'TLSv1.2', keepAliveTimeout: 60_000 });
    // Watches and followed logs have no request timeout; only the headers must come promptly.
    this.#server.requestTimeout = 60_000;
    this.#server.headersTimeout = 10_000;
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('clientError', (_error, socket) => void socket.destroy());
    this.#server.on('tlsClientError', (_error, socket) => void socket.destroy());
  }

  /** Resolves with the URL once connections are accepted. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
    return `https://127.0.0.1:${address.port}`;
  }

  /** Ends watches in order and closes every connection. */
  async close(): Promise<void> {
    for (const watch of this.#watches) watch.end();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    setImmediate(() => this.#server.closeAllConnections());
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => response.destroy());
    response.on('error', () => response.destroy());
    try {
      this.#authentication.check(request);
      await this.#route(request, response);
    } catch (error) {
      sendError(response, error);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [rawPath, rawQuery] = splitOnce(request.url ?? '/', '?');
    const { store, resources, clock } = this.#options;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && discover(rawPath, request.headers.accept ?? '', resources, response)) return;
    const path = parseResourcePath(rawPath, resources);
    if (path === undefined)
      throw new ApiError('NotFound', 'the server could not find the requested resource', {});
    const query = new URLSearchParams(rawQuery);
    await this.#dispatch({ store, clock, path, query, request, response });
  }

  async #dispatch(call: Call): Promise<void> {
    const { path, request, query } = call;
    const isWatch = request.method === 'GET' && path.subresource === '' && flag(query, 'watch');
    if (path.subresource === 'log' && path.type === pods && request.method === 'GET')
      return streamLog(call, this.#options.logs);
    if (path.subresource === 'binding' && path.type === pods && request.method === 'POST')
      return bindPod(call);
    checkSubresource(call);
    const verb = isWatch ? 'watch' : verbOf(call);
    if (!path.type.verbs.includes(verb)) throw notAllowed();
    if (path.type === podMetrics) return answerPodMetrics(call, this.#options.usage);
    return verb === 'watch' ? watchObjects(call, this.#watches) : handlers[verb](call);
  }
}

type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

const handlers: Readonly<Record<Verb, (call: Call) => void | Promise<void>>> = {
  get: getObject,
  list: listObjects,
  create: createObject,
  update: replaceObject,
  patch: patchObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

const collectionVerbs: ReadonlyMap<string, Verb> = new Map([
  ['GET', 'list'],
  ['HEAD', 'list'],
  ['POST', 'create'],
  ['DELETE', 'deletecollection'],
]);

const objectVerbs: ReadonlyMap<string, Verb> = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

const notAllowed = (): ApiError =>
  new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

function verbOf({ path, request }: Call): Verb {
  const isCollection = path.name === '';
  // What is created or listed belongs to one namespace; only reads span all of them.
  if (isCollection && path.namespace === undefined && request.method !== 'GET') throw notAllowed();
  const verb = (isCollection ? collectionVerbs : objectVerbs).get(request.method ?? '');
  if (verb === undefined) throw notAllowed();
  return verb;
}

function checkSubresource({ path, request }: Call): void {
  if (path.subresource === '') return;
  const isStatus = path.subresource === 'status' && path.type.statusApart;
  if (!isStatus) throw new ApiError('NotFound', 'the server could not find the requested resource', {});
  if (request.method !== 'GET' && request.method !== 'PUT' && request.method !== 'PATCH') throw notAllowed();
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
