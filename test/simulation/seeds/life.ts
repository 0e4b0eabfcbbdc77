/**
 * One seed is one life of everything: scale commands and runs under the faults that the seed draws. Then no more
 * faults begin, all must come to rest in bounded time, and is judged.
 */
import { createHash } from 'node:crypto';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import { asPod } from '../../../src/cluster/local/pod.ts';
import { scaleDownCommand } from '../../support/orders.ts';
import type { Compose } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';
import type { Peripheral } from '../model/peripheral.ts';
import { ProgressWatch } from '../oracle/progress-watch.ts';
import { StepChecks } from '../oracle/step-checks.ts';
import { Violations, type Violation } from '../oracle/violation.ts';
import { drawActs, type Act } from './acts.ts';
import { Callers } from './callers.ts';
import { Decisions, type Injection } from './decisions.ts';
import { catalogue, type FaultNumber } from './fault-catalogue.ts';
import { convergeMaxMs, LifeJudge } from './life-judge.ts';
import { PodFates } from './pod-fates.ts';
import { Processes } from './processes.ts';
import { StandardOutput } from './standard-output.ts';
import { Strangers } from './strangers.ts';
import { Timeline, type Moment } from './timeline.ts';
import { Troubles } from './troubles.ts';
import type { EventCounts } from './event-court.ts';
import type { LineCounts } from './output-court.ts';
import { RedisEvents } from './redis-events.ts';
import { WorkerOutputs } from './worker-outputs.ts';

export interface LifeOptions {
  readonly seed: number;
  /** Where given, no other fault and no other act happens: what {@link Life.elements} said before. */
  readonly only?: ReadonlySet<string>;
  readonly isTold?: boolean;
  /** A mutant. */
  readonly compose?: Compose;
  /** Whether there is a data plane; drawn where nothing is said. */
  readonly hasOutputs?: boolean | undefined;
  /** Whether events come from Redis; drawn where nothing is said. */
  readonly hasEvents?: boolean | undefined;
}

export interface Life {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Faults that the seed may meet. */
  readonly faults: readonly FaultNumber[];
  readonly injected: readonly Injection[];
  /** Keys of all faults and acts: what can be taken away of this life. */
  readonly elements: readonly string[];
  /** Equal for equal lives: every call of every process with its time and its fate, and what came of it. */
  readonly hash: string;
  readonly steps: number;
  readonly virtualMs: number;
  /** From the end of the faults until all was at rest. */
  readonly convergedMs: number;
  /** Lines of workers, where there is a data plane. */
  readonly lines: LineCounts | undefined;
  /** Where they come from Redis. */
  readonly events: EventCounts | undefined;
  readonly startMs: number;
  /** Empty unless it is told. */
  readonly timeline: readonly Moment[];
}

/** Who stood still when the faults ended goes on by then, and who was told to end has ended. */
const aftermathMs = 35_000;

/** Of the lives: in the others nobody reads what workers write. */
const outputsShare = 0.3;
/** Of the lives, whatever else they have. */
const eventsShare = 0.2;

export async function live(options: LifeOptions): Promise<Life> {
  const life = new SeedLife(options);
  await life.pass();
  return life.result();
}

class SeedLife {
  readonly #world: World;
  readonly #decisions: Decisions;
  readonly #timeline: Timeline;
  readonly #fates: PodFates;
  readonly #processes: Processes;
  readonly #callers: Callers;
  readonly #verdict: Violations;
  readonly #progress: ProgressWatch;
  readonly #acts: readonly Act[];
  readonly #strangers: Strangers;
  readonly #judge: LifeJudge;
  readonly #peripherals: readonly Peripheral[];
  readonly #outputs: WorkerOutputs | undefined;
  readonly #events: RedisEvents | undefined;
  readonly #startMs: number;
  readonly #lastsMs: number;
  /** How slow readers are. */
  readonly #readEveryMs: number;
  #convergedMs = 0;
  #lastReadMs = 0;

