/** A generated tree: a pool, scale-ups, and their workers, which change when asked. */
import type { ActorDetail, ActorRow, ChartState } from '../../src/inspector/protocol.ts';
import type { ScriptedInspector } from './scripted-inspector.ts';

const workersOfEach = 100;

/** As workers live: each change takes one of them to the next. */
const life = [
  { state: 'pending.queued', phase: 'pending' },
  { state: 'pending.admitted.starting', phase: 'pending' },
  { state: 'running.active', phase: 'running' },
  { state: 'cleanup.deleting', phase: 'cleanup' },
] as const;

export class ManyWorkers {
  readonly #rows: ActorRow[] = [];
  /** Where the workers begin in the rows, and how often each has changed. */
  readonly #workers: Array<{ readonly at: number; steps: number }> = [];
  #next = 0;

  constructor(count: number) {
    this.#add({ id: 'pool', parent: '', kind: 'pool', name: 'pool' });
    for (let index = 0; index < count; index++) {
      const up = Math.floor(index / workersOfEach);
      const task = `task-${up}`;
      if (index % workersOfEach === 0)
        this.#add({ id: `up-${up}`, parent: 'pool', kind: 'scale-up', name: task, task });
      this.#workers.push({ at: this.#rows.length, steps: 0 });
      this.#add({ id: `w-${index}`, parent: `up-${up}`, kind: 'worker', name: `worker-${index}`, task });
    }
  }

  get rows(): readonly ActorRow[] {
    return this.#rows;
  }

  /** The next so many workers go on in their lives, and the page is told at once. */
  change(count: number, inspector: Pick<ScriptedInspector, 'tell'>): void {
    const nowMs = Date.now();
    const changed: ActorRow[] = [];
    for (let n = 0; n < count; n++) {
      const worker = this.#workers[this.#next++ % this.#workers.length];
      const row = this.#rows[worker?.at ?? -1];
      if (!worker || !row) continue;
      const next = life[++worker.steps % life.length] ?? life[0];
      const fresh = { ...row, ...next, sinceMs: nowMs };
      this.#rows[worker.at] = fresh;
      changed.push(fresh);
    }
    inspector.tell({ type: 'changes', nowMs, rows: changed, gone: [] });
  }

  #add(row: Pick<ActorRow, 'id' | 'parent' | 'kind' | 'name'> & Partial<ActorRow>): void {
    this.#rows.push({
      ...(row.kind === 'worker' ? life[0] : { state: 'working', phase: 'running' }),
      sinceMs: Date.now(),
      isOver: false,
      ...row,
    });
  }
}

/** As little as a page has to be told of a chosen worker. */
export function plainDetail({ state, name }: ActorRow): Omit<ActorDetail, 'row'> {
  return {
    value: state,
    context: { name },
    chart: 'worker',
    why: `${name} waits.`,
    timers: [],
    happenings: [],
  };
}

const leaf = (name: string): ChartState => ({
  id: name,
  name,
  kind: 'atomic',
  invokes: [],
  tags: [],
  children: [],
  transitions: [],
});

export const plainCharts = {
  worker: {
    name: 'worker',
    root: { ...leaf(''), name: 'worker', children: [leaf('pending'), leaf('running'), leaf('cleanup')] },
  },
};
