/**
 * A bare client of the API server: the benchmark's own hands, and the ceiling that Ottoscaler is held against.
 *
 * One shared pool of connections and nothing else: no queue, no deadline, no mapped errors.
 */
import { Pool } from 'undici';
import { findApiServer } from '../../src/cluster/kubernetes/find-api-server.ts';

export interface ApiOptions {
  readonly kubeconfigPath: string;
  readonly connections?: number;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class Api implements AsyncDisposable {
  readonly pool: Pool;
  /** To be sent with every request. */
  readonly headers: Readonly<Record<string, string>>;

  private constructor(pool: Pool, headers: Readonly<Record<string, string>>) {
    this.pool = pool;
    this.headers = headers;
  }

  static async open({ kubeconfigPath, connections = 64 }: ApiOptions): Promise<Api> {
    const server = await findApiServer({ kubeconfigPath, env: {}, nowMs: () => performance.now() });
    const pool = new Pool(server.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: server.tls,
    });
    return new Api(pool, { ...(await server.credentials.headers()), 'user-agent': 'ottoscaler-bench' });
  }

  /** @throws ApiError with the server's own words where it refuses. */
  call<Answer = unknown>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return this.#send<Answer>(method, path, type, body);
  }

  /**
   * Creates an object by server-side apply, which every API server takes. An older one that was built with a
   * newer Go crashes on Namespaces and Jobs in a POST of JSON.
   */
  apply(path: string, body: unknown): Promise<unknown> {
    return this.#send('PATCH', `${path}?fieldManager=ottoscaler-bench`, 'application/apply-patch+yaml', body);
  }

  async #send<Answer>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    type: string,
    content: unknown,
  ): Promise<Answer> {
    const response = await this.pool.request({
      method,
      path,
      headers: { ...this.headers, ...(content !== undefined && { 'content-type': type }) },
      ...(content !== undefined && { body: JSON.stringify(content) }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) {
      throw new ApiError(
        response.statusCode,
        `${method} ${path}: HTTP ${response.statusCode} ${text.slice(0, 300)}`,
      );
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller says what it asked for
    return JSON.parse(text) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.destroy();
  }
}
