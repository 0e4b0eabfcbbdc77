/** What the processes of one identity find again, one after the other: their disk; and when each of them lived. */
import { Platter } from '../../support/model-disk.ts';
import type { ProcessDisk } from '../model/process-disk.ts';
import type { DiskFaults } from './disk-faults.ts';

/** A process that had its outputs open, as the judge looks at it. */
export interface Tenant {
  readonly identity: string;
  readonly openedMs: number;
  endedMs: number;
  /** When it stood still, and could learn and tell nothing. */
  readonly stills: { readonly fromMs: number; toMs: number }[];
  /** Pods that it knew to run or to have run, by UID, and since when. */
  readonly knew: Map<string, number>;
  /** When it first read of the log of a Pod. */
  readonly read: Map<string, number>;
  /** Pods of whose logs a mark was durable when it ended. */
  marked: ReadonlySet<string>;
  /** Pods that it knew to have ended. */
  readonly knewEnded: Set<string>;
  /** Since when it has drained which Pod, and for how long it may. */
  readonly drains: Map<string, { readonly sinceMs: number; readonly withinMs: number }>;
  /** How workers ended, as it wanted it told. */
  readonly ends: Map<string, string>;
  /** Workers that were over. */
  readonly over: Set<string>;
  /** Of these, those that ended once more: their command was undone, and sent again. */
  readonly overAgain: Set<string>;
  /** Pods that it knew to be gone, and since when. */
  readonly learned: Map<string, number>;
}

/** How long after `fromMs` it could act. */
export function actedMs({ endedMs, stills }: Tenant, fromMs: number): number {
  const still = stills.map((one) => Math.min(one.toMs, endedMs) - Math.max(one.fromMs, fromMs));
  return endedMs - fromMs - still.reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

export class OutputHome {
  readonly identity: string;
  readonly lines = new Platter();
  readonly notices = new Platter();
  readonly faults: DiskFaults;
  readonly tenants: Tenant[] = [];
  disks: readonly ProcessDisk[] = [];

  constructor(identity: string, faults: DiskFaults) {
    this.identity = identity;
    this.faults = faults;
  }

  moveIn(nowMs: number): Tenant {
    const tenant: Tenant = {
      identity: this.identity,
      openedMs: nowMs,
      endedMs: Infinity,
      stills: [],
      knew: new Map(),
      read: new Map(),
      marked: new Set(),
      knewEnded: new Set(),
      drains: new Map(),
      ends: new Map(),
      over: new Set(),
      overAgain: new Set(),
      learned: new Map(),
    };
    this.tenants.push(tenant);
    return tenant;
  }

  get tenant(): Tenant | undefined {
    const last = this.tenants.at(-1);
    return last && last.endedMs === Infinity ? last : undefined;
  }

  /** kill -9, or its end: the kernel lets go of what it held. */
  moveOut(nowMs: number): void {
    for (const disk of this.disks) disk.die();
    this.disks = [];
    const { tenant } = this;
    if (tenant) tenant.endedMs = nowMs;
  }
}
