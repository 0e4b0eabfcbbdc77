/**
 * A process of its own for one contender: nobody's garbage collector, warm code or event loop is shared.
 *
 * Requests and answers travel over Node's own channel; `answer-parent.ts` is the other end. It ends with its
 * disposal, and with this process whatever becomes of it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

export class Child implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  readonly #ended: Promise<unknown>;
  #words = '';
  #asked = 0;

  /** @param args of node: flags, the file, its arguments. stdout is for the caller to read. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    running.add(this.process);
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-4_000);
    });
    this.process.on('message', (reply: Reply) => this.#settle(reply));
    this.#ended = once(this.process, 'exit').then(([code, signal]: unknown[]) => {
      running.delete(this.process);
      const error = new Error(`${args.join(' ')} ended (${String(code ?? signal)})\n${this.#words}`);
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
      return error;
    });
  }

  /** Rejects with what the child threw, or where it ended first. */
  async ask<Answer>(request: unknown, signal: AbortSignal): Promise<Answer> {
    const id = this.#asked++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    else this.process.send({ id, request });
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are written in one place
      return (await promise) as Answer;
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Rejects with its last words, once it has ended. */
  async failed(): Promise<never> {
    throw await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  #settle({ id, answer, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(error));
  }
}
