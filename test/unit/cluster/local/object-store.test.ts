import { describe, expect, test } from 'vitest';

import { ApiError } from '../../../../src/cluster/local/api-error.ts';
import { objectField, type KubeObject } from '../../../../src/cluster/local/kube-object.ts';
import { bindPodToNode } from '../../../../src/cluster/local/pod-binding.ts';
import { configMaps, leases, namespaces, pods } from '../../../../src/cluster/local/resources/registry.ts';
import { parseLabelSelector } from '../../../../src/cluster/local/store/selector.ts';
import { configMapDraft, newStore, podDraft } from './new-store.ts';

function refusal(action: () => unknown): ApiError {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const fieldsOf = (error: ApiError): string[] => (error.details?.causes ?? []).map((cause) => cause.field);

describe('writing', () => {
  test('each write gets the next resourceVersion, across all kinds', () => {
    const { store } = newStore();
    const a = store.create(configMaps, 'default', configMapDraft('a'));
    const b = store.create(pods, 'default', podDraft('b'));
    expect(Number(b.metadata.resourceVersion)).toBe(Number(a.metadata.resourceVersion) + 1);
  });

  test('an update with an old resourceVersion is a Conflict and changes nothing', () => {
    const { store } = newStore();
    const first = store.create(configMaps, 'default', configMapDraft('a'));
    store.update(configMaps, 'default', 'a', (current) => ({ ...current, data: { a: '2' } }));
    const error = refusal(() =>
      store.update(configMaps, 'default', 'a', () => ({ ...first, data: { a: '3' } })),
    );
    expect(error).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(store.get(configMaps, 'default', 'a')['data']).toEqual({ a: '2' });
  });

  test('an update that changes nothing makes no event and keeps the resourceVersion', () => {
    const { store } = newStore();
    const first = store.create(configMaps, 'default', configMapDraft('a'));
    const events: unknown[] = [];
    store.watch({ resource: configMaps }, { after: store.revision }, (event) => events.push(event));
    const second = store.update(configMaps, 'default', 'a', (current) => ({ ...current, data: { a: '1' } }));
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(events).toEqual([]);
  });

  test('a taken name is AlreadyExists, a missing namespace is NotFound', () => {
    const { store } = newStore();
    store.create(configMaps, 'default', configMapDraft('a'));
    expect(refusal(() => store.create(configMaps, 'default', configMapDraft('a'))).status()).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
      details: { name: 'a', kind: 'configmaps' },
    });
    expect(refusal(() => store.create(configMaps, 'nowhere', configMapDraft('a'))).status()).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  });

  test('what the store returns cannot be changed, and what it was given may be', () => {
    const { store } = newStore();
    const draft = configMapDraft('a');
    const stored = store.create(configMaps, 'default', draft);
    draft['data'] = { a: 'changed' };
    expect(store.get(configMaps, 'default', 'a')['data']).toEqual({ a: '1' });
    expect(() => Object.assign(stored.metadata, { name: 'b' })).toThrow(TypeError);
  });

  test('generateName becomes a name with a suffix', () => {
    const { store } = newStore();
    const made = store.create(pods, 'default', podDraft('', { metadata: { generateName: 'w-' } }));
    expect(made.metadata.name).toBe('w-bcdfg');
  });

  test('a dry run answers with the object and stores nothing', () => {
    const { store } = newStore();
    const before = store.revision;
    expect(store.create(pods, 'default', podDraft('p'), { dryRun: true }).metadata.name).toBe('p');
    expect(store.find(pods, 'default', 'p')).toBeUndefined();
    expect(store.revision).toBe(before);
  });

  test('a lease must be updated with its resourceVersion', () => {
    const { store } = newStore();
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: {} };
    store.create(leases, 'default', lease);
    expect(
      refusal(() =>
        store.update(leases, 'default', 'l', () => ({ ...lease, spec: { holderIdentity: 'me' } })),
      ),
    ).toMatchObject({ code: 422 });
  });

  test('an immutable ConfigMap keeps its data', () => {
    const { store } = newStore();
    store.create(configMaps, 'default', { ...configMapDraft('a'), immutable: true });
    const error = refusal(() =>
      store.update(configMaps, 'default', 'a', (current) => ({ ...current, data: { a: '2' } })),
    );
    expect(fieldsOf(error)).toEqual(['data']);
  });

  test('a Pod spec is fixed except for its deadline, images and tolerations', () => {
    const { store } = newStore();
    store.create(pods, 'default', podDraft('p'));
    const change = (spec: object) => () =>
      store.update(pods, 'default', 'p', (current) => ({
        ...current,
        spec: { ...objectField(current, 'spec'), ...spec },
      }));
    expect(fieldsOf(refusal(change({ restartPolicy: 'Never' })))).toEqual(['spec']);
    expect(change({ activeDeadlineSeconds: 5 })()['spec']).toMatchObject({ activeDeadlineSeconds: 5 });
    expect(fieldsOf(refusal(change({ activeDeadlineSeconds: 6 })))).toEqual(['spec.activeDeadlineSeconds']);
  });

  test('status is written through its own part only', () => {
    const { store } = newStore();
    store.create(pods, 'default', podDraft('p'));
    const status = { phase: 'Running' };
    store.update(pods, 'default', 'p', (current) => ({ ...current, status }));
    expect(store.get(pods, 'default', 'p')['status']).toMatchObject({ phase: 'Pending' });
    store.update(pods, 'default', 'p', (current) => ({ ...current, spec: {}, status }), { part: 'status' });
    const pod = store.get(pods, 'default', 'p');
    expect(pod['status']).toEqual(status);
    expect(pod['spec']).toMatchObject({ containers: [{ name: 'main' }] });
  });
});

