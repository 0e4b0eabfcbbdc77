/** The port's promises about ledger records. */
import { describe, expect } from 'vitest';
import type { RecordApi, StoredRecord } from '../../src/cluster/port.ts';
import { errorCode } from '../support/error-code.ts';
import type { ClusterTest } from './with-cluster.ts';

export function recordsSuite(test: ClusterTest): void {
  describe('records', () => {
    test('a record comes back as it was created, with our label beside its own', async ({ under }) => {
      const { records } = under.cluster;
      const data = { request: '{"task":"größe 🚀"}', 'state.v1': 'line 1\nline 2\n', empty: '' };
      const created = await records.create({ name: 'r', labels: { kind: 'scale' }, data });
      expect(created.uid).not.toBe('');
      expect(created.resourceVersion).not.toBe('');
      expect(created).toMatchObject({
        name: 'r',
        labels: { kind: 'scale', 'managed-by': 'ottoscaler' },
        data,
      });
      expect(await records.read('r')).toEqual(created);
      expect(await records.read('other')).toBeUndefined();
    });

    test('a taken name is refused as already-exists', async ({ under }) => {
      const { records } = under.cluster;
      await records.create({ name: 'r', labels: {}, data: { a: '1' } });
      await expect(records.create({ name: 'r', labels: {}, data: { a: '2' } })).rejects.toMatchObject({
        name: 'ClusterError',
        code: 'already-exists',
      });
      expect((await records.read('r'))?.data).toEqual({ a: '1' });
    });

    test('an update replaces the data and moves the resourceVersion', async ({ under }) => {
      const { records } = under.cluster;
      const created = await records.create({
        name: 'r',
        labels: { kind: 'scale' },
        data: { a: '1', b: '1' },
      });
      const updated = await records.update({ ...created, data: { b: '2' } });
      expect(updated).toMatchObject({ uid: created.uid, labels: created.labels });
      expect(updated.data).toEqual({ b: '2' });
      expect(updated.resourceVersion).not.toBe(created.resourceVersion);
      expect(await records.read('r')).toEqual(updated);
    });

    test('an update from an old resourceVersion is a conflict and changes nothing', async ({ under }) => {
      const { records } = under.cluster;
      const created = await records.create({ name: 'r', labels: {}, data: { a: '1' } });
      const updated = await records.update({ ...created, data: { a: '2' } });
      await expect(records.update({ ...created, data: { a: '3' } })).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await records.read('r')).toEqual(updated);
    });

    test('of simultaneous updates from one resourceVersion exactly one wins', async ({ under }) => {
      const { records } = under.cluster;
      const created = await records.create({ name: 'r', labels: {}, data: { a: '' } });
      const tries = Array.from({ length: 8 }, (_, a) => records.update({ ...created, data: { a: `${a}` } }));
      const outcomes = await Promise.allSettled(tries);
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
      const lost = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map(({ reason }) => errorCode(reason));
      expect(won).toHaveLength(1);
      expect(lost).toEqual(Array.from({ length: 7 }, () => 'conflict'));
      expect(await records.read('r')).toEqual(won[0]);
    });

    test('an update of a record that is gone is not-found', async ({ under }) => {
      const { records } = under.cluster;
      const created = await records.create({ name: 'r', labels: {}, data: {} });
      await records.delete(created);
      await expect(records.update(created)).rejects.toMatchObject({ code: 'not-found' });
      expect(await records.read('r')).toBeUndefined();
    });

    test('an update of the former record under a name is a conflict', async ({ under }) => {
      const { first, second, records } = await twoUnderOneName(under.cluster.records);
      await expect(
        records.update({ ...first, resourceVersion: second.resourceVersion }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect(await records.read('r')).toEqual(second);
    });

    test('deletes exactly the record that was read', async ({ under }) => {
      const { records } = under.cluster;
      const created = await records.create({ name: 'r', labels: {}, data: {} });
      const updated = await records.update({ ...created, data: { a: '1' } });
      await expect(records.delete(created)).rejects.toMatchObject({ code: 'conflict' });
      expect(await records.read('r')).toEqual(updated);
      expect(await records.delete(updated)).toBe('deleted');
      expect(await records.read('r')).toBeUndefined();
      expect(await records.delete(updated)).toBe('gone');
    });

    test('deleting the former record under a name is gone and keeps the new one', async ({ under }) => {
      const { first, second, records } = await twoUnderOneName(under.cluster.records);
      expect(await records.delete(first)).toBe('gone');
      expect(await records.read('r')).toEqual(second);
    });

    test('lists ours and only ours, more than a page holds', { timeout: 60_000 }, async ({ under }) => {
      const { records } = under.cluster;
      const names = Array.from({ length: 520 }, (_, index) => `r-${index}`);
      await under.others.createConfigMap('foreign');
      await Promise.all(names.map((name) => records.create({ name, labels: {}, data: { name } })));
      const pages: (readonly StoredRecord[])[] = [];
      for await (const page of records.list()) pages.push(page);
      expect(pages.length).toBeGreaterThan(1);
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(500);
      const listed = pages.flat();
      expect(listed.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      expect(listed.every(({ name, data }) => data['name'] === name)).toBe(true);
    });

    test('an empty list has no records', async ({ under }) => {
      for await (const page of under.cluster.records.list()) expect(page).toEqual([]);
    });
  });
}

async function twoUnderOneName(records: RecordApi) {
  const first = await records.create({ name: 'r', labels: {}, data: { generation: '1' } });
  await records.delete(first);
  const second = await records.create({ name: 'r', labels: {}, data: { generation: '2' } });
  return { first, second, records };
}
