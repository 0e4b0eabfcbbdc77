/**
 * A pool that does what a test says: the rpc layer's port, without actors behind it.
 *
 * Runs are plain readings that a test changes and announces, so every order of events can be told on purpose.
 */
import type { PipelineCommand } from '../../src/machines/pipeline/command.ts';
import type { ProgressEvent } from '../../src/machines/pipeline/progress.ts';
import type { PipelineReader, PipelineReading } from '../../src/machines/pipeline/reading.ts';
import type { PipelineSummary, StageOrder } from '../../src/machines/pipeline/record.ts';
import { summarize } from '../../src/machines/pipeline/summary.ts';
import type { WorkerView } from '../../src/machines/pool/view.ts';
import type { PoolPort } from '../../src/rpc/services/pool-port.ts';

type Observer = Parameters<PipelineReader['subscribe']>[0];
type Sent = Parameters<PoolPort['ref']['send']>[0];

/** A run's actor as a test plays it. */
export class ScriptedRun implements PipelineReader {
  readonly progress: ProgressEvent[] = [];
  reading: PipelineReading = { phase: 'opening', resumed: false, progress: this.progress };
  /** Subscriptions that were ever made. */
  subscribed = 0;
  readonly #observers = new Set<Observer>();

  get observers(): number {
    return this.#observers.size;
  }

  subscribe(observer: Observer) {
    this.subscribed++;
    this.#observers.add(observer);
    return { unsubscribe: () => void this.#observers.delete(observer) };
  }

  /** A new snapshot, with what it says differently. */
  change(reading: Partial<PipelineReading> = {}): this {
    this.reading = { ...this.reading, ...reading };
    for (const { next } of this.#observers) next?.();
    return this;
  }

  /** Its ledger has answered. */
  open(command: PipelineCommand, reading: Partial<PipelineReading> = {}): this {
    const stages = command.stages.map(
      ({ workerCount }, index) => ({ workers: workerCount, digest: `digest-${index}` }) as StageOrder,
    );
    const open = { command, stages, acceptedAt: '2025-01-02T03:04:05Z' };
    return this.change({ phase: 'under way', open, ...reading });
  }

  /** Events that have become durable. */
  tell(...events: ProgressEvent[]): this {
    this.progress.push(...events);
    return this.change();
  }

  /** Its last event is durable. */
  end(status: 'completed' | 'failed' | 'cancelled'): this {
    this.progress.push(progressEvent({ stage: -1, status, percentage: 100 }));
    return this.change({ phase: 'ended' });
  }

  /** The actor is over, as one is whose pool stops. */
  complete(): void {
    for (const { complete } of this.#observers) complete?.();
  }

  crash(error: Error): void {
    for (const { error: fail } of this.#observers) fail?.(error);
  }
}

export interface ScriptedPool {
  readonly port: PoolPort;
  readonly sent: Sent[];
  readonly runs: Map<string, ScriptedRun>;
  state: 'recovering' | 'serving' | 'draining';
  summaries: PipelineSummary[];
  workers: WorkerView[];
  /** Who may still write of what is asked for; undefined where no such work is known. */
  output: { readonly workerIds: readonly string[]; readonly mayGrow: boolean } | undefined;
  /** Tells those who wait that the pool has changed. */
  change(): void;
  readonly observers: number;
}

/** @param react plays the pool: what an event that was sent makes of it, at once as with a real one */
export function scriptedPool(react: (event: Sent, pool: ScriptedPool) => void = () => {}): ScriptedPool {
  const snapshot = {
    hasTag: (tag: string) => tag === 'serving' && pool.state === 'serving',
    matches: (state: unknown) => state === 'recovering' && pool.state === 'recovering',
  };
  const observers = new Set<() => void>();
  const pool: ScriptedPool = {
    output: undefined,
    change() {
      for (const next of observers) next();
    },
    get observers() {
      return observers.size;
    },
    sent: [],
    runs: new Map(),
    state: 'serving',
    summaries: [],
    workers: [],
    port: {
      ref: {
        send(event) {
          pool.sent.push(event);
          react(event, pool);
        },
        getSnapshot: () => snapshot as unknown as ReturnType<PoolPort['ref']['getSnapshot']>,
        subscribe({ next }) {
          observers.add(next);
          return { unsubscribe: () => void observers.delete(next) };
        },
      },
      view: {
        findScaleUp: () => undefined,
        findScaleDown: () => undefined,
        viewWorkers: () => pool.workers.values() as ReturnType<PoolPort['view']['viewWorkers']>,
        findPipeline: (_, pipelineId) =>
          pool.runs.get(pipelineId) as unknown as ReturnType<PoolPort['view']['findPipeline']>,
        readPipeline: (run) => (run as unknown as ScriptedRun).reading,
        listPipelines: () => pool.summaries,
        knowsOutput: () => pool.output !== undefined,
        readWriters: () => pool.output ?? { workerIds: [], mayGrow: false },
        summarize,
      },
    },
  };
  return pool;
}

/** An event of a stage that runs, with the given fields. */
export function progressEvent(fields: Partial<ProgressEvent> = {}): ProgressEvent {
  return {
    stage: 0,
    status: 'running',
    message: '',
    podNames: [],
    percentage: 0,
    errorMessage: '',
    workers: { succeeded: 0, failed: 0, total: 1 },
    attempt: fields.stage === -1 ? 0 : 1,
    at: '2025-01-02T03:04:06.000Z',
    startedAt: '2025-01-02T03:04:06.000Z',
    completedAt: '',
    ...fields,
  };
}
