/** A TCP proxy before an API server that cuts all of its connections whenever a test wants it. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';

export class CuttingProxy implements AsyncDisposable {
  /** Names the proxy in the place of the API server. */
  readonly kubeconfigPath: string;
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, target: URL, kubeconfigPath: string) {
    this.#server = server;
    this.kubeconfigPath = kubeconfigPath;
    server.on('connection', (near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  cut(): void {
    this.cuts += 1;
    for (const socket of this.#sockets) socket.destroy();
  }

  cutEvery(ms: number): void {
    this.#timer = setInterval(() => this.cut(), ms);
  }

  stopCutting(): void {
    clearInterval(this.#timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopCutting();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** @param directory for a kubeconfig like the one at `kubeconfigPath`, whose server is the proxy */
export async function startCuttingProxy(kubeconfigPath: string, directory: string): Promise<CuttingProxy> {
  const original = await readFile(kubeconfigPath, 'utf8');
  const target = /https:\/\/127\.0\.0\.1:\d+/.exec(original)?.[0];
  if (target === undefined) throw new Error('the kubeconfig names no API server on loopback');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const file = path.join(directory, 'cut-kubeconfig');
  await writeFile(file, original.replaceAll(target, `https://127.0.0.1:${port}`));
  return new CuttingProxy(server, new URL(target), file);
}
