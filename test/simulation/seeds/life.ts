/**
 * One seed is one life of everything: scale commands and runs under the faults that the seed draws. Then no more
 * faults begin, all must come to rest in bounded time, and is judged.
 */
import { createHash } from 'node:crypto';
import { attemptName } from '../../../src/actors/ledger/pipeline-order.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import { asPod } from '../../../src/cluster/local/pod.ts';
import { scaleDownCommand } from '../../support/orders.ts';
import { differences, foretell } from '../../support/reference-run.ts';
import { policy, type Compose, type Ottoscaler } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';
import { managedBy } from '../../../src/cluster/port.ts';
import { podManifest } from '../../support/pod-manifest.ts';
import { examine } from '../oracle/judge.ts';
import { ProgressWatch } from '../oracle/progress-watch.ts';
import { readRun, type RunLedger } from '../oracle/run-ledger.ts';
import { StepChecks } from '../oracle/step-checks.ts';
import { Violations, type Violation } from '../oracle/violation.ts';
import { drawActs, type Act } from './acts.ts';
import { Callers } from './callers.ts';
import { Decisions, type Injection } from './decisions.ts';
import type { FaultNumber } from './fault-catalogue.ts';
import { PodFates } from './pod-fates.ts';
import { Processes } from './processes.ts';
import { StandardOutput } from './standard-output.ts';
import { Timeline, type Moment } from './timeline.ts';
import { Troubles } from './troubles.ts';

export interface LifeOptions {
  readonly seed: number;
  /** Where given, no other fault and no other act happens: what {@link Life.elements} said before. */
  readonly only?: ReadonlySet<string>;
  readonly isTold?: boolean;
  /** A mutant. */
  readonly compose?: Compose;
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
  readonly startMs: number;
  /** Empty unless it is told. */
  readonly timeline: readonly Moment[];
}

