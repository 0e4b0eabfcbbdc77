/**
 * A real gRPC server that workers push to, with the answers a test scripts. It can end and come back under its
 * address; what it was sent is kept.
 */
import { Server, ServerCredentials, status, type ServerDuplexStream } from '@grpc/grpc-js';
import { logStreamingService } from '../../src/rpc/contract.ts';
import type { LogEntry__Output } from '../../src/rpc/generated/ottoscaler/v1/LogEntry.ts';
import type { LoggingConfig } from '../../src/rpc/generated/ottoscaler/v1/LoggingConfig.ts';
import type { LogResponse } from '../../src/rpc/generated/ottoscaler/v1/LogResponse.ts';
import type { RegistrationResponse } from '../../src/rpc/generated/ottoscaler/v1/RegistrationResponse.ts';
import type { WorkerRegistration__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerRegistration.ts';

type Source = 'stdout' | 'stderr';

export interface LogServerScript {
  readonly config?: LoggingConfig;
  readonly register?: (
    request: WorkerRegistration__Output,
    authorization: string,
  ) => RegistrationResponse | typeof status.UNAUTHENTICATED;
  /** undefined = no answer at all. */
  readonly answer?: (entry: LogEntry__Output) => LogResponse['status'] | undefined;
}

export class LogServer implements AsyncDisposable {
  readonly registrations: WorkerRegistration__Output[] = [];
  /** All that came, repetitions too. */
  readonly entries: LogEntry__Output[] = [];
  /** Those that were answered ACK, as a receiver keeps them: once each. */
  readonly #kept = new Map<string, LogEntry__Output>();
  readonly #watchers = new Set<() => void>();
  script: LogServerScript;
  #unanswered = 0;
  unansweredMost = 0;
  #server: Server | undefined;
  #port = 0;

  constructor(script: LogServerScript = {}) {
    this.script = script;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** What was kept of a stream, in the order of its coming. */
  linesOf(source: Source): readonly string[] {
    return this.keptOf(source).map(({ message }) => message);
  }

  keptOf(source: Source): readonly LogEntry__Output[] {
    return [...this.#kept.values()].filter((entry) => entry.source === source);
  }

  async listen(): Promise<this> {
    const server = new Server();
    server.addService(logStreamingService, {
      RegisterWorker: (
        call: { request: WorkerRegistration__Output; metadata: { get(name: string): unknown[] } },
        callback: (error: object | null, response?: RegistrationResponse) => void,
      ) => {
        this.registrations.push(call.request);
        const [authorization] = call.metadata.get('authorization');
        const made = this.script.register?.(call.request, String(authorization)) ?? {
          status: 'SUCCESS',
          config: this.script.config ?? { rate_limit: 100_000, buffer_size: 500, max_message_size: 1_024 },
        };
        if (made === status.UNAUTHENTICATED) callback({ code: made, details: 'who are you?' });
        else callback(null, made);
        this.#notify();
      },
      StreamLogs: (call: ServerDuplexStream<LogEntry__Output, LogResponse>) => {
        call.on('data', (entry: LogEntry__Output) => this.#take(call, entry));
        call.on('end', () => call.end());
        call.on('error', () => {});
      },
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
    return this;
  }

  /** As kill -9 would: connections break, and nobody listens. */
  cut(): void {
    this.#server?.forceShutdown();
    this.#unanswered = 0;
  }

  /** Resolves once it holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      // oxlint-disable-next-line no-await-in-loop -- for the next change
      await promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
  }

  #take(call: ServerDuplexStream<LogEntry__Output, LogResponse>, entry: LogEntry__Output): void {
    this.entries.push(entry);
    this.#unanswered += 1;
    this.unansweredMost = Math.max(this.unansweredMost, this.#unanswered);
    const answer = this.script.answer ? this.script.answer(entry) : 'ACK';
    const id = `${entry.metadata['otto.stream']} ${entry.metadata['otto.seq']}`;
    if (answer === 'ACK' && !this.#kept.has(id)) this.#kept.set(id, entry);
    if (answer !== undefined) {
      // Answered later than the next arrives, as a server that stores would.
      setImmediate(() => {
        this.#unanswered -= 1;
        call.write({ status: answer, sequence: Number(entry.metadata['otto.seq']) });
      });
    }
    this.#notify();
  }

  #notify(): void {
    for (const notify of this.#watchers) notify();
    this.#watchers.clear();
  }
}
