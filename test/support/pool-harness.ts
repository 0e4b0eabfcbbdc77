/** The real pool with the real charts below it; who answers the effects is the test's choice. */
import { createActor, fromCallback } from 'xstate';
import type { ScaleDownCommand, ScaleUpCommand } from '../../src/machines/command.ts';
import { installIndexedScheduler } from '../../src/machines/indexed-scheduler.ts';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { PoolEvent, PoolInput, Recovered } from '../../src/machines/pool/events.ts';
import { capacityDrift } from '../../src/machines/pool/facts.ts';
import { poolMachine } from '../../src/machines/pool/pool.machine.ts';
import { findScaleDown, findScaleUp, viewWorkers, type WorkerView } from '../../src/machines/pool/view.ts';
import type { OpenScaleDownReply, OpenScaleUpReply } from '../../src/machines/scale/replies.ts';
import { scaleDownMachine } from '../../src/machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../../src/machines/scale/scale-up.machine.ts';
import { pipelineMachine } from '../../src/machines/pipeline/pipeline.machine.ts';
import type { ProgressEvent } from '../../src/machines/pipeline/progress.ts';
import type { JournalEntry, OpenPipelineReply, PipelineOpening } from '../../src/machines/pipeline/record.ts';
import { stageMachine } from '../../src/machines/stage/stage.machine.ts';
import type { WorkerOrder } from '../../src/machines/worker/order.ts';
import { workerMachine } from '../../src/machines/worker/worker.machine.ts';
import { quietXstate } from './quiet-xstate.ts';
import { scriptedEffect, type Call } from './scripted-effect.ts';
import { TestClock } from './test-clock.ts';
import { statePath, type WorkerCalls } from './worker-harness.ts';

export interface PoolCalls extends WorkerCalls {
  openScaleUp: Call<{ command: ScaleUpCommand }, OpenScaleUpReply>;
  openScaleDown: Call<{ command: ScaleDownCommand; podNames: readonly string[] }, OpenScaleDownReply>;
  markPromised: Call<{ order: WorkerOrder }, void>;
  markCreated: Call<{ order: WorkerOrder }, void>;
  closeLedger: Call<{ ledgerName: string }, void>;
  discardLedger: Call<{ ledgerName: string }, void>;
  settleEffects: Call<undefined, void>;
  openPipeline: Call<PipelineOpening, OpenPipelineReply>;
  writeJournal: Call<JournalEntry, readonly ProgressEvent[]>;
  closePipeline: Call<{ ledgerName: string }, void>;
}

/** One effect that was asked for, with the name of its slot. */
export type PoolCall = {
  [S in keyof PoolCalls]: { readonly slot: S; readonly call: PoolCalls[S] };
}[keyof PoolCalls];

export interface PoolEnvironment {
  asked(call: PoolCall): void;
  reap(pods: readonly ObservedPod[]): void;
}

export interface PoolOptions extends Partial<Omit<PoolInput, 'logic'>> {
  readonly recovered?: Partial<Recovered>;
  /** How often the ledgers cannot be read before they can. */
  readonly ledgersFail?: number;
  /** What the watch does when it is started; nothing by default. */
  readonly reflect?: () => void;
}

export const epochMs = Date.parse('2026-01-01T00:00:00Z');

const nothingRecovered: Recovered = {
  scaleUps: [],
  scaleDowns: [],
  finished: [],
  pipelines: [],
  endedPipelines: [],
};

export class PoolHarness {
  readonly clock = new TestClock();
  readonly alarms: string[] = [];
  readonly crashes: string[] = [];
  readonly ref;

