/** Nothing keeps a former leader from writing. */
import { unfenced } from '../../../src/actors/ledger/fence.ts';
import type { Clock } from '../../../src/actors/ports.ts';
import { providePool } from '../../../src/actors/provide.ts';
import type { LeaseApi } from '../../../src/cluster/port.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { withCluster } from './with-parts.ts';

/** Ledgers carry no epoch, and nobody asks for one. */
export const noEpoch: Compose = (ports, policy) => providePool({ ...ports, fence: unfenced }, policy);

/** A ledger is written whatever was written to it meanwhile. */
export const noCompareAndSwap = withCluster((cluster) => ({
  ...cluster,
  records: {
    ...cluster.records,
    update: async (record) => {
      const now = await cluster.records.read(record.name);
      return cluster.records.update({ ...record, resourceVersion: now?.resourceVersion ?? '' });
    },
  },
}));

/** Whether a holder is silent is judged by what its clock wrote and ours reads. */
export const byBothClocks = (leases: LeaseApi, clock: Clock): LeaseApi => ({
  ...leases,
  read: async (name) => {
    const lease = await leases.read(name);
    const isSilent = lease && clock.now() - Date.parse(lease.renewedAt) > lease.durationSeconds * 1_000;
    return isSilent ? { ...lease, holder: '' } : lease;
  },
});
