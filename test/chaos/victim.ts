/**
 * The real program, started again whenever it ends, as a kubelet would: whatever the chaos does to it, there is
 * one process or the next is on its way.
 *
 * Every life tells how it ended. One that nobody ended must say why; one that crashed is a problem.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createOttoscalerClient, type OttoscalerClient } from '../../src/rpc/client.ts';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const lastLinesMax = 20;
const pauseMs = 300;
const lookEveryMs = 50;
/** What a healthy program never writes, whatever happens around it. */
const neverSaid = ['an actor crashed', 'a call failed unexpectedly'];

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process, from its start to its end. */
export class Life {
  readonly exit: Promise<Exit>;
  /** Undefined where it ended first. */
  readonly listening: Promise<OttoscalerClient | undefined>;
  readonly problems: string[] = [];
  /** Signals that were sent to it. */
  readonly signals: NodeJS.Signals[] = [];
  /** Resolves once it leads and sees the Pods, or is over. */
  readonly serving: Promise<void>;
  /** What it gave as the reason, where it lost its lease. */
  lostLease: string | undefined;
  isOver = false;
  listens = false;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor(program: string, env: NodeJS.Dict<string>) {
    this.#child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.#child);
    this.exit = this.#untilExit();
    const port = Promise.withResolvers<number | undefined>();
    void this.exit.then(() => port.resolve(undefined));
    const serving = Promise.withResolvers<void>();
    this.serving = serving.promise;
    void this.exit.then(() => serving.resolve());
    const { stdout, stderr } = this.#child;
    const heard = { listens: port.resolve, serves: serving.resolve };
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#hear(line, heard));
    if (stderr) createInterface({ input: stderr }).on('line', (line) => this.#keep(line));
    this.listening = this.#client(port.promise);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it said last, for whoever has to find out. */
  get lastWords(): string {
    return this.#lines.join('\n');
  }

  signal(name: NodeJS.Signals): boolean {
    if (this.isOver) return false;
    this.signals.push(name);
    return this.#child.kill(name);
  }

  async #untilExit(): Promise<Exit> {
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.isOver = true;
    running.delete(this.#child);
    // A process that is killed leaves behind what libfaketime shares with children.
    for (const name of ['faketime_shm', 'sem.faketime_sem'])
      rmSync(`/dev/shm/${name}_${this.pid}`, { force: true });
    return { code, signal };
  }

  async #client(port: Promise<number | undefined>): Promise<OttoscalerClient | undefined> {
    const number = await port;
    if (number === undefined) return undefined;
    this.listens = true;
    const client = createOttoscalerClient(`127.0.0.1:${number}`);
    void this.exit.then(() => client.close());
    return client;
  }

  #hear(line: string, heard: { listens(this: void, port: number): void; serves(this: void): void }): void {
    this.#keep(line);
    const { msg, port, reason } = parse(line);
    if (msg === 'Ottoscaler is listening') heard.listens(Number(port));
    if (msg === 'watching Pods') heard.serves();
    if (msg === 'the lease was lost') this.lostLease = String(reason);
    if (neverSaid.some((words) => words === msg)) this.problems.push(line);
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > lastLinesMax) this.#lines.shift();
  }
}

function parse(line: string): { readonly msg?: unknown; readonly port?: unknown; readonly reason?: unknown } {
  try {
    return JSON.parse(line) as object;
  } catch {
    // A line that a kill cut off.
    return {};
  }
}

export class Victim implements AsyncDisposable {
  /** Lives that ended without SIGKILL or SIGTERM, by why. */
  readonly endedByItself = new Map<string, number>();
  readonly problems: string[] = [];
  #lives = 0;
  #stopped = false;
  #life: Life;
  readonly #program: string;
  readonly #env: NodeJS.Dict<string>;
  readonly #going: Promise<void>;

  constructor(program: string, env: NodeJS.Dict<string>) {
    this.#program = program;
    this.#env = env;
    this.#life = this.#begin();
    this.#going = this.#go();
  }

  get lives(): number {
    return this.#lives;
  }

  get life(): Life {
    return this.#life;
  }

  /** Of a process that listens now. @param stillHoping throws where it has been long enough */
  async client(stillHoping: () => void = () => {}): Promise<OttoscalerClient> {
    for (;;) {
      const life = this.#life;
      const client = await life.listening;
      if (client && !life.isOver) return client;
      stillHoping();
      await pause(lookEveryMs);
    }
  }

  /** @returns how the last process ended after SIGTERM; no other follows it. */
  async end(): Promise<Exit> {
    await this.client();
    this.#stopped = true;
    this.#life.signal('SIGTERM');
    return await this.#life.exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#life.signal('SIGKILL');
    await this.#going;
  }

  #begin(): Life {
    this.#lives += 1;
    return new Life(this.#program, this.#env);
  }

  async #go(): Promise<void> {
    for (;;) {
      const life = this.#life;
      const exit = await life.exit;
      this.problems.push(...life.problems);
      const wasEnded = life.signals.includes('SIGKILL') || life.signals.includes('SIGTERM');
      if (!wasEnded) this.#explain(life, exit);
      if (this.#stopped) return;
      if (!wasEnded) await pause(pauseMs);
      this.#life = this.#begin();
    }
  }

  /** A lease that was lost and a cluster that is away are reasons to end, with 1; nothing else is. */
  #explain(life: Life, { code, signal }: Exit): void {
    const reason = life.lostLease
      ? 'the lease was lost'
      : !life.listens
        ? 'the cluster could not be reached'
        : undefined;
    if (code !== 1 || reason === undefined)
      this.problems.push(`a process ended by itself (${code ?? signal}):\n${life.lastWords}`);
    else this.endedByItself.set(reason, (this.endedByItself.get(reason) ?? 0) + 1);
  }
}
