/**
 * HTTP to one API server: JSON in, JSON or protobuf out, bounded in number, time and size.
 *
 * Connections are kept alive and shared, in three lanes. It never retries a write: whether a request
 * without an answer was applied is for the caller to find out. The one exception is 401, which the server
 * answers before it looks at the request: the credentials are read again and, if they changed, sent once more.
 */
import type { Dispatcher, Pool } from 'undici';
import { ClusterError, type MayWrite } from '../port.ts';
import { kindOf, type ApiListener } from './api-listener.ts';
import type { ApiServer } from './api-server.ts';
import type { AuthHeaders } from './credentials.ts';
import { errorFromAnswer, errorFromFailure } from './errors.ts';
import { openLanes, type Lane, type LaneName, type LaneOptions } from './lanes.ts';
import { decodeStatus, protobufType } from './pod-list-message.ts';
import { WireError } from './wire-reader.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  /** What is asked, as the start of a sentence in errors: `create pod x`. */
  readonly what: string;
  /** Default `work`. */
  readonly lane?: LaneName;
  /** Reads a protobuf answer, which is then asked for; a server that has none answers in JSON. May throw. */
  readonly decode?: (bytes: Buffer) => unknown;
}

export interface ApiStream {
  readonly chunks: AsyncIterable<Buffer>;
  /** Ends the stream; must be called exactly once, also after the last chunk or an error. */
  close(): void;
}

export interface TransportOptions extends LaneOptions {
  readonly userAgent: string;
  /** Asked when a write of the work lane has come to the head of the line. */
  readonly mayWrite?: MayWrite | undefined;
  readonly listener?: Pick<ApiListener, 'called'> | undefined;
}

/** A page of 500 Pods is 2 MB; nothing we ask for comes near. */
const answerBytesMax = 64 * 1024 * 1024;

export class Transport {
  readonly #server: ApiServer;
  readonly #options: TransportOptions;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;

  constructor(server: ApiServer, options: TransportOptions) {
    this.#server = server;
    this.#options = options;
    this.#lanes = openLanes(server, options);
  }