  constructor({ seed, only, isTold = false, compose, hasOutputs, hasEvents }: LifeOptions) {
    let script: PodFates['script'];
    const world: World = new World({ scripts: (name) => (strangers.owns(name) ? undefined : script(name)) });
    const nowMs = () => world.clock.now();
    const strangers: Strangers = new Strangers(world);
    this.#world = world;
    this.#strangers = strangers;
    this.#startMs = nowMs();
    this.#decisions = new Decisions({ seed, nowMs, only });
    this.#timeline = new Timeline(nowMs, isTold);
    const decisions = this.#decisions;
    decisions.onInjection = ({ key }) => this.#timeline.note('fault', () => key);
    this.#lastsMs = 20_000 + 40_000 * decisions.dice('lasts')();
    decisions.faultsUntilMs = this.#startMs + this.#lastsMs;
    this.#readEveryMs = decisions.strikes(59, 'readers') ? 7_000 : 0;
    const { audit } = world;
    this.#fates = new PodFates(decisions, (name) =>
      audit.created.some((pod) => pod.name === name && pod.stageId !== ''),
    );
    ({ script } = this.#fates);
    this.#verdict = new Violations(nowMs);
    this.#progress = new ProgressWatch(this.#verdict);
    const hasDrawnOutputs = decisions.dice('outputs')() < outputsShare;
    if (hasOutputs ?? hasDrawnOutputs)
      this.#outputs = new WorkerOutputs({
        world,
        decisions,
        timeline: this.#timeline,
        fates: this.#fates,
        verdict: this.#verdict,
        lastsMs: this.#lastsMs,
      });
    const hasDrawnEvents = decisions.dice('events')() < eventsShare;
    if (hasEvents ?? hasDrawnEvents)
      this.#events = new RedisEvents({
        world,
        decisions,
        timeline: this.#timeline,
        verdict: this.#verdict,
        lastsMs: this.#lastsMs,
        // What the API server has refused once it may take when it is asked again, after a group was made anew.
        excuses: (reason) => this.#processes.isRefusing && !reason.includes('nobody came to an end'),
      });
    this.#peripherals = [this.#outputs ?? new StandardOutput(world), ...(this.#events ? [this.#events] : [])];
    const liveMax = 2 + Math.floor(6 * decisions.dice('limit')());
    this.#processes = new Processes({
      world,
      decisions,
      timeline: this.#timeline,
      peripherals: this.#peripherals,
      liveMax,
      effects: {
        plant: (name) => strangers.plant(name),
        takeBack: (name) => strangers.takeBack(name),
      },
      unforeseen: this.#fates.unforeseen,
      compose,
    });
    const processes = this.#processes;
    this.#callers = new Callers({
      world,
      decisions,
      processes,
      timeline: this.#timeline,
      verdict: this.#verdict,
    });
    this.#judge = new LifeJudge({
      world,
      processes,
      callers: this.#callers,
      fates: this.#fates,
      strangers,
      progress: this.#progress,
      peripherals: this.#peripherals,
      verdict: this.#verdict,
    });
    this.#acts = drawActs(decisions, this.#lastsMs);
    const excused = () =>
      new Set([
        ...processes.lateCreates,
        ...audit.copies,
        ...(processes.isMisled ? audit.created.map(({ name }) => name) : []),
      ]);
    const checks = new StepChecks({
      world,
      verdict: this.#verdict,
      progress: this.#progress,
      liveMax,
      excused,
    });
    world.afterStep = () => this.#stepped(checks);
    if (isTold) this.#tellPods();
  }

  async pass(): Promise<void> {
    const { clock } = this.#world;
    this.#callers.schedule(this.#acts);
    new Troubles({
      world: this.#world,
      decisions: this.#decisions,
      processes: this.#processes,
      fates: this.#fates,
      strangers: this.#strangers,
    }).schedule(this.#lastsMs);
    const faultsUntilMs = this.#startMs + this.#lastsMs;
    await this.#world.run(() => clock.now() >= faultsUntilMs, this.#lastsMs);
    for (const peripheral of this.#peripherals) peripheral.calm();
    this.#timeline.note('process', () => 'no fault begins from now on');
    await this.#world.run(() => this.#callers.busy === 0, convergeMaxMs);
    if (this.#callers.busy > 0) this.#verdict.report('liveness', 'callers', 'callers still wait');
    if (this.#events) await this.#finishEvents(this.#events);
    await this.#callers.scaleDownAll(scaleDownCommand({ taskId: '', requestId: 'end', target: 0 }));
    await this.#world.run(() => clock.now() >= faultsUntilMs + aftermathMs, aftermathMs);
    const isAtRest = () => this.#processes.areAwake && this.#processes.serving?.isIdle === true;
    await this.#world.run(() => isAtRest() && this.#world.pods.length === 0, convergeMaxMs);
    this.#convergedMs = clock.now() - faultsUntilMs;
    await this.#callers.repeat();
    await this.#judge.judge();
  }

  /** Before everything is scaled down: none is to come later. */
  async #finishEvents(events: RedisEvents): Promise<void> {
    await this.#world.run(() => events.isAtRest, convergeMaxMs);
    for (const command of events.commands()) await this.#callers.repeatOf(command);
  }

  result(): Life {
    const { seed, rates, injected } = this.#decisions;
    const { audit } = this.#world;
    const calls = this.#processes.all.flatMap(({ network }) => network.trace);
    const { violations } = this.#judge;
    const others = this.#peripherals.map(({ trace: one }) => one);
    const trace = JSON.stringify([calls, injected, audit.created, audit.deletions, violations, others]);
    return {
      seed,
      violations,
      faults: [...rates.keys()],
      injected,
      elements: [
        ...new Set([
          ...injected.flatMap(({ fault, key }) => (catalogue[fault].most === 0 ? [] : [key])),
          ...this.#acts.map(({ key }) => key),
          ...(this.#events?.events.map(({ key }) => key) ?? []),
        ]),
      ],
      hash: createHash('sha256').update(trace).digest('hex'),
      steps: this.#world.steps,
      virtualMs: this.#world.clock.now() - this.#startMs,
      convergedMs: this.#convergedMs,
      lines: this.#outputs?.counts,
      events: this.#events?.counts,
      startMs: this.#startMs,
      timeline: this.#timeline.moments,
    };
  }

  #stepped(checks: StepChecks): void {
    const nowMs = this.#world.clock.now();
    this.#processes.restart();
    const awake = this.#processes.living.flatMap(([, otto]) => (otto.isStill ? [] : [otto]));
    const isReading = nowMs - this.#lastReadMs >= this.#readEveryMs;
    if (isReading) this.#lastReadMs = nowMs;
    checks.check(awake, this.#callers.runs.keys(), isReading);
  }

  #tellPods(): void {
    this.#world.store.watch({ resource: podType }, {}, ({ type, object }) => {
      const { name, uid, deletionTimestamp } = object.metadata;
      const how =
        type === 'DELETED'
          ? 'gone'
          : `${asPod(object).status.phase}${deletionTimestamp ? ', terminating' : ''}`;
      this.#timeline.note('pod', () => `${name} (${uid}) ${how}`);
    });
  }
}
