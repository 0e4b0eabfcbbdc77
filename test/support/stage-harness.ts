/** One stage's real chart under a parent that only listens. */
import { createActor } from 'xstate';
import type { StageCommand } from '../../src/machines/pipeline/command.ts';
import type { ProgressDraft } from '../../src/machines/pipeline/progress.ts';
import { workersOf } from '../../src/machines/pipeline/command.ts';
import type { StageInput, StagePlan } from '../../src/machines/stage/context.ts';
import type { StageEvent, StageReport } from '../../src/machines/stage/events.ts';
import { stageMachine } from '../../src/machines/stage/stage.machine.ts';
import type { Outcome } from '../../src/machines/worker/order.ts';
import { ListeningParent } from './listening-parent.ts';
import { endedWorker, order } from './orders.ts';
import { stageCommand } from './pipelines.ts';
import { statePath } from './worker-harness.ts';

export const podName = (index: number, attempt = 1) => `pod-${index}-${attempt}`;

export const exitCode = (code: number): Outcome => ({
  kind: 'failed',
  failure: { name: 'exit-code', evidence: `container worker exited with ${code}`, exitCode: code },
});
export const succeeded: Outcome = { kind: 'succeeded' };

function stagePlan(overrides: Partial<StageCommand> = {}): StagePlan {
  const command = stageCommand('build', overrides);
  return {
    stage: 3,
    command,
    order: order(),
    workers: workersOf(command),
    retry: command.retry,
    infrastructureMax: 3,
    nameOf: podName,
  };
}

export class StageHarness extends ListeningParent<StageReport> {
  readonly ref;

  constructor(command: Partial<StageCommand> = {}, input: Partial<StageInput> = {}) {
    super();
    const logic = stageMachine.provide({ actions: { alarm: this.alarm } });
    this.ref = createActor(logic, {
      parent: this.parent,
      id: 'stage',
      input: { plan: stagePlan(command), ...input },
    });
    this.ref.start();
  }

  get state(): string {
    return statePath(this.ref.getSnapshot().value);
  }

  get drafts(): readonly ProgressDraft[] {
    return this.heard.flatMap((report) => (report.type === 'stage.told' ? [report.draft] : []));
  }

  /** Status and message of everything told, in order. */
  get told(): readonly string[] {
    return this.drafts.map(({ status, message }) => `${status}: ${message}`);
  }

  /** Names of all Pods that were asked for, in order. */
  get wanted(): readonly string[] {
    return this.heard.flatMap((report) =>
      report.type === 'stage.wants' ? report.attempts.map(({ slot }) => slot.podName) : [],
    );
  }

  get results(): readonly string[] {
    return this.heard.flatMap((report) => (report.type === 'stage.ended' ? [report.result] : []));
  }

  send(...events: readonly StageEvent[]): this {
    for (const event of events) this.ref.send(event);
    return this;
  }

  /** Starts, with the start recorded. */
  start(): this {
    return this.send({ type: 'stage.start' }, { type: 'stage.recorded', status: 'pending' });
  }

  run(...names: readonly string[]): this {
    for (const id of names) this.send({ type: 'worker.created', id }, { type: 'worker.running', id });
    return this;
  }

  record(id: string, outcome: Outcome = succeeded, isTerminal = true): this {
    return this.send({ type: 'worker.recorded', id, ended: endedWorker(outcome), isTerminal });
  }

  finish(id: string, outcome: Outcome = succeeded): this {
    return this.send({ type: 'worker.finished', id, ended: endedWorker(outcome) });
  }

  /** What it told last is durable. */
  recorded(): this {
    const status = this.drafts.at(-1)?.status;
    return status ? this.send({ type: 'stage.recorded', status }) : this;
  }
}
