/** Where the figures were measured: what has to stand beside every one of them. */
import { cpus, loadavg, totalmem } from 'node:os';

export interface Host {
  readonly node: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  /** Runnable processes, mean of one minute: above the number of cores, the machine had other work. */
  readonly loadAtStart: number;
  readonly at: string;
}

export function describeHost(): Host {
  const all = cpus();
  return {
    node: process.version,
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAtStart: Number(loadavg()[0]?.toFixed(2)),
    at: new Date().toISOString(),
  };
}
