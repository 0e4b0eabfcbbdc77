/**
 * Two processes of Ottoscaler over one world: both are killed, told to end, and made to stand still, and their
 * calls fail, while commands go to whoever serves. Then all faults end and all must come to rest as promised.
 */
import type { Random } from '../../../src/actors/ports.ts';
import type { PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { ScaleUpCommand } from '../../../src/machines/command.ts';
import { scaleUpCommand } from '../../support/orders.ts';
import { below, chance, pick } from '../../support/random-pipelines.ts';
import { pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { chaos, chaoticWatch, drawScripts, drawTemper, type Temper } from './chaos.ts';
import { refused, type FaultPlan } from '../model/fault-plan.ts';
import { judge } from '../oracle/judge.ts';
import { LeaseAudit } from '../oracle/lease-audit.ts';
import { Ottoscaler, type Compose, type Election } from '../model/ottoscaler.ts';
import { seeded } from '../model/seeded.ts';
import type { Standstill } from '../model/sim-clock.ts';
import { World } from '../model/world.ts';
import { exceptLateCreates } from '../oracle/late-creates.ts';

export interface DuelOptions {
  /** How processes stand still; also for longer than the lease. */
  readonly stands?: readonly [Standstill, ...Standstill[]];
  readonly lastsMs?: number;
  /** How long a process that goes on cannot reach its lease, and so does not find that it lost it. */
  readonly blindMs?: number;
  readonly compose?: Compose;
  readonly election?: Partial<Election>;
}

export interface DuelResult {
  readonly broken: readonly string[];
  /** How often a process began to lead. */
  readonly terms: number;
  readonly commands: number;
  /** Creates that arrived when their process led no more: each may make its Pod once more. */
  readonly lateCreates: number;
}

const hourMs = 3_600_000;
const triesMax = 400;

export async function duel(seed: number, options: DuelOptions = {}): Promise<DuelResult> {
  const fight = new Fight(seed, options);
  await fight.last();
  const broken = await fight.end();
  const { terms } = fight.leases;
  return { broken, terms: terms.length, commands: fight.commands, lateCreates: fight.lateCreates };
}

type Command = ScaleUpCommand | PipelineCommand;

class Fight {
  readonly leases: LeaseAudit;
  readonly #random: Random;
  readonly #world: World;
  readonly #options: DuelOptions;
  readonly #temper: Temper;
  readonly #untilMs: number;
  readonly #all: Ottoscaler[] = [];
  readonly #now = new Map<string, Ottoscaler>();
  /** Commands that were accepted, and the Pods that were named in the answer. */
  readonly #accepted = new Map<Command, readonly string[]>();
  /** Pods with a create that arrives after its process was told that it did not. */
  readonly #late: string[] = [];
  readonly #blindUntilMs = new Map<Ottoscaler, number>();
  readonly #broken: string[] = [];
  #isOver = false;

  constructor(seed: number, options: DuelOptions) {
    this.#options = options;
    this.#random = seeded(seed);
    // Faults are rarer than in a minute of chaos: an hour has many of them.
    const temper = drawTemper(this.#random);
    this.#temper = { ...temper, refused: temper.refused / 4, unanswered: temper.unanswered / 3, killed: 0 };
    this.#world = new World({ scripts: drawScripts(this.#random) });
    this.leases = new LeaseAudit(this.#world);
    this.#untilMs = this.#world.clock.now() + (options.lastsMs ?? hourMs);
    for (const identity of ['a', 'b']) this.#start(identity);
    this.#again(
      () => this.#trouble(),
      5_000,
      40_000,
      () => !this.#isOver,
    );
    // Also in the end: a process may find only then that it lost its lease.
    this.#again(
      () => this.#restart(),
      500,
      4_000,
      () => true,
    );
  }

  get commands(): number {
    return this.#accepted.size;
  }

  get lateCreates(): number {
    return this.#late.length + [...this.leases.lateCreates.values()].reduce((sum, count) => sum + count, 0);
  }

  #lateOf(name: string): number {
    return this.#late.filter((late) => late === name).length + (this.leases.lateCreates.get(name) ?? 0);
  }

  /** Sends a command now and then, until the time is over. */
  async last(): Promise<void> {
    const { clock } = this.#world;
    for (let nth = 0; clock.now() < this.#untilMs; nth++) {
      const command = this.#draw(nth);
      const podNames = await this.#insist(command);
      if (podNames) this.#accepted.set(command, podNames);
      else this.#broken.push(`command ${nth} was never answered`);
      await this.#world.pass(20_000 + this.#random() * 100_000);
    }
  }

  async end(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#world.pass(60_000);
    for (const [command, before] of this.#accepted) {
      const again = await this.#insist(command);
      if (again?.join() !== before.join()) this.#broken.push('a replay was answered with other names');
    }
    await this.#scaleDownAll();
    const leader = await this.#leader();
    if (!leader) return [...this.#broken, 'nobody leads although nothing keeps anybody from it'];
    const commands = [...this.#accepted.keys()];
    const judged = await judge(this.#world, leader, {
      podNames: [...this.#accepted].flatMap(([command, names]) => (command.kind === 'scale-up' ? names : [])),
      runs: commands.flatMap((command) => (command.kind === 'pipeline' ? [command.pipelineId] : [])),
      times: (name) => ({ least: 0, most: 1 + this.#lateOf(name) }),
      ledgers: commands.length,
    });
    const held = exceptLateCreates(judged, (name) => this.#lateOf(name) > 0);
    return [...new Set([...this.#broken, ...this.leases.broken.sentences, ...held])];
  }

  #draw(nth: number): Command {
    const random = this.#random;
    if (chance(random, 0.5))
      return scaleUpCommand({ taskId: `task-${nth}`, requestId: 'r', workerCount: 1 + below(random, 5) });
    const stages = ['build', 'test', 'deploy'].map((id, at, all) =>
      stageCommand(id, {
        workerCount: 1 + below(random, 3),
        dependsOn: at > 0 && chance(random, 0.7) ? [all[at - 1] ?? ''] : [],
        allowFailure: chance(random, 0.5),
      }),
    );
    return pipelineCommand(stages, { pipelineId: `run-${nth}`, timeoutSeconds: 300 });
  }

  /** As a client that knows both addresses. @returns the names of the Pods of a scale-up, [] of a run */
  async #insist(command: Command): Promise<readonly string[] | undefined> {
    for (let tries = 0; tries < triesMax; tries++) {
      const otto = await this.#leader();
      if (otto && command.kind === 'scale-up') {
        const answer = await otto.scaleUp(command);
        if (answer !== 'no answer' && answer.kind === 'accepted') return answer.podNames;
      } else if (otto && command.kind === 'pipeline') {
        const { pipelineId } = command;
        const reading = await otto.open({ kind: 'submit', pipelineId, command });
        if (reading !== 'no answer' && reading.open) return [];
      }
      await this.#world.pass(500);
    }
    return undefined;
  }

  /** Workers of scale tasks may run for good. */
  async #scaleDownAll(): Promise<void> {
    for (let tries = 0; tries < triesMax; tries++) {
      const otto = await this.#leader();
      const command = {
        kind: 'scale-down',
        taskId: '',
        requestId: '',
        target: 0,
        triggeredBy: '',
        reason: '',
      } as const;
      const answer = otto && (await otto.scaleDown(command));
      if (answer && answer !== 'no answer' && answer.kind === 'accepted') return;
      await this.#world.pass(500);
    }
    this.#broken.push('the scale-down was never answered');
  }

  async #leader(): Promise<Ottoscaler | undefined> {
    const found = () => [...this.#now.values()].find((otto) => !otto.isKilled && otto.isServing);
    await this.#world.run(() => found() !== undefined, 120_000);
    return found();
  }

  #start(identity: string): void {
    const random = this.#random;
    const isOn = () => !this.#isOver;
    const drawn = chaos(random, this.#temper, isOn);
    const plan: FaultPlan = (call) => {
      if (call.write > 0 && !call.verb.startsWith('leases.')) this.#sends(identity, otto);
      const isBlind =
        call.verb.startsWith('leases.') && this.#world.clock.now() < (this.#blindUntilMs.get(otto) ?? 0);
      const fate = isBlind ? refused('unavailable') : drawn(call);
      if (fate.kind === 'late' && call.verb === 'pods.create') this.#late.push(call.name);
      return fate;
    };
    const otto = new Ottoscaler(this.#world, {
      seed: below(random, 2 ** 32),
      plan,
      watch: chaoticWatch(random, this.#temper, isOn),
      ...(this.#options.compose ? { compose: this.#options.compose } : {}),
      election: {
        leaseName: 'ottoscaler',
        identity,
        durationMs: 6_000,
        renewMs: 4_000,
        retryMs: 1_000,
        skewMs: identity === 'a' ? 0 : 1_800_000,
        ...this.#options.election,
      },
    });
    this.leases.follow(identity, otto);
    this.#all.push(otto);
    this.#now.set(identity, otto);
  }

  /** Who knows how long it stood still sends nothing once another leads. */
  #sends(identity: string, otto: Ottoscaler): void {
    if (this.#options.stands?.includes('suspended') === true) return;
    const other = this.leases.otherLeader(identity, otto);
    if (other !== undefined)
      this.#broken.push(`${identity} writes in epoch ${otto.leader?.epoch} while ${other} leads`);
  }

  #trouble(): void {
    const random = this.#random;
    const living = [...this.#now.values()].filter((otto) => !otto.isKilled);
    const otto = living[below(random, living.length)];
    if (!otto) return;
    const kind = pick(random, ['stand', 'stand', 'stand', 'kill', 'end']);
    if (kind === 'kill') return otto.kill();
    if (kind === 'end') return otto.end();
    otto.stand(pick(random, this.#options.stands ?? ['stalled']));
    const first = pick<'timers' | 'answers'>(random, ['timers', 'answers']);
    const { clock } = this.#world;
    clock.setTimeout(() => {
      this.#blindUntilMs.set(otto, clock.now() + (this.#options.blindMs ?? 0));
      otto.goOn(first);
    }, random() * 20_000);
  }

  /** As Kubernetes: what has ended is started again under its name. */
  #restart(): void {
    for (const [identity, otto] of this.#now) if (otto.isKilled) this.#start(identity);
  }

  #again(act: () => void, leastMs: number, mostMs: number, lasts: () => boolean): void {
    const next = () => {
      if (!lasts()) return;
      act();
      this.#again(act, leastMs, mostMs, lasts);
    };
    this.#world.clock.setTimeout(next, leastMs + this.#random() * (mostMs - leastMs));
  }
}