const convergeMaxMs = 3_600_000;
const restMs = 20_000;
const aftermathMs = 35_000;

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
  readonly #output: StandardOutput;
  readonly #startMs: number;
  readonly #lastsMs: number;
  #convergedMs = 0;
  #lastReadMs = 0;

  constructor({ seed, only, isTold = false, compose }: LifeOptions) {
    let script: PodFates['script'];
    const world = new World({ scripts: (name) => (this.#isForeign(name) ? undefined : script(name)) });
    const nowMs = () => world.clock.now();
    this.#world = world;
    this.#startMs = nowMs();
    this.#decisions = new Decisions({ seed, nowMs, only });
    this.#timeline = new Timeline(nowMs, isTold);
    const decisions = this.#decisions;
    decisions.onInjection = ({ key }) => this.#timeline.note('fault', () => key);
    this.#lastsMs = 20_000 + 40_000 * decisions.dice('lasts')();
    decisions.faultsUntilMs = this.#startMs + this.#lastsMs;
    const { audit } = world;
    this.#fates = new PodFates(decisions, (name) =>
      audit.created.some((pod) => pod.name === name && pod.stageId !== ''),
    );
    ({ script } = this.#fates);
    this.#verdict = new Violations(nowMs);
    this.#progress = new ProgressWatch(this.#verdict);
    this.#output = new StandardOutput(world);
    const liveMax = 2 + Math.floor(6 * decisions.dice('limit')());
    this.#processes = new Processes({
      world,
      decisions,
      timeline: this.#timeline,
      peripherals: [this.#output],
      liveMax,
      effects: {
        plant: (name) => this.#plant(name),
        takeBack: (name) => this.#takeBack(name),
        refuse: (name) => void this.#fates.unforeseen.add(name),
      },
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
    this.#acts = drawActs(decisions, this.#lastsMs);
    const excused = () => new Set([...processes.lateCreates, ...audit.copies]);
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
    }).schedule(this.#lastsMs);
    const faultsUntilMs = this.#startMs + this.#lastsMs;
    await this.#world.run(() => clock.now() >= faultsUntilMs, this.#lastsMs);
    this.#timeline.note('process', () => 'no fault begins from now on');
    await this.#world.run(() => this.#callers.busy === 0, convergeMaxMs);
    if (this.#callers.busy > 0) this.#verdict.report('liveness', 'callers', 'callers still wait');
    await this.#callers.scaleDownAll(scaleDownCommand({ taskId: '', requestId: 'end', target: 0 }));
    // Who stood still when the faults ended goes on by then, and who was told to end has ended.
    await this.#world.run(() => clock.now() >= faultsUntilMs + aftermathMs, aftermathMs);
    const isAtRest = () => this.#processes.areAwake && this.#processes.serving?.isIdle === true;
    await this.#world.run(() => isAtRest() && this.#world.pods.length === 0, convergeMaxMs);
    this.#convergedMs = clock.now() - faultsUntilMs;
    await this.#callers.repeat();
    await this.#judge();
  }

  result(): Life {
    const { seed, rates, injected } = this.#decisions;
    const { audit } = this.#world;
    const calls = this.#processes.all.flatMap(({ network }) => network.trace);
    const violations = [...audit.broken.found, ...this.#processes.leases.broken.found, ...this.#verdict.found]
      .filter((violation) => !this.#isForLate(violation))
      .toSorted((a, b) => a.atMs - b.atMs);
    const trace = JSON.stringify([calls, injected, audit.created, audit.deletions, violations]);
    return {
      seed,
      violations,
      faults: [...rates.keys()],
      injected,
      elements: [...new Set([...injected.map(({ key }) => key), ...this.#acts.map(({ key }) => key)])],
      hash: createHash('sha256').update(trace).digest('hex'),
      steps: this.#world.steps,
      virtualMs: this.#world.clock.now() - this.#startMs,
      convergedMs: this.#convergedMs,
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

  /** How slow readers are. */
  get #readEveryMs(): number {
    return this.#decisions.rates.has(59) ? 7_000 : 0;
  }

  async #judge(): Promise<void> {
    const { serving } = this.#processes;
    if (!serving)
      return this.#verdict.report('liveness', 'pool', 'nobody serves although nothing keeps anybody from it');
    const { scales, runs } = this.#callers;
    const accepted = [...scales].flatMap(([command, answer]) =>
      answer === 'refused' ? [] : [{ command, answer }],
    );
    const late = this.#processes.lateCreates;
    await examine(
      this.#world,
      serving,
      {
        podNames: accepted.flatMap(({ command, answer }) =>
          command.kind === 'scale-up' ? answer.podNames : [],
        ),
        runs: [...runs.keys()],
        times: (name) => ({
          least: 0,
          most: 1 + late.filter((one) => one === name).length + this.#takenAway(name),
        }),
        ledgers: accepted.length + runs.size,
        restMs,
      },
      { verdict: this.#verdict, withinMs: convergeMaxMs },
    );
    this.#output.examine(this.#verdict);
    for (const id of runs.keys()) this.#judgeRun(id, serving);
  }

  #judgeRun(id: string, serving: Ottoscaler): void {
    const run = readRun(this.#world, id);
    if (!run) return;
    if (serving.isServing) this.#progress.look(serving);
    this.#progress.compare(id, run.record.progress);
    const isLate = run.record.progress.some(({ errorMessage }) => errorMessage.startsWith('deadline:'));
    if (this.#callers.cancelled.has(id) || run.command.retryOf || isLate) return;
    for (const sentence of differences(run, (stage) => this.#foretell(run, stage)))
      this.#verdict.report('I7', id, `${id}: ${sentence}`);
  }

  /** @returns undefined where something befell one of its Pods whose outcome depends on when it is seen */
  #foretell(
    { command }: RunLedger,
    stage: Parameters<typeof foretell>[0],
  ): ReturnType<typeof foretell> | undefined {
    const nameOf = attemptName(this.#world.namespace);
    const names: string[] = [];
    const verdict = foretell(
      stage,
      (stageId, index, attempt) => {
        const name = nameOf(command.pipelineId, stageId, index, attempt);
        names.push(name);
        return this.#fates.foretold(name);
      },
      policy.infrastructureRetriesMax,
    );
    const isOpen =
      stage.template.timeoutSeconds > 0 || names.some((name) => this.#fates.unforeseen.has(name));
    return isOpen ? undefined : verdict;
  }

  /** Nobody can keep a create from being applied late; what is made of it is cleaned up, and that is judged. */
  #isForLate({ sentence }: Violation): boolean {
    if (!/ two (live )?Pods at once|(told cancelled|closed) while|was made before/.test(sentence))
      return false;
    return this.#processes.lateCreates.some((name) => sentence.includes(name));
  }

  /** How often it was taken away: whether Ottoscaler knew then that it was there, its ledger says. */
  #takenAway(name: string): number {
    const { created, takenAway } = this.#world.audit;
    return created.filter((pod) => pod.name === name && takenAway.has(pod.uid)).length;
  }

  #isForeign(name: string): boolean {
    const { metadata } = this.#world.store.get(podType, this.#world.namespace, name);
    return metadata.labels?.[managedBy.key] !== managedBy.value;
  }

  #plant(name: string): void {
    this.#fates.unforeseen.add(name);
    if (this.#world.store.find(podType, this.#world.namespace, name)) return;
    const { metadata, ...rest } = podManifest(name);
    this.#world.createPod({ ...rest, metadata: { ...metadata, labels: { 'managed-by': 'somebody-else' } } });
  }

  /** Once it is there. */
  #takeBack(name: string): void {
    const { store, namespace, clock, audit } = this.#world;
    this.#fates.unforeseen.add(name);
    clock.setTimeout(() => {
      const found = store.find(podType, namespace, name);
      if (!found || found.metadata.labels?.[managedBy.key] !== managedBy.value) return;
      // What is on no node goes at once.
      if (asPod(found).spec.nodeName === undefined) this.#world.bind(name);
      audit.takenAway.add(found.metadata.uid);
      store.delete(podType, namespace, name, { uid: found.metadata.uid });
    }, 0);
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
