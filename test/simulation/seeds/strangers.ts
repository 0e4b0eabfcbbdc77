/** Others who use the same cluster: they take names, and take away what is ours. */
import { asPod } from '../../../src/cluster/local/pod.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import { managedBy } from '../../../src/cluster/port.ts';
import { podManifest } from '../../support/pod-manifest.ts';
import type { World } from '../model/world.ts';

export class Strangers {
  /** Pods that were gone before anybody may have known that they were there. */
  readonly tookBack = new Set<string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  owns(podName: string): boolean {
    const { metadata } = this.#world.store.get(podType, this.#world.namespace, podName);
    return metadata.labels?.[managedBy.key] !== managedBy.value;
  }

  /** A foreign Pod takes a name that is free. */
  plant(podName: string): void {
    if (this.#world.store.find(podType, this.#world.namespace, podName)) return;
    const { metadata, ...rest } = podManifest(podName);
    const labels = { [managedBy.key]: 'somebody-else' };
    this.#world.createPod({ ...rest, metadata: { ...metadata, labels } });
  }

  /** As `kubectl delete pod`, once it is there; it takes its time to go. */
  takeBack(podName: string): void {
    this.#world.clock.setTimeout(() => {
      const found = this.#world.store.find(podType, this.#world.namespace, podName);
      if (!found || this.owns(podName)) return;
      // What is on no node goes at once.
      if (asPod(found).spec.nodeName === undefined) this.#world.bind(podName);
      this.takeAway(podName);
      this.tookBack.add(podName);
    }, 0);
  }

  takeAway(podName: string): void {
    const { store, namespace, audit } = this.#world;
    const found = store.find(podType, namespace, podName);
    if (!found) return;
    audit.takenAway.add(found.metadata.uid);
    store.delete(podType, namespace, podName, { uid: found.metadata.uid });
  }

  /** As a backup tool that puts back what it found. */
  makeAgain(podName: string): void {
    const { store, namespace, audit } = this.#world;
    const found = store.find(podType, namespace, podName);
    if (!found) return;
    audit.takenAway.add(found.metadata.uid);
    this.#world.remove(podName);
    audit.copied.add(podName);
    const { name, labels, annotations, ownerReferences } = found.metadata;
    this.#world.createPod({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels, annotations, ownerReferences },
      spec: withoutNode(found['spec']),
    });
  }

  spoil(podName: string): void {
    const { store, namespace } = this.#world;
    const spoiled = { 'ottoscaler.io/spec-hash': '{"\u0000', 'ottoscaler.io/stage-id': 'x'.repeat(1_000) };
    store.update(podType, namespace, podName, (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...spoiled } },
    }));
  }
}

function withoutNode(spec: unknown): Readonly<Record<string, unknown>> {
  const { nodeName: _, ...rest } = spec as Readonly<Record<string, unknown>>;
  return rest;
}
