/** Runs whose process is killed at one chosen write, and how the next process ends them. */
import { isDeepStrictEqual } from 'node:util';
import type { CancelMode, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { ProgressEvent } from '../../../src/machines/pipeline/progress.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { faultless, served, type FaultPlan } from '../model/fault-plan.ts';
import { finalStatuses } from '../oracle/judge-run.ts';
import { judge } from '../oracle/judge.ts';
import type { PodScript } from '../model/kubelet.ts';
import type { Traced } from '../model/network.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import { scriptsFor, type Casting } from './pipeline-scripts.ts';
import { podNamesOf, readRun } from '../oracle/run-ledger.ts';
import { World } from '../model/world.ts';

interface Kill {
  /** The write of the first process, from 1. */
  readonly write: number;
  /** `in flight`: it is applied while the next process reads, or has read, what there is. */
  readonly when: 'before' | 'unanswered' | 'after' | 'in flight';
  /** Until the next process starts. */
  readonly awayMs: number;
}

/** How a life went, to be compared with the undisturbed one. */
export interface Life {
  readonly broken: readonly string[];
  /** The writes of the process that was to be killed; those from the cancel on where there is one. */
  readonly writes: readonly Traced[];
  readonly statuses: Readonly<Record<string, string>>;
  /** Every Pod that there was, sorted. */
  readonly podNames: readonly string[];
}

export type RunLife = (kill?: Kill, compose?: Compose) => Promise<Life>;

const restMs = 15_000;

/** A diamond with a stage of two workers, one that fails once, and one that runs at the end in any case. */
const diamond: PipelineCommand = pipelineCommand([
  stageCommand('build'),
  stageCommand('test', { dependsOn: ['build'], workerCount: 2 }),
  stageCommand('lint', { dependsOn: ['build'], retry: { ...noRetry, retriesMax: 1, delaySeconds: 2 } }),
  stageCommand('deploy', { dependsOn: ['lint', 'test'] }),
  stageCommand('finally', { runWhen: 'always' }),
]);
const { pipelineId } = diamond;

const failsOnce: Casting = (stageId, _index, attempt): Partial<PodScript> =>
  stageId === 'lint' && attempt === 1 ? { exitCode: 1 } : {};

const isWorkOf: ReadonlySet<string> = new Set(['test', 'lint']);

/** What runs beside each other takes long enough to be cancelled. */
const takesAWhile: Casting = (stageId, index, attempt) => {
  const script = failsOnce(stageId, index, attempt);
  return isWorkOf.has(stageId) && script?.exitCode !== 1 ? { ...script, runMs: 120_000 } : script;
};

/** Less than a worker takes: what a dead process asked for never comes after its end. */
const inFlightMs = 500;

function killedAt(kill: Kill | undefined, killLater: () => void): FaultPlan {
  if (!kill) return faultless;
  const { write, when } = kill;
  return (call) => {
    if (call.write !== write) return served;
    if (when !== 'in flight') return { kind: 'killed', when };
    killLater();
    return { kind: 'slow', beforeMs: inFlightMs, afterMs: 0 };
  };
}

/** The diamond, to its end. */
export const surviveDiamond: RunLife = async (kill, compose) => {
  const life = new TwoProcesses(failsOnce, kill, compose);
  await life.open();
  await life.until(() => life.otto.isIdle);
  return life.end();
};

/** The diamond, cancelled while two stages run, of which one had to be tried again. */
export function surviveCancel(mode: CancelMode): RunLife {
  return async (kill, compose) => {
    const life = new TwoProcesses(takesAWhile, kill, compose);
    await life.open();
    await life.until(() => life.isAtWork);
    life.cancel(mode);
    await life.until(() => life.otto.isIdle);
    return life.end();
  };
}

class TwoProcesses {
  otto: Ottoscaler;
  readonly #world: World;
  readonly #kill: Kill | undefined;
  readonly #compose: { readonly compose?: Compose };
  readonly #killable: Ottoscaler;
  readonly #broken: string[] = [];
  #cancelled: CancelMode | undefined;
  #firstWrite = 1;
  readonly #reader: StrictReader;

  constructor(casting: Casting, kill: Kill | undefined, compose: Compose | undefined) {
    this.#world = new World({ scripts: scriptsFor([diamond], casting) });
    this.#kill = kill;
    this.#compose = compose ? { compose } : {};
    const { clock } = this.#world;
    const plan = killedAt(kill, () => void clock.setTimeout(() => this.#killable.kill(), 0));
    this.otto = new Ottoscaler(this.#world, { ...this.#compose, seed: 1, plan });
    this.#killable = this.otto;
    this.#reader = new StrictReader(this.#broken);
  }

  /** Both stages in the middle run, after the one was tried again. */
  get isAtWork(): boolean {
    const progress = this.otto.reading(pipelineId)?.progress ?? [];
    const latest = new Map(progress.map((event) => [event.stage, event]));
    const [, test, lint] = diamond.stages.map((_stage, index) => latest.get(index));
    return test?.status === 'running' && lint?.status === 'running' && lint.attempt === 2;
  }

  async open(): Promise<void> {
    const reading = await this.otto.open({ kind: 'submit', pipelineId, command: diamond });
    if (reading !== 'no answer' && reading.phase === 'refused')
      this.#broken.push(`the caller was refused: ${reading.refusal?.reason}`);
  }

  /** As a caller who asks again where nobody answered. */
  cancel(mode: CancelMode): void {
    this.#cancelled = mode;
    this.#firstWrite = 1 + Math.max(0, ...this.otto.network.trace.map(({ write }) => write));
    this.otto.cancel(pipelineId, { mode, by: 'alice', reason: 'enough' });
  }

  /** Lets the world go on; when the process is killed the next one takes over. */
  async until(holds: () => boolean): Promise<void> {
    await this.#world.run(() => this.#read() || this.otto.isKilled || holds());
    if (!this.otto.isKilled) return;
    await this.#world.pass(this.#kill?.awayMs ?? 0);
    this.otto = new Ottoscaler(this.#world, { ...this.#compose, seed: 2 });
    await this.open();
    const mode = this.#cancelled;
    if (mode) this.otto.cancel(pipelineId, { mode, by: 'alice', reason: 'enough' });
    await this.#world.run(() => this.#read() || holds());
  }

  async end(): Promise<Life> {
    const { audit } = this.#world;
    const broken = await judge(this.#world, this.otto, { runs: [pipelineId], ledgers: 1, restMs });
    const run = readRun(this.#world, pipelineId);
    this.#reader.reads(run?.record.progress ?? []);
    const podNames = run ? podNamesOf(this.#world, run) : [];
    return {
      broken: [...broken, ...this.#broken],
      writes: this.#killable.network.trace.filter(({ write }) => write >= this.#firstWrite),
      statuses: finalStatuses(run),
      podNames: podNames.filter((name) => audit.createdUnder(name) > 0).toSorted(),
    };
  }

  #read(): false {
    this.#reader.reads(this.otto.reading(pipelineId)?.progress ?? []);
    return false;
  }
}

/** Reads a run's events as they are shown; what it saw once must be there for good, at the same place. */
export class StrictReader {
  readonly #broken: string[];
  #list: readonly ProgressEvent[] = [];
  #seen: readonly ProgressEvent[] = [];

  constructor(broken: string[]) {
    this.#broken = broken;
  }

  /** @param list empty where the run is not at hand */
  reads(list: readonly ProgressEvent[]): void {
    if (list.length === 0 || (list === this.#list && list.length === this.#seen.length)) return;
    this.#list = list;
    if (list.length < this.#seen.length)
      this.#broken.push(`${this.#seen.length} events were seen, now there are ${list.length}`);
    for (const [at, event] of this.#seen.entries()) {
      if (!isDeepStrictEqual(list[at], event)) this.#broken.push(`event ${at + 1} was changed or taken back`);
    }
    this.#seen = [...list];
  }
}
