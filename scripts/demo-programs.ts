/**
 * The built programs as the demo runs them: a server with its embedded cluster, and tools that share this
 * terminal. Whatever was started is ended, also after a failure and on a signal.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

interface LogRecord {
  readonly msg: string;
  readonly port?: number;
  readonly podName?: string;
  readonly source?: string;
}

export interface WorkerLine {
  readonly podName: string;
  readonly text: string;
}

const lineWithinMs = 20_000;

export class DemoPrograms {
  readonly #started = new Set<ChildProcess>();
  /** What workers wrote, as the server tells it when each has ended. */
  readonly #written: WorkerLine[] = [];
  readonly #news = new EventEmitter();
  #server: ChildProcess | undefined;
  #port = 0;

  /** Resolves once the server listens, on a free port. */
  async startServer(): Promise<void> {
    const server = this.#spawn('ottoscaler', [], {
      env: { ...process.env, OTTO_CLUSTER: 'local', GRPC_PORT: '0', LOG_FORMAT: 'json', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = server;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.once('exit', (code) => reject(new Error(`the server ended with code ${code} before it listened`)));
    if (server.stdout === null) throw new Error('the server has no output');
    createInterface({ input: server.stdout }).on('line', (line) => {
      const record: LogRecord = JSON.parse(line);
      if (record.msg === 'Ottoscaler is listening' && record.port) resolve(record.port);
      if (record.source === 'stdout') this.#written.push({ podName: record.podName ?? '', text: record.msg });
      this.#news.emit('line');
    });
    this.#port = await promise;
  }

  /** Runs a tool with this terminal as its own. @throws Error where it ends with another code than 0. */
  async run(tool: 'test-scaling' | 'test-pipeline', ...args: readonly string[]): Promise<void> {
    const shown = args.map((arg) => (/^[\w:/.=-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
    console.log(styleText('dim', `$ npx ${tool} ${shown}`));
    const child = this.#spawn(tool, [...args, '-server', `127.0.0.1:${this.#port}`], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${tool} ended with code ${code}`);
  }

  /** Resolves with the lines that fit as soon as there are so many. */
  async written(count: number, fits: (line: WorkerLine) => boolean): Promise<readonly WorkerLine[]> {
    const signal = AbortSignal.timeout(lineWithinMs);
    for (;;) {
      const found = this.#written.filter(fits);
      if (found.length >= count) return found;
      await once(this.#news, 'line', { signal }).catch(() =>
        Promise.reject(new Error(`of ${count} lines of workers only ${found.length} came`)),
      );
    }
  }

  async endServer(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`the server ended with code ${code}`);
  }

  /** Asks all that still run to end; this process ends when they have. */
  end(): void {
    for (const child of this.#started) child.kill('SIGTERM');
  }

  #spawn(program: string, args: readonly string[], options: Parameters<typeof spawn>[2]): ChildProcess {
    const child = spawn(process.execPath, [`bin/${program}.js`, ...args], options);
    this.#started.add(child);
    child.once('exit', () => this.#started.delete(child));
    return child;
  }
}
