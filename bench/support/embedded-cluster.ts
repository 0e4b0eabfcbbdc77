/** The embedded Kubernetes API in a process of its own; without its node, who measures plays the kubelet. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface EmbeddedCluster extends AsyncDisposable {
  readonly kubeconfigPath: string;
}

export async function startEmbeddedCluster(
  node: 'with a node' | 'no node' = 'no node',
): Promise<EmbeddedCluster> {
  const directory = await mkdtemp(path.join(tmpdir(), 'otto-bench-'));
  const child = new Child([
    program,
    'local-cluster',
    ...(node === 'no node' ? ['--no-node'] : []),
    '--directory',
    directory,
  ]);
  const cluster = {
    kubeconfigPath: path.join(directory, 'kubeconfig'),
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await Promise.race([firstLine(child), child.failed()]);
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}

async function firstLine({ process: { stdout } }: Child): Promise<void> {
  if (!stdout) return;
  await once(createInterface({ input: stdout }), 'line');
  stdout.resume();
}
