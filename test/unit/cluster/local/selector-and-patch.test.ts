import { describe, expect, test } from 'vitest';

import { pods } from '../../../../src/cluster/local/resources/registry.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from '../../../../src/cluster/local/store/patch.ts';
import { parseFieldSelector, parseLabelSelector } from '../../../../src/cluster/local/store/selector.ts';
import { newStore, podDraft } from './new-store.ts';

const pod = newStore().store.create(
  pods,
  'default',
  podDraft('p', { metadata: { name: 'p', labels: { app: 'x', tier: 'a' } } }),
);

describe('label selectors', () => {
  test.each([
    ['app=x', true],
    ['app==x', true],
    ['app=y', false],
    ['app!=y', true],
    ['absent!=y', true],
    ['app in (x, y)', true],
    ['app in (y)', false],
    ['app notin (x)', false],
    ['absent notin (x)', true],
    ['app', true],
    ['absent', false],
    ['!absent', true],
    ['!app', false],
    ['app=x,tier in (a,b),!absent', true],
    ['app=x,tier=b', false],
  ])('%s selects: %s', (selector, expected) => {
    expect(parseLabelSelector(selector)?.(pod)).toBe(expected);
  });

  test.each(['a===b', 'a=-x', '=x', 'a in x'])('%s is a bad request', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('field selectors', () => {
  test.each([
    ['metadata.name=p', true],
    ['metadata.name!=p', false],
    ['status.phase==Pending', true],
    ['spec.nodeName=', true],
    ['spec.nodeName!=,metadata.namespace=default', false],
  ])('%s selects: %s', (selector, expected) => {
    expect(parseFieldSelector(selector, pods)?.(pod)).toBe(expected);
  });

  test('a field that cannot be selected is a bad request', () => {
    expect(() => parseFieldSelector('spec.hostname=a', pods)).toThrow(
      /field label not supported: spec.hostname/,
    );
  });
});

describe('patches', () => {
  const target = {
    a: 1,
    keep: { b: 2, c: 3 },
    conditions: [
      { type: 'A', status: 'True' },
      { type: 'B', status: 'True' },
    ],
    list: [1, 2],
  };

  test('a merge patch replaces lists and removes by null', () => {
    expect(mergePatch(target, { a: null, keep: { b: 4 }, list: [3], conditions: [] })).toEqual({
      keep: { b: 4, c: 3 },
      list: [3],
      conditions: [],
    });
  });

  test('a strategic merge patch merges lists by their key', () => {
    const patched = strategicMergePatch(target, {
      conditions: [
        { type: 'B', status: 'False' },
        { type: 'C', status: 'True' },
      ],
      list: [3],
    });
    expect(patched).toMatchObject({
      conditions: [
        { type: 'A', status: 'True' },
        { type: 'B', status: 'False' },
        { type: 'C', status: 'True' },
      ],
      list: [3],
    });
    expect(strategicMergePatch(target, { conditions: [{ type: 'A', $patch: 'delete' }] })).toMatchObject({
      conditions: [{ type: 'B' }],
    });
  });

  test('a JSON patch applies its operations in order or not at all', () => {
    const operations = [
      { op: 'test', path: '/a', value: 1 },
      { op: 'replace', path: '/a', value: 2 },
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'remove', path: '/keep/b' },
      { op: 'move', from: '/keep/c', path: '/moved' },
    ];
    expect(jsonPatch(target, operations)).toMatchObject({ a: 2, list: [1, 2, 3], keep: {}, moved: 3 });
    expect(target.list).toEqual([1, 2]);
    expect(() => jsonPatch(target, [{ op: 'test', path: '/a', value: 9 }])).toThrow(
      expect.objectContaining({ code: 422 }),
    );
    expect(() => jsonPatch(target, [{ op: 'remove', path: '/nothing' }])).toThrow(/does not exist/);
  });
});
