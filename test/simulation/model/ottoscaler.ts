/**
 * One process of Ottoscaler in a model world: the real charts with the real effects, which end together
 * when it is killed. Whoever calls it waits for answers as the rpc layer does.
 */
import { createActor } from 'xstate';
import { providePool, type Policy, type Ports } from '../../../src/actors/provide.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../../src/machines/command.ts';
import type { PipelineReading } from '../../../src/machines/pipeline/reading.ts';
import type { Cancel } from '../../../src/machines/pipeline/command.ts';
import type { PipelineOpening } from '../../../src/machines/pipeline/record.ts';
import { findPipeline, readPipeline } from '../../../src/machines/pool/pipeline-view.ts';
import { installIndexedScheduler } from '../../../src/machines/indexed-scheduler.ts';
import { capacityDrift } from '../../../src/machines/pool/facts.ts';
import { findScaleDown, findScaleUp, viewWorkers, type WorkerView } from '../../../src/machines/pool/view.ts';
import type { ScaleAnswer } from '../../../src/machines/scale/replies.ts';
import type { PoolFace } from '../../../src/recording/recorder.ts';
import type { Tape } from '../../../src/recording/tape.ts';
import { limits } from '../../support/orders.ts';
import { noWitness } from '../../support/no-witness.ts';
import { quietXstate } from '../../support/quiet-xstate.ts';
import { Leader } from '../../../src/actors/leadership/leader.ts';
import type { Clock } from '../../../src/actors/ports.ts';
import type { LeaseApi } from '../../../src/cluster/port.ts';
import type { LeadershipInput } from '../../../src/machines/leadership/events.ts';
import { connect } from './connection.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { ReadingPlan } from './follow-log.ts';
import { Network } from './network.ts';
import type { Peripheral, Place } from './peripheral.ts';
import { modelRecorder } from './recorded.ts';
import { seeded } from './seeded.ts';
import { ProcessClock, type Standstill } from './sim-clock.ts';
import type { WatchPlan } from './watch.ts';
import type { World } from './world.ts';

export const policy: Policy = {
  order: {
    image: 'busybox',
    cpuRequest: '10m',
    cpuLimit: '10m',
    memoryRequest: '16Mi',
    memoryLimit: '16Mi',
    timeoutSecondsMax: 3_600,
    pipelineSecondsMax: 86_400,
    limits,
  },
  pod: { graceSeconds: 5, security: 'restricted', runAsUser: 1000 },
  infrastructureRetriesMax: 3,
  liveMax: 100,
  historyMs: 3_600_000,
  historyMax: 1_000,
  tombstoneMs: 24 * 3_600_000,
  drainMs: 20_000,
  secretNames: [],
};

export type Compose = (ports: Ports, policy: Policy, world: World) => ReturnType<typeof providePool>;

export interface OttoscalerOptions {
  readonly plan?: FaultPlan;
  readonly watch?: WatchPlan;
  readonly policy?: Partial<Policy>;
  /** Decides its random numbers; two processes of one world need two. */
  readonly seed?: number;
  /** How the charts are filled; `providePool` unless a test changes something on purpose. */
  readonly compose?: Compose;
  /** Records this process; a kill ends the recording as it does everything else. */
  readonly tape?: Tape;
  /** Absent: it leads, and nobody else is there. */
  readonly election?: Election;
  /** Under which its peripherals find again what was its own. */
  readonly identity?: string;
  /** What else there is around it. */
  readonly peripherals?: readonly Peripheral[];
  /** What becomes of its readings of logs. */
  readonly readings?: ReadingPlan;
  /** How many ledgers the API server lists at a time. */
  readonly pageSize?: number;
}

