/** The real program under somebody who starts it again whenever it ends, as Kubernetes does. */
import { setTimeout as pause } from 'node:timers/promises';
import { startServer, type ServerProcess } from './server-process.ts';

const againAfterMs = 200;
const lastWords = 6;
const errorLevel = 50;

class SupervisedServer implements AsyncDisposable {
  /** Undefined between two processes. */
  now: ServerProcess | undefined;
  starts = 0;
  /** Of each process that ended by itself: its code and its last words. */
  readonly ends: string[] = [];
  readonly #settings: Readonly<Record<string, string>>;
  #isOver = false;
  #supervising: Promise<void> | undefined;

  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = settings;
  }

  /** What the process that lives has logged as errors. */
  get errors(): readonly string[] {
    return (this.now?.lines ?? []).filter(({ level }) => level >= errorLevel).map((l) => JSON.stringify(l));
  }

  async begin(): Promise<void> {
    this.now = await startServer(this.#settings);
    this.starts++;
    this.#supervising = this.#supervise(this.now);
  }

  /** Kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.now?.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.kill();
    await this.#supervising;
  }

  async #supervise(first: ServerProcess): Promise<void> {
    let server: ServerProcess | undefined = first;
    while (!this.#isOver) {
      const exit = await server?.exit;
      server?.client.close();
      if (exit && exit.signal === null)
        this.ends.push(JSON.stringify([exit.code, ...(server?.lines.slice(-lastWords) ?? [])]));
      this.now = undefined;
      if (this.#isOver) return;
      await pause(againAfterMs);
      // Where the API server is away it may end before it listens.
      server = await startServer(this.#settings).catch(() => undefined);
      this.starts++;
      this.now = server;
    }
    await server?.kill();
  }
}

export async function superviseServer(settings: Readonly<Record<string, string>>): Promise<SupervisedServer> {
  const supervised = new SupervisedServer(settings);
  await supervised.begin();
  return supervised;
}
