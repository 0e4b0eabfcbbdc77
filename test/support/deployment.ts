/** Ottoscaler as `kubectl apply -k` puts it into a namespace, and what is asked of it from outside. */
import { forwardPort, type PortForward } from './port-forward.ts';
import { kubectl, type Namespace, type RawObject } from './kubernetes.ts';
import type { JudgedPodSpec } from './pod-security.ts';
import { until } from './until.ts';

export interface ServerPod extends RawObject {
  readonly spec: JudgedPodSpec;
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }>;
    readonly containerStatuses?: ReadonlyArray<{ readonly imageID: string; readonly restartCount: number }>;
  };
}

/** @throws Error in a sentence: Debian 12 has one that is older than components */
export async function requireKustomize(): Promise<void> {
  const said = await kubectl('version', '--client', '--output', 'json');
  const { kustomizeVersion, clientVersion } = JSON.parse(said) as {
    kustomizeVersion?: string;
    clientVersion: { gitVersion: string };
  };
  if (kustomizeVersion === undefined)
    throw new Error(
      `k8s/ needs the kustomize of kubectl 1.24 or later, on the PATH is ${clientVersion.gitVersion}: https://kubernetes.io/docs/tasks/tools/`,
    );
}

const app = { query: { labelSelector: 'app=ottoscaler' } };

export class Deployment {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  /** @param overlay a folder */
  async apply(overlay: string): Promise<void> {
    await this.kubectl('apply', '--kustomize', overlay);
  }

  /** A Pod that is ready and does not end, once there is such a one. */
  async ready(isThis: (pod: ServerPod) => boolean = () => true): Promise<ServerPod> {
    let pods: readonly ServerPod[] = [];
    const isReady = ({ metadata, status }: ServerPod) =>
      metadata.deletionTimestamp === undefined &&
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    return await until(
      'a Pod of Ottoscaler that is ready',
      async () => {
        const answer = await this.#namespace.call('GET', 'pods', app);
        pods = (answer as { items: ServerPod[] }).items;
        return pods.find((pod) => isReady(pod) && isThis(pod));
      },
      { timeoutMs: 120_000, seen: () => JSON.stringify(pods.map(({ status }) => status)) },
    );
  }

  /** Adds to what the manifests say; each change is another Pod. */
  async setEnvironment(env: readonly object[]): Promise<void> {
    const spec = { template: { spec: { containers: [{ name: 'ottoscaler', env }] } } };
    await this.kubectl('patch', 'deployment/ottoscaler', '--patch', JSON.stringify({ spec }));
  }

  /** In the container, without a shell. */
  async exec(...command: readonly string[]): Promise<string> {
    return await this.kubectl('exec', 'deployment/ottoscaler', '--', ...command);
  }

  async forward(port: number): Promise<PortForward> {
    return await forwardPort(this.#namespace.name, 'deployment/ottoscaler', port);
  }

  async kubectl(...args: readonly string[]): Promise<string> {
    return await kubectl('--namespace', this.#namespace.name, ...args);
  }
}
