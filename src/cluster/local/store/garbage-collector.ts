/**
 * Deletes what its owners have left behind, and empties namespaces that are being deleted.
 *
 * It trusts UIDs, never names: an owner that was deleted and created again under its name is another object.
 * An object goes when all its owners are gone; owners of kinds that this cluster does not serve count as present,
 * because nothing is known about them. It works in steps that its host schedules, so a simulation decides when.
 */
import { ApiError } from '../api-error.ts';
import type { JsonObject, KubeObject, OwnerReference } from '../kube-object.ts';
import type { ObjectStore } from './object-store.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import type { Subscription, WatchEvent } from './watchers.ts';

export interface GarbageCollectorOptions {
  readonly store: ObjectStore;
  readonly resources: readonly ResourceType[];
  /** Runs `step` later and once; `setImmediate` in the real cluster. */
  readonly schedule: (step: () => void) => void;
}

interface Suspect {
  readonly type: ResourceType;
  readonly uid: string;
}

export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;
  readonly #subscriptions: Subscription[];
  readonly #dependents = new Map<string, Map<string, ResourceType>>();
  /** At most one entry an object: it is keyed by UID. */
  readonly #suspects = new Map<string, Suspect>();
  #scheduled = false;
  #closed = false;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
    this.#subscriptions = options.resources.map((type) =>
      options.store.watch({ resource: type }, {}, (event) => this.#observe(type, event)),
    );
  }

  close(): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription.close();
  }

  #observe(type: ResourceType, { type: change, object }: WatchEvent): void {
    const { uid, ownerReferences = [], deletionTimestamp } = object.metadata;
    if (change === 'DELETED') {
      for (const owner of ownerReferences) this.#unlink(owner.uid, uid);
      for (const [dependent, kind] of this.#dependents.get(uid) ?? []) this.#suspect(kind, dependent);
      // A namespace that is being deleted goes when the last object in it is gone.
      const home = object.metadata.namespace;
      if (home !== undefined) this.#suspectNamespace(home);
      return;
    }
    for (const owner of ownerReferences) {
      const known = this.#dependents.get(owner.uid) ?? new Map<string, ResourceType>();
      this.#dependents.set(owner.uid, known.set(uid, type));
    }
    const isDeletedNamespace = type.kind === 'Namespace' && deletionTimestamp !== undefined;
    if ((change === 'ADDED' && ownerReferences.length > 0) || isDeletedNamespace) this.#suspect(type, uid);
  }

  #unlink(ownerUid: string, uid: string): void {
    const known = this.#dependents.get(ownerUid);
    known?.delete(uid);
    if (known?.size === 0) this.#dependents.delete(ownerUid);
  }

  #suspectNamespace(name: string): void {
    const type = this.#options.resources.find((known) => known.kind === 'Namespace');
    const home = type === undefined ? undefined : this.#options.store.find(type, '', name);
    if (type !== undefined && home?.metadata.deletionTimestamp !== undefined)
      this.#suspect(type, home.metadata.uid);
  }

  #suspect(type: ResourceType, uid: string): void {
    this.#suspects.set(uid, { type, uid });
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => this.#step());
  }

  #step(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const suspects = [...this.#suspects.values()];
    this.#suspects.clear();
    for (const { type, uid } of suspects) {
      const object = this.#options.store.findByUid(uid);
      if (object === undefined) continue;
      if (type.kind === 'Namespace') this.#empty(type, object);
      else this.#judge(type, object);
    }
  }

  #judge(type: ResourceType, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0 || owners.some((owner) => this.#isPresent(owner, object))) return;
    this.#delete(type, object);
  }

  #isPresent(owner: OwnerReference, dependent: KubeObject): boolean {
    const served = this.#options.resources.find(
      (type) => type.kind === owner.kind && apiVersionOf(type) === owner.apiVersion,
    );
    if (served === undefined) return true;
    const found = this.#options.store.findByUid(owner.uid);
    if (found === undefined || found.kind !== owner.kind || found.metadata.name !== owner.name) return false;
    return !served.namespaced || found.metadata.namespace === dependent.metadata.namespace;
  }

  #empty(type: ResourceType, home: KubeObject): void {
    if (home.metadata.deletionTimestamp === undefined) return;
    const { name } = home.metadata;
    const store = this.#options.store;
    const served = this.#options.resources.filter((resource) => resource.namespaced);
    const contents = served.flatMap((resource) =>
      store.select({ resource, namespace: name }).map((object) => ({ resource, object })),
    );
    if (contents.length > 0) {
      for (const { resource, object } of contents)
        if (object.metadata.deletionTimestamp === undefined) this.#delete(resource, object);
      return;
    }
    store.update(
      type,
      '',
      name,
      (current): JsonObject => ({
        ...current,
        metadata: { ...current.metadata, finalizers: [] },
        status: { phase: 'Terminating' },
      }),
      { part: 'all' },
    );
  }

  #delete(type: ResourceType, object: KubeObject): void {
    const { namespace = '', name, uid } = object.metadata;
    try {
      this.#options.store.delete(type, namespace, name, { uid });
    } catch (error) {
      // Somebody else was first: what is gone needs no collecting.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
