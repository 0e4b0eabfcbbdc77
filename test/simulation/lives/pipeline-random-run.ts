/**
 * One whole life of several runs under random faults: callers submit, cancel and read until they are
 * answered, processes are killed and started again, then the faults end and all must come to rest as promised.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../../../src/actors/ports.ts';
import type { Cancel, PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { PipelineReading } from '../../../src/machines/pipeline/reading.ts';
import { below, chance, drawPipeline, pick } from '../../support/random-pipelines.ts';
import { differences, foretell } from '../../support/reference-run.ts';
import { chaos, chaoticWatch, drawTemper, type Temper } from './chaos.ts';
import { judge } from '../oracle/judge.ts';
import type { Ending, PodScript } from '../model/kubelet.ts';
import { Ottoscaler, policy } from '../model/ottoscaler.ts';
import { StrictReader } from './pipeline-crash-runs.ts';
import { scriptsFor, type Casting } from './pipeline-scripts.ts';
import { readRun } from '../oracle/run-ledger.ts';
import { seeded } from '../model/seeded.ts';
import { World } from '../model/world.ts';

const faultsLastMs = 60_000;
/** A caller gives up after so many tries; none has ever come near it. */
const triesMax = 200;
const infrastructureMax = policy.infrastructureRetriesMax;

export interface RandomLife {
  readonly broken: readonly string[];
  /** Equal for equal lives: every call with its time and its fate. */
  readonly hash: string;
}

export async function randomPipelines(seed: number): Promise<RandomLife> {
  const life = new Life(seed);
  const broken: string[] = [];
  for (const command of life.commands) {
    if (!(await life.submit(command))) broken.push(`${command.pipelineId} was never accepted`);
    await life.pass(life.random() * 10_000);
  }
  for (const { pipelineId } of life.commands) {
    if (!chance(life.random, 0.3)) continue;
    await life.pass(life.random() * 20_000);
    if (!(await life.cancel(pipelineId))) broken.push(`the cancel of ${pipelineId} was never answered`);
  }
  await life.calm();
  broken.push(...(await life.end()));
  return { broken, hash: life.hash };
}

class Life {
  readonly random: Random;
  readonly commands: readonly PipelineCommand[];
  readonly #casting: Casting;
  readonly #world: World;
  readonly #temper: Temper;
  readonly #liveMax: number;
  readonly #processes: Ottoscaler[] = [];
  readonly #cancelled = new Set<string>();
  readonly #broken: string[] = [];
  readonly #readers: ReadonlyMap<string, StrictReader>;
  #faultsUntilMs: number;

  constructor(seed: number) {
    this.random = seeded(seed);
    const count = 1 + below(this.random, 3);
    this.commands = Array.from({ length: count }, (_, at) =>
      drawPipeline(this.random, `run-${at}`, 1 + below(this.random, 7)),
    );
    this.#temper = drawTemper(this.random);
    this.#casting = drawCasting(seed, this.random() * 0.4);
    this.#world = new World({ scripts: scriptsFor(this.commands, this.#casting) });
    this.#faultsUntilMs = this.#world.clock.now() + faultsLastMs;
    this.#liveMax = 3 + below(this.random, 6);
    this.#readers = new Map(
      this.commands.map(({ pipelineId }) => [pipelineId, new StrictReader(this.#broken)]),
    );
    this.#start();
  }

  get hash(): string {
    const calls = this.#processes.flatMap(({ network }) => network.trace);
    return createHash('sha256').update(JSON.stringify(calls)).digest('hex');
  }

  /** Sends it until it is accepted, as a client does that is told UNAVAILABLE or nothing. */
  submit(command: PipelineCommand): Promise<boolean> {
    const { pipelineId } = command;
    return this.#insist(async (otto) => {
      const reading = await otto.open({ kind: 'submit', pipelineId, command });
      return isAccepted(reading);
    });
  }