const fill = (count: number) => {
  const made = newStore();
  for (let n = 0; n < count; n += 1) made.store.create(configMaps, 'default', configMapDraft(`c-${n}`));
  return made;
};

describe('lists', () => {
  test('all pages show the state of the first one', () => {
    const { store } = fill(5);
    const first = store.list({ resource: configMaps, limit: 2 });
    store.create(configMaps, 'default', configMapDraft('later'));
    store.delete(configMaps, 'default', 'c-4');
    const second = store.list({ resource: configMaps, limit: 2, continueToken: first.continueToken });
    const third = store.list({ resource: configMaps, limit: 2, continueToken: second.continueToken });
    const names = [first, second, third].flatMap((page) => page.items.map((item) => item.metadata.name));
    expect(names).toEqual(['c-0', 'c-1', 'c-2', 'c-3', 'c-4']);
    expect(new Set([first, second, third].map((page) => page.resourceVersion)).size).toBe(1);
    expect([first.remainingCount, third.continueToken]).toEqual([3, '']);
  });

  test('a continue token expires with time and with compaction', () => {
    const { store, advanceMs } = fill(3);
    const { continueToken } = store.list({ resource: configMaps, limit: 1 });
    advanceMs(6 * 60_000);
    const next = () => store.list({ resource: configMaps, limit: 1, continueToken });
    expect(refusal(next)).toMatchObject({ code: 410, reason: 'Expired' });
    const fresh = store.list({ resource: configMaps, limit: 1 }).continueToken;
    store.compact();
    expect(refusal(() => store.list({ resource: configMaps, limit: 1, continueToken: fresh }))).toMatchObject(
      { code: 410 },
    );
    expect(refusal(() => store.list({ resource: configMaps, continueToken: 'x' }))).toMatchObject({
      code: 400,
    });
  });
});

const recorded = () => {
  const seen: string[] = [];
  const sink = ({ type, object }: { type: string; object: KubeObject }): void =>
    void seen.push(`${type} ${object.metadata.name}`);
  return { seen, sink };
};

describe('watches', () => {
  test('a watch from the past replays what came after it and then goes on', () => {
    const { store } = newStore();
    const { seen, sink } = recorded();
    const after = store.revision;
    store.create(configMaps, 'default', configMapDraft('a'));
    store.watch({ resource: configMaps }, { after }, sink);
    store.delete(configMaps, 'default', 'a');
    expect(seen).toEqual(['ADDED a', 'DELETED a']);
  });

  test('a position that history has forgotten is Expired', () => {
    const { store } = newStore(2);
    const after = store.revision;
    for (const name of ['a', 'b']) store.create(configMaps, 'default', configMapDraft(name));
    expect(() => store.watch({ resource: configMaps }, { after }, () => undefined).close()).not.toThrow();
    store.create(configMaps, 'default', configMapDraft('c'));
    expect(refusal(() => store.watch({ resource: configMaps }, { after }, () => undefined))).toMatchObject({
      code: 410,
    });
  });

  test('an object that enters a selection is ADDED, one that leaves it is DELETED', () => {
    const { store } = newStore();
    const { seen, sink } = recorded();
    const matches = parseLabelSelector('on=yes');
    store.watch({ resource: configMaps, ...(matches && { matches }) }, { after: store.revision }, sink);
    const label = (on: string) =>
      store.update(configMaps, 'default', 'a', (c) => ({
        ...c,
        metadata: { ...c.metadata, labels: { on } },
      }));
    store.create(configMaps, 'default', configMapDraft('a'));
    label('yes');
    label('no');
    label('off');
    expect(seen).toEqual(['ADDED a', 'DELETED a']);
  });

  test('every watcher sees the order of the writes, also when one of them writes', () => {
    const { store } = newStore();
    const { seen, sink } = recorded();
    const after = store.revision;
    store.watch({ resource: configMaps }, { after }, ({ object }) => {
      if (object.metadata.name === 'a') store.create(configMaps, 'default', configMapDraft('b'));
    });
    store.watch({ resource: configMaps }, { after }, sink);
    store.create(configMaps, 'default', configMapDraft('a'));
    expect(seen).toEqual(['ADDED a', 'ADDED b']);
  });
});

