/** The real server as a process of its own, with a probe inside and a real gRPC client outside. */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createOttoscalerClient, type OttoscalerClient } from '../../src/rpc/client.ts';
import { Child } from './child.ts';
import type { Reading } from './probe.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const probe = new URL('probe.ts', import.meta.url).href;

export class Server implements AsyncDisposable {
  readonly client: OttoscalerClient;
  /** What the cluster said of itself. */
  readonly kubernetes: string;
  readonly #child: Child;

  constructor(child: Child, { port, kubernetes }: Listening) {
    this.#child = child;
    this.kubernetes = kubernetes;
    this.client = createOttoscalerClient(`127.0.0.1:${port}`);
  }

  read(signal: AbortSignal): Promise<Reading> {
    return this.#child.ask<Reading>('read', signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.#child[Symbol.asyncDispose]();
  }
}

/** Resolves once it accepts commands; rejects with its last words where it ends before. */
export async function startServer(env: Readonly<Record<string, string>>, nodeFlags: readonly string[] = []) {
  const child = new Child(['--import', probe, ...nodeFlags, program], {
    GRPC_PORT: '0',
    LOG_FORMAT: 'json',
    ...env,
  });
  try {
    return new Server(child, await Promise.race([listening(child), child.failed()]));
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

interface Listening {
  readonly port: number;
  readonly kubernetes: string;
}

/** It listens before it has recovered: only with the watch of Pods does it serve. */
async function listening({ process: { stdout } }: Child): Promise<Listening> {
  if (!stdout) throw new Error('the server has no stdout');
  let listens: Listening | undefined;
  const lines = createInterface({ input: stdout });
  for await (const text of lines) {
    const line = JSON.parse(text) as { msg: string } & Listening;
    if (line.msg === 'Ottoscaler is listening') listens = { port: line.port, kubernetes: line.kubernetes };
    if (line.msg === 'watching Pods' && listens) break;
  }
  if (!listens) throw new Error('the server ended before it listened');
  // From here on its log is read and thrown away, which costs us nothing and it what it always costs.
  stdout.resume();
  return listens;
}