  /** Asks until the cancel is durable, or the run has ended. */
  cancel(pipelineId: string): Promise<boolean> {
    this.#cancelled.add(pipelineId);
    const cancel: Cancel = {
      mode: pick(this.random, ['now', 'run-finally', 'finish-running']),
      by: '',
      reason: '',
    };
    return this.#insist(async (otto) => {
      if (!isAccepted(await otto.open({ kind: 'attach', pipelineId }))) return false;
      otto.cancel(pipelineId, cancel);
      const isAnswered = () => {
        const reading = otto.reading(pipelineId);
        return reading?.cancel !== undefined || reading?.phase === 'ended';
      };
      await this.#run(() => otto.isKilled || isAnswered(), 30_000);
      return !otto.isKilled && isAnswered();
    });
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#world.clock.now() + ms;
    while (this.#world.clock.now() < untilMs) {
      const otto = await this.#living();
      await this.#run(() => otto.isKilled, untilMs - this.#world.clock.now());
    }
  }

  /** No fault from now on. */
  async calm(): Promise<void> {
    await this.pass(this.#faultsUntilMs - this.#world.clock.now());
    this.#faultsUntilMs = 0;
    await this.#living();
  }

  async end(): Promise<readonly string[]> {
    const otto = await this.#living();
    await this.#run(() => otto.isIdle, 24 * 3_600_000);
    const late = new Set(this.#lateCreates());
    const broken = await judge(this.#world, otto, {
      runs: this.commands.map(({ pipelineId }) => pipelineId),
      times: (name) => ({ least: 0, most: 1 + this.#lateCreates().filter((one) => one === name).length }),
      ledgers: this.commands.length,
    });
    for (const command of this.commands) await this.#endOf(command, otto);
    const most = this.#liveMax + late.size + this.#processes.length;
    const overfull = this.#processes.filter(({ liveMost }) => liveMost > most);
    return [
      ...broken.filter((sentence) => !isForLate(sentence, late)),
      ...this.#broken,
      ...overfull.map(({ liveMost }) => `${liveMost} workers were live at once`),
    ];
  }

  /** What a client finds that comes back long after the end, and whether it ended as it must. */
  async #endOf(command: PipelineCommand, otto: Ottoscaler): Promise<void> {
    const { pipelineId } = command;
    const again = await otto.open({ kind: 'submit', pipelineId, command });
    if (again === 'no answer' || again.phase !== 'ended')
      this.#broken.push(`${pipelineId} is not found again`);
    else this.#readers.get(pipelineId)?.reads(again.progress);
    const run = readRun(this.#world, pipelineId);
    if (!run || this.#cancelled.has(pipelineId)) return;
    const wrong = differences(run, (stage) => foretell(stage, this.#casting, infrastructureMax));
    this.#broken.push(...wrong.map((sentence) => `${pipelineId}: ${sentence}`));
  }

  async #insist(attempt: (otto: Ottoscaler) => Promise<boolean>): Promise<boolean> {
    for (let tries = 0; tries < triesMax; tries++) {
      if (await attempt(await this.#living())) return true;
      await this.pass(500);
    }
    return false;
  }

  #run(holds: () => boolean, withinMs: number): Promise<boolean> {
    return this.#world.run(() => this.#read() || holds(), withinMs);
  }

  #read(): false {
    const otto = this.#processes.at(-1);
    for (const [pipelineId, reader] of this.#readers) reader.reads(otto?.reading(pipelineId)?.progress ?? []);
    return false;
  }

  /**
   * Names of Pods whose create was applied long after it was asked for, or after its process was killed: they
   * may come once more, at any time.
   */
  #lateCreates(): readonly string[] {
    return this.#processes.flatMap(({ network: { trace, isCut } }) => {
      const isLate = (fate: string) => fate === 'late' || (fate === 'slow' && isCut);
      return trace.filter(({ fate, verb }) => verb === 'pods.create' && isLate(fate)).map(({ name }) => name);
    });
  }

  async #living(): Promise<Ottoscaler> {
    const otto = this.#processes.at(-1);
    if (otto && !otto.isKilled) return otto;
    await this.#world.pass(this.random() * 3_000);
    return this.#start();
  }

  #start(): Ottoscaler {
    const isOn = () => this.#world.clock.now() < this.#faultsUntilMs;
    const otto = new Ottoscaler(this.#world, {
      seed: Math.floor(this.random() * 2 ** 32),
      plan: chaos(this.random, this.#temper, isOn),
      watch: chaoticWatch(this.random, this.#temper, isOn),
      policy: { liveMax: this.#liveMax },
    });
    this.#processes.push(otto);
    return otto;
  }
}

const isAccepted = (reading: PipelineReading | 'no answer') =>
  reading !== 'no answer' && (reading.phase === 'under way' || reading.phase === 'ended');

/** Nobody can keep a create from being applied late; what is made of it is cleaned up, and that is judged. */
function isForLate(sentence: string, late: ReadonlySet<string>): boolean {
  return (
    / two live Pods at once|(told cancelled|closed) while/.test(sentence) &&
    [...late].some((name) => sentence.includes(name))
  );
}

/** Ends that look the same whenever they are seen, so that it is known what follows from them. */
const endings: readonly [Ending, ...Ending[]] = [
  'oom-killed',
  'evicted',
  'image-missing',
  'config-error',
  'node-lost',
];

function drawCasting(seed: number, share: number): Casting {
  return (stageId, index, attempt): Partial<PodScript> => {
    const random = seeded(((seed * 1_009 + Number(stageId.slice(1))) * 97 + index) * 31 + attempt);
    const times = {
      bindMs: below(random, 1_000),
      runMs: below(random, 10_000),
      stopMs: below(random, 3_000),
    };
    if (!chance(random, share)) return times;
    return chance(random, 0.6)
      ? { ...times, exitCode: 1 + below(random, 2) }
      : { ...times, ending: pick(random, endings) };
  };
}
