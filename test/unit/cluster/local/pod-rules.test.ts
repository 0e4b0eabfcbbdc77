import { describe, expect, test } from 'vitest';

import { ApiError } from '../../../../src/cluster/local/api-error.ts';
import { objectField, type JsonObject } from '../../../../src/cluster/local/kube-object.ts';
import { configMaps, pods } from '../../../../src/cluster/local/resources/registry.ts';
import { configMapDraft, newStore, podDraft } from './new-store.ts';

function create(draft: JsonObject): { code: number; fields: string[] } {
  try {
    newStore().store.create(pods, 'default', draft);
    return { code: 201, fields: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, fields: (error.details?.causes ?? []).map((cause) => cause.field) };
  }
}

const withContainer = (container: JsonObject): JsonObject =>
  podDraft('p', { spec: { containers: [{ name: 'm', image: 'busybox', ...container }] } });

// Each row was answered the same way by a kube-apiserver 1.20.
const refused: readonly (readonly [string, JsonObject, number, readonly string[]])[] = [
  ['a name with capitals', podDraft('A_b'), 422, ['metadata.name']],
  ['no name', podDraft('', { metadata: {} }), 422, ['metadata.name']],
  ['no containers', podDraft('p', { spec: {} }), 422, ['spec.containers']],
  ['an empty image', withContainer({ image: '' }), 422, ['spec.containers[0].image']],
  ['an image with a space', withContainer({ image: ' x' }), 422, ['spec.containers[0].image']],
  ['a container name with capitals', withContainer({ name: 'A' }), 422, ['spec.containers[0].name']],
  [
    'an environment name with =',
    withContainer({ env: [{ name: '1=2' }] }),
    422,
    ['spec.containers[0].env[0].name'],
  ],
  [
    'a request above its limit',
    withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    422,
    ['spec.containers[0].resources.requests'],
  ],
  ['a quantity that is none', withContainer({ resources: { limits: { memory: 'x' } } }), 400, []],
  ['a number for a name', podDraft('p', { metadata: { name: 5 } }), 400, []],
  ['another kind', podDraft('p', { kind: 'ConfigMap' }), 400, []],
  [
    'a bad label key',
    podDraft('p', { metadata: { name: 'p', labels: { 'a b': 'x' } } }),
    422,
    ['metadata.labels'],
  ],
  [
    'a bad label value',
    podDraft('p', { metadata: { name: 'p', labels: { a: '-x' } } }),
    422,
    ['metadata.labels'],
  ],
  [
    'annotations above 256 KiB',
    podDraft('p', { metadata: { name: 'p', annotations: { a: 'x'.repeat(256 * 1024) } } }),
    422,
    ['metadata.annotations'],
  ],
  [
    'an unknown restart policy',
    podDraft('p', { spec: { restartPolicy: 'Foo', containers: [{ name: 'm', image: 'b' }] } }),
    422,
    ['spec.restartPolicy'],
  ],
  [
    'a deadline of 0',
    podDraft('p', { spec: { activeDeadlineSeconds: 0, containers: [{ name: 'm', image: 'b' }] } }),
    422,
    ['spec.activeDeadlineSeconds'],
  ],
];

describe('a Pod is refused for', () => {
  test.each(refused)('%s', (_name, draft, code, fields) => {
    expect(create(draft)).toEqual({ code, fields });
  });
});

test('null is an absent field', () => {
  expect(create(withContainer({ command: null, args: null, env: null })).code).toBe(201);
});

test('a Pod gets the defaults of kube-apiserver', () => {
  const pod = newStore().store.create(
    pods,
    'default',
    withContainer({ resources: { limits: { cpu: '1', memory: '1Gi' } } }),
  );
  expect(pod['spec']).toMatchObject({
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    serviceAccountName: 'default',
    containers: [{ imagePullPolicy: 'Always', resources: { requests: { cpu: '1', memory: '1Gi' } } }],
  });
  expect(pod['status']).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
});

test('a ConfigMap above 1 MiB is refused', () => {
  const draft = configMapDraft('c', {}, { a: 'x'.repeat(1024 * 1024 + 1) });
  expect(() => newStore().store.create(configMaps, 'default', draft)).toThrow(/Too long/);
});

test('a key named __proto__ is data like any other', () => {
  const data: JsonObject = JSON.parse('{"__proto__": "1"}');
  const stored = newStore().store.create(configMaps, 'default', configMapDraft('c', {}, data));
  expect(Object.entries(objectField(stored, 'data'))).toEqual([['__proto__', '1']]);
});