const bound = (grace = 30) => {
  const made = newStore();
  made.store.create(
    pods,
    'default',
    podDraft('p', {
      spec: { terminationGracePeriodSeconds: grace, containers: [{ name: 'm', image: 'busybox' }] },
    }),
  );
  bindPodToNode(made.store, { nowMs: () => 0 }, { namespace: 'default', name: 'p', node: 'n' });
  return made;
};

describe('deletion', () => {
  test('a Pod without a node goes at once', () => {
    const { store } = newStore();
    store.create(pods, 'default', podDraft('p'));
    expect(store.delete(pods, 'default', 'p').removed).toBe(true);
    expect(store.find(pods, 'default', 'p')).toBeUndefined();
  });

  test('a Pod on a node is marked, its grace may only shrink, and grace 0 removes it', () => {
    const { store } = bound();
    const marked = store.delete(pods, 'default', 'p').object.metadata;
    expect(marked).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: '2026-01-01T00:00:30Z',
    });
    expect(store.delete(pods, 'default', 'p', { graceSeconds: 60 }).object.metadata).toEqual(marked);
    expect(store.delete(pods, 'default', 'p', { graceSeconds: 5 }).object.metadata).toMatchObject({
      deletionGracePeriodSeconds: 5,
      deletionTimestamp: '2026-01-01T00:00:05Z',
    });
    expect(store.delete(pods, 'default', 'p', { graceSeconds: 0 }).removed).toBe(true);
    expect(store.find(pods, 'default', 'p')).toBeUndefined();
  });

  test('a Pod that has ended goes at once', () => {
    const { store } = bound();
    store.update(pods, 'default', 'p', (pod) => ({ ...pod, status: { phase: 'Failed' } }), {
      part: 'status',
    });
    expect(store.delete(pods, 'default', 'p').removed).toBe(true);
  });

  test('preconditions on UID and resourceVersion must hold', () => {
    const { store } = newStore();
    store.create(configMaps, 'default', configMapDraft('a'));
    for (const options of [{ uid: 'other' }, { resourceVersion: '1' }])
      expect(refusal(() => store.delete(configMaps, 'default', 'a', options))).toMatchObject({
        code: 409,
        reason: 'Conflict',
      });
    expect(store.find(configMaps, 'default', 'a')).toBeDefined();
  });

  test('a finalizer holds an object until it is taken off', () => {
    const { store } = newStore();
    store.create(configMaps, 'default', configMapDraft('a', { finalizers: ['example.com/hold'] }));
    expect(store.delete(configMaps, 'default', 'a').removed).toBe(false);
    expect(store.get(configMaps, 'default', 'a').metadata.deletionTimestamp).toBeDefined();
    store.update(configMaps, 'default', 'a', (c) => ({ ...c, metadata: { ...c.metadata, finalizers: [] } }));
    expect(store.find(configMaps, 'default', 'a')).toBeUndefined();
  });
});

const owned = (owner: KubeObject, uid = owner.metadata.uid) => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata.name, uid }],
});

describe('garbage', () => {
  test('what an owner leaves behind is deleted', () => {
    const { store, collect } = newStore();
    const owner = store.create(configMaps, 'default', configMapDraft('owner'));
    store.create(configMaps, 'default', configMapDraft('child', owned(owner)));
    collect();
    expect(store.find(configMaps, 'default', 'child')).toBeDefined();
    store.delete(configMaps, 'default', 'owner');
    collect();
    expect(store.find(configMaps, 'default', 'child')).toBeUndefined();
  });

  test('an owner of the same name and another UID is no owner', () => {
    const { store, collect } = newStore();
    const owner = store.create(configMaps, 'default', configMapDraft('owner'));
    store.create(configMaps, 'default', configMapDraft('child', owned(owner, 'uid-of-its-predecessor')));
    collect();
    expect(store.find(configMaps, 'default', 'child')).toBeUndefined();
  });

  test('Orphan leaves the dependents and takes off their reference', () => {
    const { store, collect } = newStore();
    const owner = store.create(configMaps, 'default', configMapDraft('owner'));
    store.create(configMaps, 'default', configMapDraft('child', owned(owner)));
    store.delete(configMaps, 'default', 'owner', { propagation: 'Orphan' });
    collect();
    expect(store.get(configMaps, 'default', 'child').metadata.ownerReferences).toEqual([]);
  });

  test('a deleted namespace takes its content with it and accepts nothing new', () => {
    const { store, collect } = newStore();
    store.create(namespaces, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
    store.create(configMaps, 'n', configMapDraft('a'));
    store.delete(namespaces, '', 'n');
    expect(refusal(() => store.create(configMaps, 'n', configMapDraft('b')))).toMatchObject({ code: 403 });
    collect();
    expect(store.find(configMaps, 'n', 'a')).toBeUndefined();
    expect(store.find(namespaces, '', 'n')).toBeUndefined();
  });
});
