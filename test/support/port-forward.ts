/** `kubectl port-forward`, as someone outside of the cluster reaches what runs in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface PortForward extends AsyncDisposable {
  /** `host:port` on this machine. */
  readonly address: string;
}

/** @param what such as `deployment/ottoscaler`: one of its Pods, for as long as that lives */
export async function forwardPort(namespace: string, what: string, port: number): Promise<PortForward> {
  const child = spawn('kubectl', ['--namespace', namespace, 'port-forward', what, `:${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let said = '';
  const { promise: address, resolve, reject } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, found] = /Forwarding from (127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  }
  child.once('error', reject);
  void closed.then(() => reject(new Error(`kubectl port-forward ended: ${said}`)));
  return {
    address: await address,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
