/** The port's promises about leases. */
import { describe, expect } from 'vitest';
import type { NewLease } from '../../src/cluster/port.ts';
import { errorCode } from '../support/error-code.ts';
import type { ClusterTest } from './with-cluster.ts';

const lease: NewLease = {
  name: 'leader',
  holder: 'one',
  durationSeconds: 6,
  acquiredAt: '2026-01-02T03:04:05.678Z',
  renewedAt: '2026-01-02T03:04:06.000Z',
  transitions: 1,
};

export function leasesSuite(test: ClusterTest): void {
  describe('leases', () => {
    test('a lease comes back as it was created', async ({ under }) => {
      const { leases } = under.cluster;
      expect(await leases.read('leader')).toBeUndefined();
      const created = await leases.create(lease);
      expect(created).toEqual({
        ...lease,
        uid: expect.stringMatching(/./),
        resourceVersion: expect.stringMatching(/./),
      });
      expect(await leases.read('leader')).toEqual(created);
    });

    test('a taken name is refused as already-exists', async ({ under }) => {
      const { leases } = under.cluster;
      const created = await leases.create(lease);
      await expect(leases.create({ ...lease, holder: 'two' })).rejects.toMatchObject({
        name: 'ClusterError',
        code: 'already-exists',
      });
      expect(await leases.read('leader')).toEqual(created);
    });

    test('an update moves the resourceVersion', async ({ under }) => {
      const { leases } = under.cluster;
      const created = await leases.create(lease);
      const renewed = await leases.update({ ...created, renewedAt: '2026-01-02T03:04:07.001Z' });
      expect(renewed).toMatchObject({ uid: created.uid, renewedAt: '2026-01-02T03:04:07.001Z' });
      expect(renewed.resourceVersion).not.toBe(created.resourceVersion);
      expect(await leases.read('leader')).toEqual(renewed);
    });

    test('nobody holds a lease that was released', async ({ under }) => {
      const { leases } = under.cluster;
      const created = await leases.create(lease);
      const released = await leases.update({ ...created, holder: '', acquiredAt: '', renewedAt: '' });
      expect(released).toMatchObject({ holder: '', acquiredAt: '', renewedAt: '', transitions: 1 });
      expect((await leases.update({ ...released, holder: 'two', transitions: 2 })).holder).toBe('two');
    });

    test('an update from an old resourceVersion is a conflict and changes nothing', async ({ under }) => {
      const { leases } = under.cluster;
      const created = await leases.create(lease);
      const taken = await leases.update({ ...created, holder: 'two', transitions: 2 });
      await expect(leases.update({ ...created, renewedAt: '' })).rejects.toMatchObject({ code: 'conflict' });
      expect(await leases.read('leader')).toEqual(taken);
    });

    test('of those who reach for it at once exactly one gets it', async ({ under }) => {
      const { leases } = under.cluster;
      const free = await leases.create({ ...lease, holder: '' });
      const tries = Array.from({ length: 8 }, (_, n) => leases.update({ ...free, holder: `holder-${n}` }));
      const outcomes = await Promise.allSettled(tries);
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
      const lost = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map(({ reason }) => errorCode(reason));
      expect(won).toHaveLength(1);
      expect(lost).toEqual(Array.from({ length: 7 }, () => 'conflict'));
      expect(await leases.read('leader')).toEqual(won[0]);
    });

    test('an update of a lease that is gone is not-found and makes none', async ({ under }) => {
      const { leases } = under.cluster;
      const created = await leases.create(lease);
      await under.others.deleteLease('leader');
      await expect(leases.update(created)).rejects.toMatchObject({ code: 'not-found' });
      expect(await leases.read('leader')).toBeUndefined();
    });

    test('an update of the former lease under a name is a conflict', async ({ under }) => {
      const { leases } = under.cluster;
      const first = await leases.create(lease);
      await under.others.deleteLease('leader');
      const second = await leases.create({ ...lease, holder: 'two' });
      const { resourceVersion } = second;
      await expect(leases.update({ ...first, resourceVersion })).rejects.toMatchObject({ code: 'conflict' });
      expect(await leases.read('leader')).toEqual(second);
    });
  });
}
