/** Ledgers as they stand in the cluster; every field can be overruled. */
import { encodeLedger, freshState, type Ledger, type LedgerState } from '../../src/actors/ledger/record.ts';
import { contentHash } from '../../src/actors/naming.ts';
import type { Cluster, StoredRecord } from '../../src/cluster/port.ts';
import { scaleDownCommand, scaleUpCommand } from './orders.ts';

type ScaleUpLedger = Extract<Ledger, { kind: 'scale-up' }>;
type ScaleDownLedger = Extract<Ledger, { kind: 'scale-down' }>;

const immutable = { acceptedAt: '2026-01-01T00:00:00.000Z', nonce: 'n1' };

export function scaleUpLedger(overrides: Partial<ScaleUpLedger> = {}): ScaleUpLedger {
  const command = overrides.command ?? scaleUpCommand({ workerCount: 2 });
  const { template } = command;
  return { kind: 'scale-up', command, template, hash: contentHash(command), ...immutable, ...overrides };
}

export function scaleDownLedger(overrides: Partial<ScaleDownLedger> = {}): ScaleDownLedger {
  const command = overrides.command ?? scaleDownCommand({ requestId: 'r' });
  return {
    kind: 'scale-down',
    command,
    podNames: ['otto-a-0'],
    hash: contentHash(command),
    ...immutable,
    ...overrides,
  };
}

export function writeLedger(
  { records }: Cluster,
  name: string,
  ledger: Ledger = scaleUpLedger(),
  state: Partial<LedgerState> = {},
): Promise<StoredRecord> {
  return records.create({ name, labels: {}, data: encodeLedger(ledger, { ...freshState, ...state }) });
}
