/**
 * The object store: what etcd and the generic part of kube-apiserver are together, without HTTP.
 *
 * One counter gives every write its resourceVersion, so all changes have one order. Reads are always of the
 * newest state. The store trusts nobody: drafts are copied, defaulted and validated here, and what it returns is
 * deeply frozen. It knows no wall clock and no randomness but what is injected, so a simulation runs the same
 * code under virtual time.
 */
import { alreadyExists, ApiError, invalid, notFound } from '../api-error.ts';
import type { Clock, Identity } from '../clock.ts';
import {
  dropNulls,
  frozen,
  isKubeObject,
  rfc3339Seconds,
  thawed,
  type JsonObject,
  type KubeObject,
} from '../kube-object.ts';
import { validateMetadata, validateMetadataUpdate } from '../resources/metadata.ts';
import { checkPreconditions, deletionStep, isDue, type DeleteOptions } from './deletion.ts';
import { checkEnvelope, cleanCreateMetadata, mergedUpdate, type UpdateOptions } from './draft.ts';
import { ListPages, type ListPage } from './list-pages.ts';
import type { ResourceType } from './resource-type.ts';
import { Table } from './table.ts';
import { WatchHistory, type EventType } from './watch-history.ts';
import { seenAs, Watchers, type Selection, type Subscription, type WatchSink } from './watchers.ts';

export interface ObjectStoreOptions {
  readonly clock: Clock;
  readonly identity: Identity;
  readonly resources: readonly ResourceType[];
  /** How many events a watch can look back; default 16,384. */
  readonly historyEventsMax?: number;
}

export interface ListQuery extends Selection {
  /** 0 or absent: everything in one page. */
  readonly limit?: number;
  readonly continueToken?: string;
}

export interface WatchStart {
  /** Only what happens after this revision; absent: first an ADDED for each object there is. */
  readonly after?: number;
}

export class ObjectStore {
  readonly #clock: Clock;
  readonly #identity: Identity;
  readonly #tables = new Map<ResourceType, Table>();
  readonly #history: WatchHistory;
  readonly #pages: ListPages;
  readonly #watchers = new Watchers();
  readonly #byUid = new Map<string, KubeObject>();
  readonly #namespaces: ResourceType | undefined;
  #revision = 1;

  constructor(options: ObjectStoreOptions) {
    this.#clock = options.clock;
    this.#identity = options.identity;
    this.#history = new WatchHistory(options.historyEventsMax ?? 16_384);
    this.#pages = new ListPages(options.clock);
    for (const type of options.resources) this.#tables.set(type, new Table());
    this.#namespaces = options.resources.find((type) => type.group === '' && type.plural === 'namespaces');
  }

  get revision(): number {
    return this.#revision;
  }

  find(type: ResourceType, namespace: string, name: string): KubeObject | undefined {
    return this.#table(type).get(namespace, name);
  }

  findByUid(uid: string): KubeObject | undefined {
    return this.#byUid.get(uid);
  }

  get(type: ResourceType, namespace: string, name: string): KubeObject {
    const object = this.find(type, namespace, name);
    if (object === undefined) throw notFound(type, name);
    return object;
  }

  count(type: ResourceType): number {
    return this.#table(type).size;
  }

  list(query: ListQuery): ListPage {
    const limit = query.limit ?? 0;
    if (query.continueToken !== undefined && query.continueToken !== '')
      return this.#pages.next(query.continueToken, limit);
    return this.#pages.first(this.select(query), this.#revision, limit);
  }

  select(selection: Selection): KubeObject[] {
    return this.#table(selection.resource).select(selection.namespace, selection.matches);
  }

  create(
    type: ResourceType,
    namespace: string,
    input: JsonObject,
    options: { dryRun?: boolean } = {},
  ): KubeObject {
    const draft = thawed(input);
    dropNulls(draft);
    checkEnvelope(type, namespace, draft);
    this.#checkNamespace(type, namespace);
    cleanCreateMetadata(draft, namespace, {
      nowMs: this.#clock.nowMs(),
      uid: this.#identity.uid(),
      suffix: this.#identity.suffix(),
    });
    type.prepareCreate(draft);
    if (!isKubeObject(draft)) throw new ApiError('BadRequest', `not an object of kind ${type.kind}`);
    const object: KubeObject = draft;
    const causes = [...validateMetadata(type, object), ...type.validate(object)];
    if (causes.length > 0) throw invalid(type, object.metadata.name ?? '', causes);
    if (this.find(type, namespace, object.metadata.name) !== undefined)
      throw alreadyExists(type, object.metadata.name);
    return options.dryRun === true ? frozen(object) : this.#commit(type, 'ADDED', object, undefined);
  }

