/**
 * A store under a clock that the test moves and names that count up: nothing of the world is in it.
 */
import type { JsonObject } from '../../../../src/cluster/local/kube-object.ts';
import { allResources, namespaces } from '../../../../src/cluster/local/resources/registry.ts';
import { GarbageCollector } from '../../../../src/cluster/local/store/garbage-collector.ts';
import { ObjectStore } from '../../../../src/cluster/local/store/object-store.ts';

export interface TestStore {
  readonly store: ObjectStore;
  readonly advanceMs: (durationMs: number) => void;
  /** Runs the garbage collector until it has nothing left to do. */
  readonly collect: () => void;
}

export function newStore(historyEventsMax = 1000): TestStore {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  let count = 0;
  const identity = { uid: () => `uid-${(count += 1)}`, suffix: () => 'bcdfg' };
  const store = new ObjectStore({
    clock: { nowMs: () => nowMs },
    identity,
    resources: allResources,
    historyEventsMax,
  });
  store.create(namespaces, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const steps: (() => void)[] = [];
  const schedule = (step: () => void): void => void steps.push(step);
  const collector = new GarbageCollector({ store, resources: allResources, schedule });
  void collector;
  return {
    store,
    advanceMs: (durationMs) => {
      nowMs += durationMs;
    },
    collect: () => {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) step();
    },
  };
}

export function podDraft(name: string, change: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'x' } },
    spec: { containers: [{ name: 'main', image: 'busybox' }] },
    ...change,
  };
}

export function configMapDraft(
  name: string,
  metadata: JsonObject = {},
  data: JsonObject = { a: '1' },
): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}