  constructor(
    environment: PoolEnvironment,
    { recovered, reflect, ledgersFail = 0, ...options }: PoolOptions = {},
  ) {
    quietXstate();
    const alarm = (_args: unknown, { reason }: { reason: string }) => void this.alarms.push(reason);
    let failing = ledgersFail;
    const machine = poolMachine.provide({
      actors: {
        reflectPods: fromCallback<PoolEvent>(() => reflect?.()),
        recoverLedgers: scriptedEffect('recoverLedgers', (call) => {
          if (failing-- > 0) call.fail(new Error('503'));
          else call.reply({ ...nothingRecovered, ...recovered });
        }),
        settleEffects: scriptedEffect('settleEffects', (call) =>
          environment.asked({ slot: 'settleEffects', call }),
        ),
      },
      actions: {
        alarm,
        crashed: (_args, { actorId }) => void this.crashes.push(actorId),
        reapStrays: (_args, { pods }) => environment.reap(pods),
      },
    });
    const input: PoolInput = {
      logic: provideLogic(environment, alarm),
      stages: {
        logic: stageMachine.provide({ actions: { alarm } }),
        nameOf: (...parts) => `otto-${parts.join('-')}`,
        infrastructureMax: 3,
      },
      liveMax: 100,
      historyMs: 3_600_000,
      historyMax: 1_000,
      childRestarts: { intensity: 3, periodMs: 60_000 },
      poolRestarts: { intensity: 10, periodMs: 60_000 },
      drainMs: 20_000,
      ...options,
    };
    this.ref = createActor(machine, { clock: this.clock, input });
    installIndexedScheduler(this.ref, this.clock);
    this.ref.subscribe({ error: (error) => void this.crashes.push(`pool: ${String(error)}`) });
    this.ref.start();
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  get registry() {
    return this.ref.getSnapshot().context.registry;
  }

  get drift(): number {
    return capacityDrift(this.registry);
  }

  get atMs(): number {
    return epochMs + this.clock.nowMs;
  }

  /** RFC 3339. */
  get now(): string {
    return new Date(this.atMs).toISOString();
  }

  views(): readonly WorkerView[] {
    return [...viewWorkers(this.ref.getSnapshot())];
  }

  /** State of one worker, '' once it is over. */
  worker(podName: string): string {
    const ref = this.registry.workers.get(podName);
    return ref ? statePath(ref.getSnapshot().value) : '';
  }

  send(event: PoolEvent): this {
    this.ref.send(event);
    return this;
  }

  list(pods: readonly ObservedPod[] = []): this {
    return this.send({ type: 'pods.listed', pods, atMs: this.atMs });
  }

  /** @returns the command's actor, from which a caller reads its answer. */
  scaleUp(command: ScaleUpCommand) {
    this.send({ type: 'scale.up', command });
    return findScaleUp(this.ref.getSnapshot(), command);
  }

  scaleDown(command: ScaleDownCommand) {
    this.send({ type: 'scale.down', command, at: this.now });
    return findScaleDown(this.ref.getSnapshot(), command);
  }
}

function provideLogic(
  environment: PoolEnvironment,
  alarm: (args: unknown, params: { reason: string }) => void,
): PoolInput['logic'] {
  const { asked } = { asked: environment.asked.bind(environment) };
  const closeLedger = () =>
    scriptedEffect<void, { ledgerName: string }>('closeLedger', (call) =>
      asked({ slot: 'closeLedger', call }),
    );
  return {
    worker: workerMachine.provide({
      actors: {
        findPod: scriptedEffect('findPod', (call) => asked({ slot: 'findPod', call })),
        createPod: scriptedEffect('createPod', (call) => asked({ slot: 'createPod', call })),
        recordOutcome: scriptedEffect('recordOutcome', (call) => asked({ slot: 'recordOutcome', call })),
        drainLogs: scriptedEffect('drainLogs', (call) => asked({ slot: 'drainLogs', call })),
        deletePod: scriptedEffect('deletePod', (call) => asked({ slot: 'deletePod', call })),
      },
      actions: { alarm },
    }),
    scaleUp: scaleUpMachine.provide({
      actors: {
        openLedger: scriptedEffect('openScaleUp', (call) => asked({ slot: 'openScaleUp', call })),
        markPromised: scriptedEffect('markPromised', (call) => asked({ slot: 'markPromised', call })),
        markCreated: scriptedEffect('markCreated', (call) => asked({ slot: 'markCreated', call })),
        closeLedger: closeLedger(),
        discardLedger: scriptedEffect('discardLedger', (call) => asked({ slot: 'discardLedger', call })),
      },
      actions: { alarm },
    }),
    scaleDown: scaleDownMachine.provide({
      actors: {
        openLedger: scriptedEffect('openScaleDown', (call) => asked({ slot: 'openScaleDown', call })),
        closeLedger: closeLedger(),
      },
      actions: { alarm },
    }),
    pipeline: pipelineMachine.provide({
      actors: {
        openPipeline: scriptedEffect('openPipeline', (call) => asked({ slot: 'openPipeline', call })),
        writeJournal: scriptedEffect('writeJournal', (call) => asked({ slot: 'writeJournal', call })),
        closePipeline: scriptedEffect('closePipeline', (call) => asked({ slot: 'closePipeline', call })),
      },
      actions: { alarm },
    }),
  };
}
