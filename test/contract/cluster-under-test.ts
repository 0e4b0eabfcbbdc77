/**
 * What the conformance suite needs of an adapter: the cluster itself, and the parts that others play in it.
 */
import type { Cluster } from '../../src/cluster/port.ts';

export interface ClusterUnderTest {
  /** On a namespace that is empty and nobody else's. */
  readonly cluster: Cluster;
  readonly kubelet: {
    /** Puts a Pod on a node that the test plays: from here on its deletion is graceful. */
    bind(name: string): Promise<void>;
    /** Merges fields into the Pod's status. */
    setStatus(name: string, patch: Readonly<Record<string, unknown>>): Promise<void>;
    /** What a kubelet does once a Pod's containers have ended: removes the object. */
    finishDeletion(name: string): Promise<void>;
  };
  /** Objects without our label, made by whomever. */
  readonly others: {
    createPod(name: string): Promise<void>;
    createConfigMap(name: string): Promise<void>;
    deleteLease(name: string): Promise<void>;
  };
  /** Removes the namespace and all that is in it; called also after a failure. */
  dispose(): Promise<void>;
}

export type SetUp = () => Promise<ClusterUnderTest>;
