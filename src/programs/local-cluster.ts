/** `ottoscaler local-cluster`: the embedded Kubernetes alone, for kubectl and for trying things out. */
import { startLocalCluster } from '../cluster/local/local-cluster.ts';

export interface LocalClusterArguments {
  readonly directory: string;
  readonly port: number;
  /** False: only the API, no node that runs Pods. */
  readonly node: boolean;
}

/** Runs until SIGTERM or SIGINT; then ends every container. */
export async function runLocalCluster(args: LocalClusterArguments): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.on('SIGTERM', () => resolve());
  process.on('SIGINT', () => resolve());
  const cluster = await startLocalCluster(args);
  process.stdout.write(
    `${[
      `The embedded Kubernetes is up at ${cluster.url}; its node ${args.node ? 'runs containers as processes of this machine and isolates nothing' : 'is left out'}.`,
      `  export KUBECONFIG=${cluster.kubeconfigPath}`,
      '  kubectl get pods -w',
      'Ctrl-C ends it and everything that runs in it.',
    ].join('\n')}\n`,
  );
  await promise;
  await cluster.close();
  return 0;
}