  /** @returns the parsed answer; rejects with a ClusterError and nothing else. */
  async call(request: ApiRequest, signal?: AbortSignal): Promise<unknown> {
    const { gate, pool } = this.#lanes[request.lane ?? 'work'];
    await gate.enter(request.what);
    const tell = this.#listen(request);
    const abort = new AbortController();
    const stop = (): void => {
      abort.abort(new ClusterError('unavailable', `${request.what}: stopped`));
    };
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const timer = setTimeout(() => {
      abort.abort(tooSlow(request.what, this.#options.requestTimeoutMs));
    }, this.#options.requestTimeoutMs);
    try {
      const response = await this.#send(pool, request, abort.signal);
      const answer = await this.#read(request, response);
      tell(response.statusCode);
      return answer;
    } catch (error) {
      const failure = errorFromFailure(request.what, abort.signal.aborted ? abort.signal.reason : error);
      tell(failure.status);
      throw failure;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      gate.leave();
    }
  }

  /** Opens an answer that is read while it grows. Rejects as {@link call}; `chunks` throws ClusterErrors too. */
  async stream(request: ApiRequest, signal: AbortSignal): Promise<ApiStream> {
    const { gate, pool } = this.#lanes[request.lane ?? 'watch'];
    await gate.enter(request.what);
    const tell = this.#listen(request);
    const abort = new AbortController();
    const stop = (): void => {
      abort.abort(new ClusterError('unavailable', `${request.what}: stopped`));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const close = (): void => {
      signal.removeEventListener('abort', stop);
      stop();
      gate.leave();
    };
    const timer = setTimeout(() => {
      abort.abort(tooSlow(request.what, this.#options.requestTimeoutMs));
    }, this.#options.requestTimeoutMs);
    try {
      const response = await this.#send(pool, request, abort.signal);
      if (response.statusCode >= 300) await this.#read(request, response);
      tell(response.statusCode);
      return { chunks: named(request.what, response.body), close };
    } catch (error) {
      const cause: unknown = abort.signal.aborted ? abort.signal.reason : error;
      close();
      const failure = errorFromFailure(request.what, cause);
      tell(failure.status);
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns to be told the status, 0 where there was no answer */
  #listen(request: ApiRequest): (status: number) => void {
    const { listener, clock } = this.#options;
    if (!listener) return () => {};
    const sinceMs = clock.nowMs();
    return (status) => listener.called({ ...kindOf(request), status, tookMs: clock.nowMs() - sinceMs });
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map(({ pool }) => pool.destroy()));
  }

  async #send(pool: Pool, request: ApiRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { credentials } = this.#server;
    const headers = await credentials.headers();
    const response = await this.#dispatch(pool, request, headers, signal);
    if (response.statusCode !== 401) return response;
    credentials.forget();
    const renewed = await credentials.headers();
    if (renewed['authorization'] === headers['authorization']) return response;
    await response.body.dump();
    return this.#dispatch(pool, request, renewed, signal);
  }

  /** Last of all: who may write when a request gets in line may not any more when its turn comes. */
  #requirePermit({ method, lane, what }: ApiRequest): void {
    const { mayWrite = () => true } = this.#options;
    if (method === 'GET' || lane === 'watch' || mayWrite()) return;
    throw new ClusterError('unavailable', `${what}: not sent, this process may not write now`);
  }

  #dispatch(
    pool: Pool,
    request: ApiRequest,
    auth: AuthHeaders,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    this.#requirePermit(request);
    const hasBody = request.body !== undefined;
    return pool.request({
      method: request.method,
      path: this.#server.basePath + request.path + queryString(request.query),
      headers: {
        accept: request.decode ? `${protobufType},application/json;q=0.9` : 'application/json',
        'user-agent': this.#options.userAgent,
        ...(hasBody && { 'content-type': 'application/json' }),
        ...auth,
      },
      signal,
      // Undici closes the connection after a DELETE with a body unless it is told not to; API servers keep it.
      reset: false,
      ...(hasBody && { body: JSON.stringify(request.body) }),
    });
  }

  async #read(
    { what, decode }: Pick<ApiRequest, 'what' | 'decode'>,
    { statusCode, headers, body }: Dispatcher.ResponseData,
  ): Promise<unknown> {
    const source = await readBounded(what, body);
    const isProtobuf = String(headers['content-type'] ?? '').startsWith(protobufType);
    if (statusCode >= 200 && statusCode < 300)
      return parseAnswer(what, source, isProtobuf && decode ? decode : parseJson);
    const retryAfter = headers['retry-after'];
    throw errorFromAnswer({
      what,
      status: statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      body: parseOrNothing(source, isProtobuf ? decodeStatus : parseJson),
      nowMs: this.#options.clock.epochMs(),
    });
  }
}

function queryString(query: ApiRequest['query']): string {
  if (query === undefined) return '';
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) parameters.set(key, String(value));
  return `?${parameters.toString()}`;
}

async function readBounded(what: string, body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) {
      throw new ClusterError('unavailable', `${what}: the answer is larger than ${answerBytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

type Parse = (source: Buffer) => unknown;

const parseJson: Parse = (source) => JSON.parse(source.toString('utf8'));

function parseAnswer(what: string, source: Buffer, parse: Parse): unknown {
  try {
    return parse(source);
  } catch (error) {
    const is = error instanceof WireError ? `cannot be read: ${error.message}` : 'is not JSON';
    throw new ClusterError('unavailable', `${what}: the API server's answer ${is}`);
  }
}

function parseOrNothing(source: Buffer, parse: Parse): unknown {
  try {
    return parse(source);
  } catch {
    return undefined;
  }
}

async function* named(what: string, body: Dispatcher.ResponseData['body']): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw errorFromFailure(what, error);
  }
}

function tooSlow(what: string, timeoutMs: number): ClusterError {
  return new ClusterError('timeout', `${what}: no answer within ${timeoutMs} ms`);
}
