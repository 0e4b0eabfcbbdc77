/** The real program as a process of its own: started on a free port, read by its log, ended by signals. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createOttoscalerClient, type OttoscalerClient } from '../../src/rpc/client.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class ServerProcess implements AsyncDisposable {
  readonly address: string;
  readonly client: OttoscalerClient;
  readonly exit: Promise<Exit>;
  readonly lines: readonly LogLine[];
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, exit: Promise<Exit>, lines: readonly LogLine[], port: number) {
    this.#child = child;
    this.exit = exit;
    this.lines = lines;
    this.address = `127.0.0.1:${port}`;
    this.client = createOttoscalerClient(this.address);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kill -9. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }

  /** What a worker printed, as the server's log has it. */
  outputOf(podName: string): readonly string[] {
    return this.lines
      .filter((line) => line['podName'] === podName && line['source'] === 'stdout')
      .map((l) => l.msg);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.client.close();
  }
}

/** Resolves once it listens; rejects with its output where it ends before. */
export async function startServer(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program], {
    // Under one name a process that follows a killed one need not wait until the lease expires.
    env: {
      ...process.env,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'info',
      GRPC_PORT: '0',
      HTTP_PORT: '0',
      OTTO_IDENTITY: `ottoscaler-of-${env['NAMESPACE'] ?? 'default'}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const exit = once(child, 'exit').then(([code, signal]: unknown[]): Exit => {
    running.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const lines: LogLine[] = [];
  const words: string[] = [];
  const listening = Promise.withResolvers<number>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    if (line.msg === 'Ottoscaler is listening') listening.resolve(Number(line['port']));
  });
  child.once('exit', (code, signal) => {
    const output = [...lines.map((line) => JSON.stringify(line)), ...words].join('\n');
    listening.reject(new Error(`the server ended (${code ?? signal}) before it listened:\n${output}`));
  });
  return new ServerProcess(child, exit, lines, await listening.promise);
}
