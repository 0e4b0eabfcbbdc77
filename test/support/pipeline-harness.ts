/** One run's real chart with its real stages, under a parent that only listens; who answers the effects is the test's choice. */
import { createActor } from 'xstate';
import type { PipelineCommand, StageCommand } from '../../src/machines/pipeline/command.ts';
import { workersOf } from '../../src/machines/pipeline/command.ts';
import type { PipelineInput } from '../../src/machines/pipeline/context.ts';
import type { PipelineEvent, PipelineReport } from '../../src/machines/pipeline/events.ts';
import { pipelineMachine } from '../../src/machines/pipeline/pipeline.machine.ts';
import { stamp, thePipeline, type ProgressEvent } from '../../src/machines/pipeline/progress.ts';
import type {
  JournalEntry,
  OpenPipeline,
  OpenPipelineReply,
  PipelineOpening,
  PipelineRecord,
} from '../../src/machines/pipeline/record.ts';
import { stageMachine } from '../../src/machines/stage/stage.machine.ts';
import type { Outcome } from '../../src/machines/worker/order.ts';
import { ListeningParent } from './listening-parent.ts';
import { endedWorker, order } from './orders.ts';
import { pipelineCommand } from './pipelines.ts';
import { scriptedEffect, type Call } from './scripted-effect.ts';
import { succeeded } from './stage-harness.ts';
import { statePath } from './worker-harness.ts';

const epochMs = Date.parse('2026-01-01T00:00:00Z');

export const attempt = (stageId: string, index = 0, number = 1) => `${stageId}-${index}-${number}`;

const accepted: ProgressEvent = stamp(
  {
    stage: thePipeline,
    status: 'running',
    message: 'accepted',
    percentage: 0,
    errorMessage: '',
    workers: { succeeded: 0, failed: 0, total: 0 },
    attempt: 0,
  },
  undefined,
  epochMs,
);

export function openPipeline(
  command: PipelineCommand,
  record: Partial<PipelineRecord> = {},
  remainingMs = 3_600_000,
): OpenPipeline {
  return {
    command,
    ledger: { name: 'otto-ledger', uid: 'ledger-uid' },
    acceptedAt: '2026-01-01T00:00:00Z',
    stages: command.stages.map((stage) => ({ order: order(), workers: workersOf(stage), digest: '' })),
    record: { attempts: [], progress: [accepted], closedAt: '', ...record },
    atMs: epochMs,
    remainingMs,
  };
}

export class PipelineHarness extends ListeningParent<PipelineReport> {
  readonly opens: Array<Call<PipelineOpening, OpenPipelineReply>> = [];
  readonly writes: Array<Call<JournalEntry, readonly ProgressEvent[]>> = [];
  readonly closes: Array<Call<{ ledgerName: string }, void>> = [];
  readonly crashes: string[] = [];
  readonly ref;
  /** Whether what is to be written is durable at once. */
  isDurable = true;

  constructor(
    stages: readonly StageCommand[],
    input: Partial<PipelineInput> = {},
    command: Partial<PipelineCommand> = {},
  ) {
    super();
    const { alarm } = this;
    const logic = pipelineMachine.provide({
      actors: {
        openPipeline: scriptedEffect('openPipeline', (call) => this.opens.push(call)),
        writeJournal: scriptedEffect('writeJournal', (call) => {
          this.writes.push(call);
          if (this.isDurable) this.write();
        }),
        closePipeline: scriptedEffect('closePipeline', (call) => {
          this.closes.push(call);
          if (this.isDurable) call.reply();
        }),
      },
      actions: { alarm, crashed: (_args, { actorId }) => void this.crashes.push(actorId) },
    });
    const full = pipelineCommand(stages, command);
    const maker = {
      logic: stageMachine.provide({ actions: { alarm } }),
      nameOf: (_pipelineId: string, stageId: string, index: number, number: number) =>
        attempt(stageId, index, number),
      infrastructureMax: 3,
    };
    const opening = { kind: 'submit', pipelineId: full.pipelineId, command: full } as const;
    this.ref = createActor(logic, {
      parent: this.parent,
      id: 'pipeline',
      input: { opening, maker, ...input },
    });
    this.ref.start();
  }

  /** The ledger is open, and all is as new. */
  static opened(...parameters: ConstructorParameters<typeof PipelineHarness>): PipelineHarness {
    const run = new PipelineHarness(...parameters);
    const opening = run.opens[0]?.input;
    if (opening?.kind === 'submit') run.opens[0]?.reply({ kind: 'opened', ...openPipeline(opening.command) });
    return run;
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  /** What is shown, as `stage status`. */
  get shown(): readonly string[] {
    const { run } = this.ref.getSnapshot().context;
    return (run?.progress ?? []).map(({ stage, status }) => {
      const id = run?.open.command.stages[stage]?.stageId;
      return id === undefined ? status : `${id} ${status}`;
    });
  }

  get last(): ProgressEvent | undefined {
    return this.ref.getSnapshot().context.run?.progress.at(-1);
  }

  /** Pods that were asked for, in order. */
  get wanted(): readonly string[] {
    return this.heard.flatMap((report) =>
      report.type === 'attempts.wanted' ? report.attempts.map(({ slot }) => slot.podName) : [],
    );
  }

  send(...events: readonly PipelineEvent[]): this {
    for (const event of events) this.ref.send(event);
    return this;
  }

  /** The entry that is being written is durable. */
  write(): this {
    const call = this.writes.findLast(({ isOpen }) => isOpen);
    call?.reply(call.input.drafts.map((draft) => stamp(draft, undefined, epochMs)));
    return this;
  }

  /** These workers end and their Pods go. */
  end(outcome: Outcome, ...names: readonly string[]): this {
    for (const id of names) {
      const ended = endedWorker(outcome);
      this.send(
        { type: 'worker.recorded', id, ended, isTerminal: true },
        { type: 'worker.finished', id, ended },
      );
    }
    return this;
  }

  succeed(...names: readonly string[]): this {
    return this.end(succeeded, ...names);
  }
}
