/** The built server and its clients, as the screenshots need them. Whatever was started is ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export class InspectedPrograms {
  readonly #started = new Set<ChildProcess>();
  #address = '';

  /** @returns the page's address, once the server listens on free ports */
  async startServer(): Promise<string> {
    const settings = { OTTO_CLUSTER: 'local', GRPC_PORT: '0', HTTP_PORT: '0', LOG_FORMAT: 'json' };
    const server = this.#spawn('bin/ottoscaler.js', [], { ...process.env, ...settings });
    if (server.stdout === null) throw new Error('the server has no output');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    server.once('exit', (code) => reject(new Error(`the server ended with code ${code}; is it built?`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      const record: { readonly msg?: string; readonly port?: number; readonly httpPort?: number } =
        JSON.parse(line);
      if (record.msg !== 'Ottoscaler is listening') return;
      this.#address = `127.0.0.1:${record.port}`;
      resolve(`http://127.0.0.1:${record.httpPort}/`);
    });
    return await promise;
  }

  /** @throws Error where the client ends with another code than 0 */
  async run(client: 'test-scaling' | 'test-pipeline', ...args: readonly string[]): Promise<void> {
    const [code] = await once(this.start(client, ...args), 'exit');
    if (code !== 0) throw new Error(`${client} ended with code ${code}`);
  }

  start(client: 'test-scaling' | 'test-pipeline', ...args: readonly string[]): ChildProcess {
    return this.#spawn(`bin/${client}.js`, [...args, '-server', this.#address], process.env);
  }

  async end(): Promise<void> {
    const running = [...this.#started];
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(running.map((child) => once(child, 'exit')));
  }

  #spawn(file: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#started.add(child);
    child.once('exit', () => this.#started.delete(child));
    return child;
  }
}