export interface Election extends LeadershipInput {
  /** How far its wall clock is ahead. */
  readonly skewMs?: number;
  /** What it makes of its way to the leases; a test may change that on purpose. */
  readonly leases?: (leases: LeaseApi, clock: Clock) => LeaseApi;
  /** Writes leave whether it leads or not. */
  readonly isUnguarded?: boolean;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Ottoscaler {
  readonly network: Network;
  readonly log: LogEntry[] = [];
  readonly ref: PoolFace;
  /** Most workers that were live at a time. */
  liveMost = 0;
  readonly #world: World;
  readonly #clock: ProcessClock;
  readonly #tape: Tape | undefined;
  readonly leader: Leader | undefined;
  readonly #places: readonly Place[];
  #isKilled = false;
  #isStill = false;

  constructor(world: World, options: OttoscalerOptions = {}) {
    quietXstate();
    this.#world = world;
    const { election } = options;
    this.#clock = new ProcessClock(world.clock, election?.skewMs);
    this.network = new Network(world.clock, options.plan, () => this.kill());
    const compose = options.compose ?? providePool;
    const own = this.#ports(options);
    this.#places = this.#attach(own, options);
    const ports: Ports = Object.assign({}, own, ...this.#places.map((place) => place.ports));
    this.leader = election && this.#elect(ports, election);
    const fenced = { ...ports, ...(this.leader ? { fence: this.leader } : {}) };
    const provided = compose(fenced, { ...policy, ...options.policy }, world);
    const recorder = options.tape && modelRecorder(options.tape, world);
    this.#tape = options.tape;
    const { machine, input } = recorder?.tap(provided) ?? provided;
    const pool = createActor(machine, { input, id: 'pool' });
    installIndexedScheduler(pool, recorder?.clock(this.#clock) ?? this.#clock);
    pool.subscribe({
      next: ({ context }) => (this.liveMost = Math.max(this.liveMost, context.registry.live.size)),
      error: (error) =>
        this.log.push({ level: 'error', message: `the pool crashed: ${String(error)}`, fields: {} }),
    });
    this.ref = recorder?.face(pool) ?? pool;
    for (const { serve } of this.#places) serve?.({ ref: this.ref, standsBy: () => this.leader?.standsBy });
    if (this.leader) void this.leader.start().led.then(() => this.#begin());
    else this.#begin();
  }

  /** As `serve.ts` does it. */
  #begin(): void {
    const opening = this.#places.flatMap(({ open }) => (open ? [open] : []));
    if (opening.length === 0) {
      this.ref.start();
      return;
    }
    void Promise.all(opening.map((open) => open())).then(
      () => this.#isKilled || this.ref.start(),
      (error: unknown) => {
        this.log.push({ level: 'error', message: 'it cannot begin', fields: { reason: String(error) } });
        void this.leader?.resign().then(() => this.kill());
        if (!this.leader) this.kill();
      },
    );
  }

  /** As `lead.ts` does it. */
  #elect(ports: Ports, { leases, isUnguarded, ...input }: Election): Leader {
    const { cluster, clock, log } = ports;
    const seen = { ...cluster, leases: leases?.(cluster.leases, clock) ?? cluster.leases };
    const leader = new Leader({ cluster: seen, clock, log, monotonicMs: this.#clock.monotonicMs }, input);
    if (!isUnguarded) this.network.mayWrite = () => leader.mayWrite();
    void leader.ended.then((end) => end === 'lost' && this.kill());
    return leader;
  }

  /** Somebody sets the wall clock of its machine. */
  jump(ms: number): void {
    this.#clock.jump(ms);
  }

  get isStill(): boolean {
    return this.#isStill;
  }

  /** It neither acts nor hears, and does not know. */
  stand(how: Standstill): void {
    this.#isStill = true;
    this.#clock.stand(how);
    this.network.hold();
    for (const place of this.#places) place.stands?.();
  }

  /** @param first what it turns to first of all that has come meanwhile */
  goOn(first: 'timers' | 'answers'): void {
    if (!this.#isStill) return;
    this.#isStill = false;
    this.#clock.goOn();
    for (const place of this.#places) place.goesOn?.();
    if (first === 'answers') this.network.release();
    else this.#world.clock.setTimeout(() => this.network.release(), 0);
  }

  /** SIGTERM: drains, gives the lease back, and ends; after a while it is killed. */
  end(): void {
    const { promise: drained, resolve } = Promise.withResolvers<void>();
    if (this.leader?.standsBy === undefined) {
      this.ref.subscribe({ complete: resolve, error: () => resolve() });
      const leaving = this.#places.flatMap(({ leave }) => (leave ? [leave()] : []));
      const drain = () => this.ref.send({ type: 'pool.drain' });
      if (leaving.length === 0) drain();
      else void Promise.all(leaving).then(drain);
    } else resolve();
    void drained
      .then(() => Promise.all(this.#places.flatMap(({ close }) => (close ? [close()] : []))))
      .then(() => this.leader?.resign())
      .then(() => this.kill());
    this.#world.clock.setTimeout(() => this.kill(), 30_000);
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  get registry() {
    return this.ref.getSnapshot().context.registry;
  }

  get isServing(): boolean {
    // Who stands still is not asked: the question would wake it.
    const leads = !this.#isStill && this.leader?.standsBy === undefined;
    return leads && this.ref.getSnapshot().hasTag('serving');
  }

  /** No actor has anything left to do. */
  get isIdle(): boolean {
    const { workers, scaleUps, scaleDowns, pipelines } = this.registry;
    const runs = [...pipelines.values()].filter((ref) => !ref.getSnapshot().matches('closed'));
    return this.isServing && workers.size + scaleUps.size + scaleDowns.size + runs.length === 0;
  }

  get capacityDrift(): number {
    return capacityDrift(this.registry);
  }

  views(): readonly WorkerView[] {
    return [...viewWorkers(this.ref.getSnapshot())];
  }

  said(message: string): readonly LogEntry[] {
    return this.log.filter((entry) => entry.message.includes(message));
  }

  /** kill -9: nothing of it acts or hears any more. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#tape?.end();
    this.network.cut();
    this.#clock.stop();
    for (const place of this.#places) place.killed?.();
  }

  scaleUp(command: ScaleUpCommand): Promise<ScaleAnswer | 'no answer'> {
    return this.#ask(
      () => this.ref.send({ type: 'scale.up', command }),
      () => findScaleUp(this.ref.getSnapshot(), command),
    );
  }

  scaleDown(command: ScaleDownCommand): Promise<ScaleAnswer | 'no answer'> {
    const at = new Date(this.#clock.now()).toISOString();
    return this.#ask(
      () => this.ref.send({ type: 'scale.down', command, at }),
      () => findScaleDown(this.ref.getSnapshot(), command),
    );
  }

  /** Opens a run as the rpc layer does. @returns what can be read of it once it is accepted or refused. */
  async open(opening: PipelineOpening): Promise<PipelineReading | 'no answer'> {
    const world = this.#world;
    if (!(await world.run(() => this.isServing || this.#isKilled)) || this.#isKilled) return 'no answer';
    this.ref.send({ type: 'pipeline.open', opening });
    const ref = findPipeline(this.ref.getSnapshot(), opening.pipelineId);
    if (!ref) return 'no answer';
    await world.run(() => readPipeline(ref).phase !== 'opening' || this.#isKilled, 60_000);
    const reading = readPipeline(ref);
    return reading.phase === 'opening' ? 'no answer' : reading;
  }

  /** What can be read of a run that was opened; undefined where it is not at hand. */
  reading(pipelineId: string): PipelineReading | undefined {
    const ref = findPipeline(this.ref.getSnapshot(), pipelineId);
    return ref && readPipeline(ref);
  }

  cancel(pipelineId: string, cancel: Cancel): void {
    this.ref.send({ type: 'pipeline.cancel', pipelineId, cancel });
  }

  /** As the rpc layer: a command that is under way already answers as one that was sent before. */
  async #ask(send: () => void, find: () => Answering | undefined): Promise<ScaleAnswer | 'no answer'> {
    const world = this.#world;
    if (!(await world.run(() => this.isServing || this.#isKilled)) || this.#isKilled) return 'no answer';
    const attached = find() !== undefined;
    send();
    const ref = find();
    const answer = () =>
      ref?.getSnapshot().hasTag('answered') ? ref.getSnapshot().context.answer : undefined;
    await world.run(() => answer() !== undefined || this.#isKilled, 60_000);
    const given = answer();
    if (!given) return 'no answer';
    return given.kind === 'accepted' ? { ...given, replayed: given.replayed || attached } : given;
  }

  #attach(ports: Ports, { peripherals = [], identity = 'a', seed = 1 }: OttoscalerOptions): readonly Place[] {
    const inhabitant = {
      ...ports,
      identity,
      monotonicMs: this.#clock.monotonicMs,
      // The pool's own draws stay what they are.
      random: seeded(seed + 1),
      isGone: () => this.#isKilled,
      deliver: (hear: () => void) => this.network.deliver(hear),
      kill: () => this.kill(),
    };
    return peripherals.map((one) => one.attach(inhabitant));
  }

  #ports({ seed = 1, watch, readings, pageSize }: OttoscalerOptions): Ports {
    const tell = (level: LogEntry['level']) => (fields: object, message: string) =>
      void this.log.push({ level, message, fields: { ...fields } });
    return {
      cluster: connect(this.#world, {
        network: this.network,
        ...(watch ? { watch } : {}),
        ...(readings ? { readings } : {}),
        ...(pageSize === undefined ? {} : { pageSize }),
      }),
      clock: this.#clock,
      random: seeded(seed),
      log: { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') },
      witness: noWitness,
    };
  }
}

interface Answering {
  getSnapshot(): {
    readonly context: { readonly answer?: ScaleAnswer };
    hasTag(tag: 'answered'): boolean;
  };
}
