/**
 * Stands between Ottoscaler and the real API server, so that a test can act at the very moment of a request:
 * before it is applied, or after it is applied and before the answer arrives.
 *
 * It passes the user agent on, so the audit log still tells who wrote. It listens on loopback without
 * authentication and holds the kubeconfig's credentials: for tests only.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ApiServer } from '../../src/cluster/kubernetes/api-server.ts';
import { findApiServer } from '../../src/cluster/kubernetes/find-api-server.ts';
import { kubeconfig } from './kubeconfig.ts';
import { requireKubeconfig } from './kubernetes.ts';

export interface Write {
  readonly method: string;
  readonly resource: 'pods' | 'configmaps';
  readonly body: string;
  /** Counts from 1 over all writes that came through. */
  readonly number: number;
}

export interface Interception {
  /** Before the API server sees it; `drop` loses the request. */
  before?(write: Write): Promise<'drop' | 'forward'>;
  /** The API server has applied and answered it; `drop` loses the answer. */
  after?(write: Write, status: number): Promise<'drop' | 'forward'>;
}

const written = /^\/api\/v1\/namespaces\/[^/]+\/(pods|configmaps)(?:\/[^/]+)?$/;

export class ApiProxy implements AsyncDisposable {
  readonly kubeconfigPath: string;
  /** Replaced by tests at will. */
  interception: Interception = {};
  readonly #api: ApiServer;
  readonly #agent: Agent;
  readonly #server: Server;
  readonly #watches = new Set<ServerResponse>();
  #writes = 0;

  constructor(api: ApiServer, server: Server, kubeconfigPath: string) {
    this.#api = api;
    this.#agent = new Agent({ ...api.tls, keepAlive: true });
    this.#server = server;
    this.kubeconfigPath = kubeconfigPath;
    server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  get writes(): number {
    return this.#writes;
  }

  /** Ends every open watch without a word, as a load balancer may. @returns how many there were */
  cutWatches(): number {
    const cut = [...this.#watches];
    for (const response of cut) response.destroy();
    return cut.length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const write = this.#writeOf(request, body);
    if (write && (await this.interception.before?.(write)) === 'drop') throw new Error('dropped');
    const answer = await this.#forward(request, body);
    if (write) {
      const content = await buffer(answer);
      const verdict = await this.interception.after?.(write, answer.statusCode ?? 0);
      if (verdict === 'drop') throw new Error('dropped');
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
      return;
    }
    if (isWatch(request)) this.#watches.add(response);
    // A watch ends with its reader. A write goes on to its end: cancelled, it may be applied and yet logged as failed.
    response.once('close', () => {
      this.#watches.delete(response);
      answer.destroy();
    });
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    await pipeline(answer, response);
  }

  #writeOf({ method = 'GET', url = '' }: IncomingMessage, body: Buffer): Write | undefined {
    const resource = written.exec(url)?.[1];
    if (method === 'GET' || (resource !== 'pods' && resource !== 'configmaps')) return undefined;
    this.#writes += 1;
    return { method, resource, body: body.toString('utf8'), number: this.#writes };
  }

  async #forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const auth = await this.#api.credentials.headers();
    const outgoing = httpsRequest(new URL(url ?? '/', this.#api.origin), {
      agent: this.#agent,
      method,
      headers: { ...headers, ...auth, host: new URL(this.#api.origin).host },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
    await rm(path.dirname(this.kubeconfigPath), { recursive: true, force: true });
  }
}

function isWatch({ url = '' }: IncomingMessage): boolean {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).has('watch');
}

export async function startApiProxy(): Promise<ApiProxy> {
  const kubeconfigPath = requireKubeconfig();
  const api = await findApiServer({ kubeconfigPath, env: {}, nowMs: () => performance.now() });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'otto-proxy-')), 'kubeconfig');
  await writeFile(file, JSON.stringify(kubeconfig({ server: `http://127.0.0.1:${port}` }, {})));
  return new ApiProxy(api, server, file);
}
