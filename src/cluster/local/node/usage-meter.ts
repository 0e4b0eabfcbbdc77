/**
 * What containers use: CPU between two looks at the processes of each, and their resident memory.
 *
 * A look is taken when somebody asks, so nothing runs while nobody does. To a container belong the processes of its
 * group and session and all that descend from them. What a process used that ended unseen by its parent is lost, so a
 * figure may be too small, never below 0.
 */
import type { ContainerUsage } from '../http/usage-source.ts';
import { readProcesses, residentBytes, type ProcessRow } from './process-table.ts';

export interface RunningContainer {
  readonly name: string;
  /** Leader of its process group and session. */
  readonly pid: number;
  /** On the clock of the meter. */
  readonly startedMs: number;
}

interface Look {
  readonly startedMs: number;
  readonly atMs: number;
  readonly cpuMs: number;
  /** Absent before the first measurement. */
  readonly usage?: ContainerUsage;
}

/** CPU time is told in steps of 10 ms: over a shorter window it would be noise. */
const windowMinMs = 1000;

export class UsageMeter {
  readonly #nowMs: () => number;
  readonly #looks = new Map<number, Look>();
  /** Looks are taken one after the other, so that each has the one before to compare with. */
  #looking: Promise<unknown> = Promise.resolve();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** @returns what is known of each, in the same order; undefined for one that is too young, or has ended. */
  measure(containers: readonly RunningContainer[]): Promise<readonly (ContainerUsage | undefined)[]> {
    const looking = this.#looking.then(() => this.#look(containers));
    this.#looking = looking.catch(() => undefined);
    return looking;
  }

  async #look(containers: readonly RunningContainer[]): Promise<readonly (ContainerUsage | undefined)[]> {
    this.#forgetAllBut(containers);
    const due = containers.filter((container) => this.#nowMs() - this.#last(container).atMs >= windowMinMs);
    if (due.length > 0) {
      const family = families(await readProcesses());
      await Promise.all(due.map((container) => this.#measure(container, family(container.pid))));
    }
    return containers.map((container) => this.#last(container).usage);
  }

  async #measure(container: RunningContainer, processes: readonly ProcessRow[]): Promise<void> {
    if (processes.length === 0) return;
    const before = this.#last(container);
    const atMs = this.#nowMs();
    const windowMs = atMs - before.atMs;
    const cpuMs = processes.reduce((sum, row) => sum + row.cpuMs, 0);
    const memory = await Promise.all(processes.map(({ pid }) => residentBytes(pid)));
    const usage = {
      name: container.name,
      cpuNanocores: Math.round((Math.max(0, cpuMs - before.cpuMs) / windowMs) * 1e9),
      memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0),
      windowMs,
    };
    this.#looks.set(container.pid, { startedMs: container.startedMs, atMs, cpuMs, usage });
  }

  /** Before it started a container had used nothing. */
  #last({ pid, startedMs }: RunningContainer): Look {
    const known = this.#looks.get(pid);
    return known?.startedMs === startedMs ? known : { startedMs, atMs: startedMs, cpuMs: 0 };
  }

  #forgetAllBut(containers: readonly RunningContainer[]): void {
    const pids = new Set(containers.map(({ pid }) => pid));
    for (const pid of this.#looks.keys()) if (!pids.has(pid)) this.#looks.delete(pid);
  }
}

/** @returns who belongs to the container with this leader; nobody where the leader is not there. */
function families(rows: readonly ProcessRow[]): (leader: number) => readonly ProcessRow[] {
  const leaders = new Set(rows.map(({ pid }) => pid));
  const bySession = Map.groupBy(rows, ({ session }) => session);
  const byGroup = Map.groupBy(rows, ({ group }) => group);
  const byParent = Map.groupBy(rows, ({ parent }) => parent);
  return (leader) => {
    if (!leaders.has(leader)) return [];
    const members = new Set([...(bySession.get(leader) ?? []), ...(byGroup.get(leader) ?? [])]);
    // A Set goes on with what is added to it on the way.
    for (const { pid } of members) for (const child of byParent.get(pid) ?? []) members.add(child);
    return [...members];
  };
}
