/** A run that is cancelled at one chosen moment of its life, and what became of it. */
import type { CancelMode, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { faultless, type FaultPlan } from '../model/fault-plan.ts';
import { finalStatuses } from '../oracle/judge-run.ts';
import { judge } from '../oracle/judge.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import { scriptsFor, type Casting } from './pipeline-scripts.ts';
import { readRun } from '../oracle/run-ledger.ts';
import { World } from '../model/world.ts';

const restMs = 15_000;
const retry = { ...noRetry, retriesMax: 1, delaySeconds: 2 };

/** Workers beside each other, one that is tried again, what runs on a failure, and what runs in any case. */
const sixStages: PipelineCommand = pipelineCommand([
  stageCommand('build'),
  stageCommand('test', { dependsOn: ['build'], workerCount: 2, retry }),
  stageCommand('lint', { dependsOn: ['build'] }),
  stageCommand('deploy', { dependsOn: ['lint', 'test'] }),
  stageCommand('rescue', { runWhen: 'failure' }),
  stageCommand('finally', { runWhen: 'always' }),
]);
const { pipelineId } = sixStages;

const casting: Casting = (stageId, index, attempt) =>
  stageId === 'test' && index === 1 && attempt === 1 ? { exitCode: 1 } : {};

/** When to cancel: after so many steps of the world since the run was accepted, or right before a write. */
export type Moment = { readonly step: number } | { readonly write: number };

export interface Asked {
  readonly mode: CancelMode;
  readonly at: Moment;
}

export interface CancelledLife {
  readonly broken: readonly string[];
  readonly statuses: Readonly<Record<string, string>>;
  /** Steps and writes in all. */
  readonly steps: number;
  readonly writes: number;
  /** Numbers of the writes that create Pods. */
  readonly creates: readonly number[];
  /** Steps at which a failed worker rests before it is tried again. */
  readonly rests: readonly number[];
}

/** @param asked in the order in which they come */
export async function cancelledLife(asked: readonly Asked[], compose?: Compose): Promise<CancelledLife> {
  const world = new World({ scripts: scriptsFor([sixStages], casting) });
  const otto: Ottoscaler = new Ottoscaler(world, {
    ...(compose ? { compose } : {}),
    plan: asked.length === 0 ? faultless : cancelsBeforeWrites(asked, (mode) => cancel(otto, mode)),
  });
  await otto.open({ kind: 'submit', pipelineId, command: sixStages });
  const watch = new CancelWatch(world, otto);
  let steps = 0;
  const rests: number[] = [];
  await world.run(() => {
    for (const { mode, at } of asked) if ('step' in at && at.step === steps) cancel(otto, mode);
    steps += 1;
    if (otto.reading(pipelineId)?.progress.at(-1)?.status === 'retrying') rests.push(steps);
    watch.look();
    return otto.isIdle;
  });
  const broken = [...(await judge(world, otto, { runs: [pipelineId], ledgers: 1, restMs })), ...watch.broken];
  const run = readRun(world, pipelineId);
  const statuses = finalStatuses(run);
  if (run && statuses[''] === 'cancelled') broken.push(...brokenCancel(run.record.cancel?.mode, statuses));
  if (statuses[''] === 'cancelled' && asked.length === 0) broken.push('nobody had cancelled it');
  const written = otto.network.trace.filter(({ write }) => write > 0);
  const creates = written.filter(({ verb }) => verb === 'pods.create').map(({ write }) => write);
  return { broken, statuses, steps, writes: written.length, creates, rests };
}

function cancel(otto: Ottoscaler, mode: CancelMode): void {
  otto.cancel(pipelineId, { mode, by: 'alice', reason: 'enough' });
}

function cancelsBeforeWrites(asked: readonly Asked[], act: (mode: CancelMode) => void): FaultPlan {
  return (call) => {
    for (const { mode, at } of asked) if ('write' in at && at.write === call.write) act(mode);
    return { kind: 'served' };
  };
}

/** What a cancelled run's stages may have become. */
function* brokenCancel(
  mode: CancelMode | undefined,
  statuses: Readonly<Record<string, string>>,
): Generator<string> {
  if (mode === undefined) yield 'it is cancelled, and its ledger knows of no cancel';
  const cancelled = Object.keys(statuses).filter((id) => id !== '' && statuses[id] === 'cancelled');
  if (mode === 'finish-running' && cancelled.length > 0) yield `${cancelled.join()} was not let finish`;
  if (mode === 'run-finally' && statuses['finally'] !== 'completed')
    yield `finally is ${statuses['finally']}`;
  if (Object.values(statuses).includes('failed')) yield 'a stage failed';
}

/** Looks at a run after every step: once a cancel is in force, only what it leaves may still make Pods. */
class CancelWatch {
  readonly broken: string[] = [];
  readonly #world: World;
  readonly #otto: Ottoscaler;
  #mode: CancelMode | undefined;
  #pods = 0;
  #begun: ReadonlySet<string> = new Set();

  constructor(world: World, otto: Ottoscaler) {
    this.#world = world;
    this.#otto = otto;
  }

  look(): void {
    const { created } = this.#world.audit;
    const reading = this.#otto.reading(pipelineId);
    for (const { stageId, name } of created.slice(this.#pods)) {
      if (!this.#mayBegin(stageId)) this.broken.push(`${name} was made after the cancel, ${this.#mode}`);
    }
    this.#pods = created.length;
    if (!reading?.cancel || reading.cancel.mode === this.#mode) return;
    this.#mode = reading.cancel.mode;
    const begun = reading.progress.map(({ stage }) => sixStages.stages[stage]?.stageId ?? '');
    this.#begun = new Set(begun);
  }

  #mayBegin(stageId: string): boolean {
    switch (this.#mode) {
      case undefined:
        return true;
      case 'now':
        return false;
      case 'run-finally':
        return stageId === 'finally';
      case 'finish-running':
        return this.#begun.has(stageId);
    }
  }
}
