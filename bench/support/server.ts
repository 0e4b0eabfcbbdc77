/**
 * The built server (`npm run build`), started as users start it, as a process of its own, with a probe inside and a real gRPC client
 * outside. Not its sources: what turns them into JavaScript at start would count as its memory.
 */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createOttoscalerClient, type OttoscalerClient } from '../../src/rpc/client.ts';
import { Child } from './child.ts';
import type { Reading } from './probe.ts';

const program = fileURLToPath(new URL('../../bin/ottoscaler.js', import.meta.url));
const probe = await asJavaScript(new URL('probe.ts', import.meta.url));

export class Server implements AsyncDisposable {
  readonly client: OttoscalerClient;
  readonly address: string;
  /** What the cluster said of itself. */
  readonly kubernetes: string;
  readonly #child: Child;

  constructor(child: Child, { port, kubernetes }: Listening) {
    this.#child = child;
    this.kubernetes = kubernetes;
    this.address = `127.0.0.1:${port}`;
    this.client = createOttoscalerClient(this.address);
  }

  read(signal: AbortSignal): Promise<Reading> {
    return this.#child.ask<Reading>('read', signal);
  }

  /** The same once its garbage is collected. */
  readCollected(signal: AbortSignal): Promise<Reading> {
    return this.#child.ask<Reading>('collect', signal);
  }

  /** Rejects with its last words, once it has ended. */
  failed(): Promise<never> {
    return this.#child.failed();
  }

  get pid(): number | undefined {
    return this.#child.process.pid;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.process.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.#child[Symbol.asyncDispose]();
  }
}

/** A process that does nothing under the same probe: what is late in it, the machine made late. */
export function startIdle(): Child {
  return new Child(['--import', probe, '--eval', 'setInterval(() => {}, 60_000)']);
}

/** Resolves once it accepts commands, or only listens; rejects with its last words where it ends before. */
export async function startServer(
  env: Readonly<Record<string, string>>,
  until: 'serving' | 'listening' = 'serving',
): Promise<Server> {
  const child = new Child([...(await startFlags()), '--import', probe, program], {
    GRPC_PORT: '0',
    HTTP_PORT: '0',
    LOG_FORMAT: 'json',
    ...env,
  });
  try {
    return new Server(child, await Promise.race([listening(child, until), child.failed()]));
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** The flags of Node that `npm start` gives, so that what is measured is what is run. */
async function startFlags(): Promise<readonly string[]> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** As a URL that Node imports, so that the server need not load what strips types. */
async function asJavaScript(file: URL): Promise<string> {
  const source = stripTypeScriptTypes(await readFile(file, 'utf8'));
  return `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
}

interface Listening {
  readonly port: number;
  readonly kubernetes: string;
}

/** It listens before it has recovered: only with the watch of Pods does it serve. */
async function listening({ process: { stdout } }: Child, until: 'serving' | 'listening'): Promise<Listening> {
  if (!stdout) throw new Error('the server has no stdout');
  let listens: Listening | undefined;
  const lines = createInterface({ input: stdout });
  for await (const text of lines) {
    const line = JSON.parse(text) as { msg: string } & Listening;
    if (line.msg === 'Ottoscaler is listening') listens = { port: line.port, kubernetes: line.kubernetes };
    if (listens && (until === 'listening' || line.msg === 'watching Pods')) break;
  }
  if (!listens) throw new Error('the server ended before it listened');
  // From here on its log is read and thrown away, which costs us nothing and it what it always costs.
  stdout.resume();
  return listens;
}
