/** What every ledger's changing part says first, whatever its kind: cheap to read of thousands. */
import { z } from 'zod';
import type { StoredRecord } from '../../cluster/port.ts';
import { epoch, field, reading } from './record.ts';

const head = z.object({ closedAt: z.string(), epoch: epoch.exactOptional() });

export interface LedgerHead {
  /** RFC 3339, '' while there is work. */
  readonly closedAt: string;
  readonly epoch: number;
}

/** @throws Error naming the record and what is wrong with it. */
export function headOf({ name, data }: Pick<StoredRecord, 'name' | 'data'>): LedgerHead {
  return reading(name, () => {
    const read = head.parse(JSON.parse(field(data, 'state')));
    return { closedAt: read.closedAt, epoch: read.epoch ?? 0 };
  });
}
