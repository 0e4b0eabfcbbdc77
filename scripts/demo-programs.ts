/**
 * The built programs as the demo runs them: otto-handler, a server with its embedded cluster, and tools that share this
 * terminal. Whatever was started is ended, also after a failure and on a signal.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

export interface WorkerLine {
  readonly podName: string;
  readonly text: string;
}

interface Notice {
  readonly podName: string;
  readonly taskId: string;
  /** CREATED, RUNNING and so on, and why. */
  readonly step: string;
}

const lineWithinMs = 20_000;
/** As examples/otto-handler prints them in a pipe. */
const handlerLine = /^\S+ (?:INFO|WARN|ERROR|DEBUG) +(?:stdout|stderr) (?<podName>\S+) (?<text>.*)$/;
const handlerNotice = /^\S+ NOTICE (?<podName>\S+) of (?<taskId>\S+) (?<step>.*)$/;

export class DemoPrograms {
  readonly #started = new Set<ChildProcess>();
  /** What workers wrote and how they fared, as otto-handler was told. */
  readonly #written: WorkerLine[] = [];
  readonly #notices: Notice[] = [];
  readonly #news = new EventEmitter();
  #handler: ChildProcess | undefined;
  #server: ChildProcess | undefined;
  #address = '';

  /** @returns where otto-handler listens, on a free port. */
  async startHandler(): Promise<string> {
    this.#handler = this.#spawn('examples/otto-handler/dist/main.js', [], {
      env: { ...process.env, GRPC_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return await this.#listening(this.#handler, 'otto-handler', (line) => {
      const heard = handlerLine.exec(line)?.groups;
      if (heard) this.#written.push({ podName: heard['podName'] ?? '', text: heard['text'] ?? '' });
      const told = handlerNotice.exec(line)?.groups;
      if (told)
        this.#notices.push({
          podName: told['podName'] ?? '',
          taskId: told['taskId'] ?? '',
          step: told['step'] ?? '',
        });
      this.#news.emit('line');
      return /^otto-handler listens on (\S+)$/.exec(line)?.[1];
    });
  }

  /** Resolves once the server listens, on a free port. */
  async startServer(handlerAddress: string): Promise<void> {
    const settings = {
      OTTO_CLUSTER: 'local',
      OTTO_HANDLER_HOST: handlerAddress,
      GRPC_PORT: '0',
      HTTP_PORT: '0',
    };
    this.#server = this.#spawn('bin/ottoscaler.js', [], {
      env: { ...process.env, ...settings, LOG_FORMAT: 'json', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#address = await this.#listening(this.#server, 'the server', (line) => {
      const record: { readonly msg: string; readonly port?: number } = JSON.parse(line);
      return record.msg === 'Ottoscaler is listening' ? `127.0.0.1:${record.port}` : undefined;
    });
  }

  /** Runs a tool with this terminal as its own. @throws Error where it ends with another code than 0. */
  async run(tool: 'test-scaling' | 'test-pipeline', ...args: readonly string[]): Promise<void> {
    const shown = args.map((arg) => (/^[\w:/.=-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
    console.log(styleText('dim', `$ npx ${tool} ${shown}`));
    const child = this.#spawn(`bin/${tool}.js`, [...args, '-server', this.#address], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${tool} ended with code ${code}`);
  }

  /** Resolves with the lines that fit as soon as otto-handler has so many. */
  written(count: number, fits: (line: WorkerLine) => boolean): Promise<readonly WorkerLine[]> {
    return this.#heard('lines of workers', this.#written, count, fits);
  }

  /** Resolves with the notices that fit as soon as otto-handler has so many. */
  notices(count: number, fits: (notice: Notice) => boolean): Promise<readonly Notice[]> {
    return this.#heard('notices', this.#notices, count, fits);
  }

  async endAll(): Promise<void> {
    for (const [name, program] of [
      ['the server', this.#server],
      ['otto-handler', this.#handler],
    ] as const) {
      if (program === undefined) continue;
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      // oxlint-disable-next-line no-await-in-loop -- what the server has to say goes to otto-handler
      const [code] = await ended;
      if (code !== 0) throw new Error(`${name} ended with code ${code}`);
    }
  }

  /** Asks all that still run to end; this process ends when they have. */
  end(): void {
    for (const child of this.#started) child.kill('SIGTERM');
  }

  async #heard<T>(
    what: string,
    all: readonly T[],
    count: number,
    fits: (one: T) => boolean,
  ): Promise<readonly T[]> {
    const signal = AbortSignal.timeout(lineWithinMs);
    for (;;) {
      const found = all.filter(fits);
      if (found.length >= count) return found;
      await once(this.#news, 'line', { signal }).catch(() =>
        Promise.reject(new Error(`of ${count} ${what} only ${found.length} came to otto-handler`)),
      );
    }
  }

  /** @param read looks at each line that it prints. @returns the address that `read` finds first */
  #listening(
    program: ChildProcess,
    name: string,
    read: (line: string) => string | undefined,
  ): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    program.once('exit', (code) => reject(new Error(`${name} ended with code ${code} before it listened`)));
    if (program.stdout === null) throw new Error(`${name} has no output`);
    createInterface({ input: program.stdout }).on('line', (line) => {
      const address = read(line);
      if (address !== undefined) resolve(address);
    });
    return promise;
  }

  #spawn(file: string, args: readonly string[], options: Parameters<typeof spawn>[2]): ChildProcess {
    const child = spawn(process.execPath, [file, ...args], options);
    this.#started.add(child);
    child.once('exit', () => this.#started.delete(child));
    return child;
  }
}
