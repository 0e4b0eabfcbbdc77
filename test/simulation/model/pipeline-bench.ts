/** One run in a world of its own: what tests of single faults ask of it. */
import type { CancelMode, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import { isEnd, type ProgressEvent } from '../../../src/machines/pipeline/progress.ts';
import type { PipelineReading } from '../../../src/machines/pipeline/reading.ts';
import type { AttemptRecord, PipelineOpening } from '../../../src/machines/pipeline/record.ts';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { finalStatuses } from '../oracle/judge-run.ts';
import { judge } from '../oracle/judge.ts';
import { Ottoscaler, type OttoscalerOptions } from './ottoscaler.ts';
import { scriptsFor, type Casting } from '../lives/pipeline-scripts.ts';
import { readRun, type RunLedger } from '../oracle/run-ledger.ts';
import { World } from './world.ts';

export class PipelineBench {
  readonly world: World;
  readonly command: PipelineCommand;
  otto: Ottoscaler;
  readonly #options: OttoscalerOptions;
  #processes = 1;

  constructor(command: PipelineCommand, cast: Casting = () => undefined, options: OttoscalerOptions = {}) {
    this.command = command;
    this.#options = options;
    this.world = new World({ scripts: scriptsFor([command], cast) });
    this.otto = new Ottoscaler(this.world, { seed: 1, ...options });
  }

  open(opening: Partial<PipelineOpening> = {}): Promise<PipelineReading | 'no answer'> {
    const { pipelineId } = this.command;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts are of one kind
    const whole = { kind: 'submit', pipelineId, command: this.command, ...opening } as PipelineOpening;
    return this.otto.open(whole);
  }

  cancel(mode: CancelMode = 'now'): void {
    this.otto.cancel(this.command.pipelineId, { mode, by: 'alice', reason: 'enough' });
  }

  /** kill -9; the next process starts so much later. */
  async restart(awayMs = 0): Promise<void> {
    this.otto.kill();
    await this.world.pass(awayMs);
    this.#processes += 1;
    this.otto = new Ottoscaler(this.world, { ...this.#options, seed: this.#processes });
  }

  /** Runs until a stage's latest durable event is like this. */
  async until(stageId: string, status: ProgressEvent['status'], withinMs = 3_600_000): Promise<void> {
    const came = await this.world.run(() => this.latest(stageId)?.status === status, withinMs);
    if (!came) throw new Error(`${stageId} never was ${status}, it is ${this.latest(stageId)?.status}`);
  }

  /** Runs to the end. @returns every broken promise as a sentence */
  async judge(
    withinMs?: number,
    runs: readonly string[] = [this.command.pipelineId],
  ): Promise<readonly string[]> {
    return judge(this.world, this.otto, { runs, ledgers: runs.length }, withinMs);
  }

  get run(): RunLedger {
    const run = readRun(this.world, this.command.pipelineId);
    if (!run) throw new Error('there is no such run');
    return run;
  }

  /** By stage id; of the run itself under ''. */
  get statuses(): Readonly<Record<string, string>> {
    return finalStatuses(this.run);
  }

  eventsOf(stageId: string): readonly ProgressEvent[] {
    const stage = this.command.stages.findIndex((one) => one.stageId === stageId);
    return this.run.record.progress.filter((event) => event.stage === stage);
  }

  latest(stageId: string): ProgressEvent | undefined {
    return readRun(this.world, this.command.pipelineId) && this.eventsOf(stageId).at(-1);
  }

  /** How a stage ended, as its error message says. */
  errorOf(stageId: string): string {
    return this.eventsOf(stageId).findLast(({ status }) => isEnd(status))?.errorMessage ?? 'no end';
  }

  attemptsOf(stageId: string): readonly AttemptRecord[] {
    const stage = this.command.stages.findIndex((one) => one.stageId === stageId);
    return this.run.record.attempts.filter((one) => one.stage === stage);
  }

  nameOf(stageId: string, index = 0, attempt = 1): string {
    return attemptName(this.world.namespace)(this.command.pipelineId, stageId, index, attempt);
  }

  /** Whether a Pod is there now. */
  isThere(name: string): boolean {
    return this.world.pods.some((pod) => pod.name === name);
  }
}