  /**
   * Replaces an object by what `change` makes of the current one. Where the result carries a
   * resourceVersion or UID it must be the current one (409). No change writes nothing and tells nobody.
   */
  update(
    type: ResourceType,
    namespace: string,
    name: string,
    change: (current: KubeObject) => JsonObject,
    options: UpdateOptions & { readonly dryRun?: boolean } = {},
  ): KubeObject {
    const current = this.get(type, namespace, name);
    const draft = thawed(change(current));
    if ((options.part ?? 'main') === 'main') dropNulls(draft);
    checkEnvelope(type, namespace, draft);
    const next = mergedUpdate(type, current, draft, options);
    if (next === undefined) return current;
    if ((options.part ?? 'main') === 'main') {
      const causes = [...validateMetadataUpdate(type, next, current), ...type.validateUpdate(next, current)];
      if (causes.length > 0) throw invalid(type, name, causes);
    }
    if (options.dryRun === true) return frozen(next);
    if (isDue(next.metadata)) return this.#remove(type, next, current);
    return this.#commit(type, 'MODIFIED', next, current);
  }

  /** What the object is after the request; `removed` where it is gone. */
  delete(
    type: ResourceType,
    namespace: string,
    name: string,
    options: DeleteOptions = {},
  ): { readonly object: KubeObject; readonly removed: boolean } {
    const current = this.get(type, namespace, name);
    checkPreconditions(type, current, options);
    const step = deletionStep(type, current, options, this.#clock.nowMs());
    if (options.dryRun === true || step.kind === 'wait')
      return { object: current, removed: step.kind === 'remove' };
    if (step.kind === 'remove') {
      if (options.propagation === 'Orphan') this.#orphanDependents(current.metadata.uid);
      return { object: this.#remove(type, current, current), removed: true };
    }
    return {
      object: this.#commit(type, 'MODIFIED', { ...current, metadata: step.metadata }, current),
      removed: false,
    };
  }

  /** Throws 410 `Expired` where history no longer reaches back to `start.after`. */
  watch(selection: Selection, start: WatchStart, sink: WatchSink): Subscription {
    if (start.after === undefined) {
      for (const object of this.select(selection)) sink({ type: 'ADDED', object, revision: this.#revision });
    } else {
      const missed = this.#history.since(start.after);
      if (missed === 'expired')
        throw new ApiError('Expired', `too old resource version: ${start.after} (${this.#revision})`);
      for (const event of missed) {
        const seen = seenAs(selection, event);
        if (seen !== undefined) sink(seen);
      }
    }
    return this.#watchers.add(selection, sink);
  }

  /** Forgets history and list snapshots, as etcd's compaction does: old positions then answer 410. */
  compact(): void {
    this.#history.compact();
    this.#pages.expire();
  }

  #table(type: ResourceType): Table {
    const table = this.#tables.get(type);
    if (table === undefined) throw new Error(`resource ${type.plural} is not in this store`);
    return table;
  }

  #checkNamespace(type: ResourceType, namespace: string): void {
    if (!type.namespaced || this.#namespaces === undefined) return;
    const home = this.get(this.#namespaces, '', namespace);
    if (home.metadata.deletionTimestamp === undefined) return;
    throw new ApiError(
      'Forbidden',
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        kind: type.plural,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    );
  }

  #commit(
    type: ResourceType,
    event: EventType,
    next: KubeObject,
    previous: KubeObject | undefined,
  ): KubeObject {
    this.#revision += 1;
    const object = frozen({
      ...next,
      metadata: { ...next.metadata, resourceVersion: String(this.#revision) },
    });
    if (event === 'DELETED') {
      this.#table(type).remove(object);
      this.#byUid.delete(object.metadata.uid);
    } else {
      this.#table(type).put(object);
      this.#byUid.set(object.metadata.uid, object);
    }
    const stored = { revision: this.#revision, type: event, resource: type, object, previous };
    this.#history.append(stored);
    this.#watchers.tell(stored);
    return object;
  }

  #remove(type: ResourceType, last: KubeObject, previous: KubeObject): KubeObject {
    const marked = last.metadata.deletionTimestamp === undefined && type.returnsDeleted;
    const metadata = marked
      ? {
          ...last.metadata,
          deletionTimestamp: rfc3339Seconds(this.#clock.nowMs()),
          deletionGracePeriodSeconds: 0,
        }
      : last.metadata;
    return this.#commit(type, 'DELETED', { ...last, metadata }, previous);
  }

  #orphanDependents(ownerUid: string): void {
    const isDependent = ({ metadata }: KubeObject): boolean =>
      metadata.ownerReferences?.some((owner) => owner.uid === ownerUid) === true;
    for (const [type, table] of this.#tables)
      for (const { metadata } of table.select(undefined, isDependent)) {
        const kept = (metadata.ownerReferences ?? []).filter((owner) => owner.uid !== ownerUid);
        this.update(type, metadata.namespace ?? '', metadata.name, (current) => ({
          ...current,
          metadata: { ...current.metadata, ownerReferences: kept },
        }));
      }
  }
}
