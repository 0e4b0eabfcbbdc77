/**
 * One whole life under random faults: commands are sent until they are answered, processes are killed and
 * started again, then the faults end and all must come to rest as promised.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../../../src/actors/ports.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import type { ScaleAnswer } from '../../../src/machines/scale/replies.ts';
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { chaos, chaoticWatch, drawScripts, drawTemper, type Temper } from './chaos.ts';
import { judge } from '../oracle/judge.ts';
import { Ottoscaler } from '../model/ottoscaler.ts';
import { seeded } from '../model/seeded.ts';
import { World } from '../model/world.ts';

const faultsLastMs = 60_000;
/** A client gives up on a command after so many tries; none has ever come near it. */
const triesMax = 200;

export interface RandomRun {
  readonly broken: readonly string[];
  /** Equal for equal runs: every call with its time and its fate. */
  readonly hash: string;
}

type Accepted = Extract<ScaleAnswer, { kind: 'accepted' }>;

export async function randomRun(seed: number): Promise<RandomRun> {
  const life = new Life(seed);
  const commands = life.drawCommands();
  const first = new Map<object, Accepted>();
  const broken: string[] = [];
  for (const command of commands) {
    const answer = await life.insist(command);
    if (answer) first.set(command, answer);
    else broken.push(`${command.kind} was never answered`);
    await life.pass(life.random() * 10_000);
  }
  await life.calm();
  for (const command of commands) {
    const again = await life.insist(command);
    const before = first.get(command);
    if (again?.podNames.join() !== before?.podNames.join())
      broken.push(`${command.kind} was answered with other names`);
    if (again && !again.replayed) broken.push(`a replay of ${command.kind} was answered as if it were new`);
  }
  await life.insist(scaleDownCommand({ taskId: '', target: 0 }));
  broken.push(...(await life.end(commands, first)));
  return { broken, hash: life.hash };
}

type Command = ScaleUpCommand | ScaleDownCommand;

class Life {
  readonly random: Random;
  readonly #world: World;
  readonly #temper: Temper;
  readonly #liveMax: number;
  readonly #processes: Ottoscaler[] = [];
  #faultsUntilMs: number;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.#temper = drawTemper(this.random);
    this.#world = new World({ scripts: drawScripts(this.random) });
    this.#faultsUntilMs = this.#world.clock.now() + faultsLastMs;
    this.#liveMax = 2 + Math.floor(this.random() * 4);
    this.#start();
  }

  get hash(): string {
    const calls = this.#processes.flatMap(({ network }) => network.trace);
    return createHash('sha256').update(JSON.stringify(calls)).digest('hex');
  }

  drawCommands(): readonly Command[] {
    const count = () => 1 + Math.floor(this.random() * 4);
    const commands: Command[] = [scaleUpCommand({ requestId: 'a', workerCount: count() })];
    if (this.random() < 0.5) commands.push(scaleUpCommand({ requestId: 'b', workerCount: count() }));
    if (this.random() < 0.7)
      commands.push(scaleDownCommand({ requestId: 'c', target: Math.floor(this.random() * 3) }));
    return commands;
  }

  /** Sends the command until it is accepted, as a client does that is told UNAVAILABLE or nothing. */
  async insist(command: Command): Promise<Accepted | undefined> {
    for (let tries = 0; tries < triesMax; tries++) {
      const otto = await this.#living();
      const answer =
        command.kind === 'scale-up' ? await otto.scaleUp(command) : await otto.scaleDown(command);
      if (answer !== 'no answer' && answer.kind === 'accepted') return answer;
      await this.pass(500);
    }
    return undefined;
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#world.clock.now() + ms;
    while (this.#world.clock.now() < untilMs) {
      const otto = await this.#living();
      await this.#world.run(() => otto.isKilled, untilMs - this.#world.clock.now());
    }
  }

  /** No fault from now on. */
  async calm(): Promise<void> {
    await this.pass(this.#faultsUntilMs - this.#world.clock.now());
    this.#faultsUntilMs = 0;
    await this.#living();
  }

  async end(
    commands: readonly Command[],
    answers: ReadonlyMap<object, Accepted>,
  ): Promise<readonly string[]> {
    const podNames = commands
      .filter(({ kind }) => kind === 'scale-up')
      .flatMap((command) => answers.get(command)?.podNames ?? []);
    const otto = await this.#living();
    const broken = await judge(this.#world, otto, {
      podNames,
      times: (name) => ({ least: 0, most: 1 + this.#lateCreates(name) }),
      ledgers: commands.length,
    });
    // A Pod that such a create makes is there, whatever the limit says, until it is deleted.
    const most = this.#liveMax + this.#lateCreates();
    const overfull = this.#processes.filter(({ liveMost }) => liveMost > most);
    return [...broken, ...overfull.map(({ liveMost }) => `${liveMost} workers were live at once`)];
  }

  /** A create that is applied after its Pod has come and gone makes another, which no client can prevent. */
  #lateCreates(name?: string): number {
    const calls = this.#processes.flatMap(({ network }) => network.trace);
    const late = calls.filter(({ fate, verb }) => fate === 'late' && verb === 'pods.create');
    return late.filter((call) => name === undefined || call.name === name).length;
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
