/**
 * The processes of this machine, as Linux tells them in `/proc`; none elsewhere.
 *
 * A process may end while it is read: it is then left out.
 */
import { readdir, readFile } from 'node:fs/promises';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Used so far, by itself and by those of its children that have ended. */
  readonly cpuMs: number;
}

/** USER_HZ, which Linux has fixed at 100 for everything that it tells programs. */
const msPerTick = 10;
/** A directory of many thousand files is read without holding up requests. */
const readsAtOnce = 64;

export async function readProcesses(): Promise<readonly ProcessRow[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const rows: ProcessRow[] = [];
  for (let at = 0; at < pids.length; at += readsAtOnce) {
    const some = pids.slice(at, at + readsAtOnce);
    const stats = await Promise.all(some.map((pid) => readOrNothing(`/proc/${pid}/stat`)));
    rows.push(...stats.flatMap((stat) => parseStat(stat) ?? []));
  }
  return rows;
}

/** Pages that several processes share are counted for each. 0 for one that has ended. */
export async function residentBytes(pid: number): Promise<number> {
  const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(await readOrNothing(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes) * 1024;
}

/** @param stat see proc(5); the second field is a name, which may hold spaces and parentheses. */
export function parseStat(stat: string): ProcessRow | undefined {
  const nameEnd = stat.lastIndexOf(')');
  if (nameEnd < 0) return undefined;
  const pid = Number.parseInt(stat, 10);
  const [, parent, group, session, ...rest] = stat
    .slice(nameEnd + 2)
    .split(' ')
    .map(Number);
  // utime, stime, cutime and cstime are the fields 14 to 17.
  const ticks = rest.slice(7, 11);
  if (parent === undefined || group === undefined || session === undefined || ticks.length < 4)
    return undefined;
  const cpuMs = ticks.reduce((sum, value) => sum + value, 0) * msPerTick;
  return Number.isNaN(cpuMs) ? undefined : { pid, parent, group, session, cpuMs };
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
