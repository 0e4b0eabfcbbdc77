/** The processes of a life: started under their names, started again whenever they end, as Kubernetes does. */
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import { managedBy } from '../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';
import type { FaultPlan } from '../model/fault-plan.ts';
import type { ReadingPlan } from '../model/follow-log.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import type { Peripheral } from '../model/peripheral.ts';
import type { World } from '../model/world.ts';
import { LeaseAudit } from '../oracle/lease-audit.ts';
import { CallFaults, type SideEffects } from './call-faults.ts';
import type { Decisions } from './decisions.ts';
import { FactFaults } from './fact-faults.ts';
import { readingFaults } from './reading-faults.ts';
import type { Timeline } from './timeline.ts';

export interface Surroundings {
  readonly world: World;
  readonly decisions: Decisions;
  readonly timeline: Timeline;
  readonly peripherals: readonly Peripheral[];
  readonly liveMax: number;
  readonly effects: Omit<SideEffects, 'terminate'>;
  /** Pods of which nobody can say beforehand how they end: calls add to it. */
  readonly unforeseen: Set<string>;
  readonly compose?: Compose | undefined;
}

export class Processes {
  readonly all: Ottoscaler[] = [];
  readonly leases: LeaseAudit;
  /** Where they are two, or one that others could follow. */
  readonly isElected: boolean;
  readonly #around: Surroundings;
  readonly #now = new Map<string, Ottoscaler>();
  readonly #faults = new Map<
    string,
    { readonly calls: CallFaults; readonly facts: FactFaults; readonly readings: ReadingPlan }
  >();
  readonly #births = new Map<string, number>();
  readonly #awaited = new Set<string>();
  readonly #invalid = new Set<string>();
  /** Those that were told an older list than what there was. */
  readonly #misled = new Set<Ottoscaler>();
  #lastSeen: readonly ObservedPod[] = [];
  /** One of them slept without knowing it: until it finds out, it may write. */
  #hasSlept = false;

  constructor(around: Surroundings) {
    this.#around = around;
    const { decisions, world } = around;
    this.leases = new LeaseAudit(world);
    const areTwo = decisions.strikes(44, 'two processes');
    this.isElected = areTwo || decisions.dice('election')() < 0.2;
    for (const identity of areTwo ? ['a', 'b'] : ['a']) this.#start(identity);
  }

  get living(): readonly (readonly [identity: string, otto: Ottoscaler])[] {
    return [...this.#now].filter(([, otto]) => !otto.isKilled);
  }

  /** Who answers callers. */
  get serving(): Ottoscaler | undefined {
    return this.living.find(([, otto]) => otto.isServing)?.[1];
  }

  /** Who is told of fewer Pods than there are admits more than there may be. */
  get isMisled(): boolean {
    return this.living.some(([, otto]) => this.#misled.has(otto));
  }

  get areAwake(): boolean {
    return this.living.every(([, otto]) => !otto.isStill);
  }

  /** Names of Pods whose create may have made its Pod once more, each as often as that. */
  get lateCreates(): readonly string[] {
    const { created, takenAway } = this.#around.world.audit;
    const taken = new Set(created.filter(({ uid }) => takenAway.has(uid)).map(({ name }) => name));
    const owned = Map.groupBy(created, ({ ownerName }) => ownerName);
    const own = this.all.flatMap(({ network: { trace, isCut } }) => {
      // A slow one may be under way while somebody takes away what was made before, and be applied thereafter.
      const isLate = (fate: string, name: string) =>
        fate === 'late' || (fate === 'slow' && (isCut || taken.has(name)));
      const creates = trace.filter(({ fate, verb, name }) => verb === 'pods.create' && isLate(fate, name));
      // What a killed process wrote may be on paper only after the next one has read it.
      const marks = trace.filter(
        ({ fate, verb }) => isCut && verb === 'records.update' && (fate === 'late' || fate === 'slow'),
      );
      const marked = marks.flatMap(({ name }) => owned.get(name) ?? []);
      return [...creates, ...marked].map(({ name }) => name);
    });
    return [
      ...own,
      ...[...this.leases.lateCreates].flatMap(([name, count]) => Array<string>(count).fill(name)),
    ];
  }

  /** There are names that no Pod of ours can have. */
  get isRefusing(): boolean {
    return this.#around.decisions.injected.some(({ fault }) => fault === 2 || fault === 21);
  }

  callFaultsOf(identity: string): CallFaults | undefined {
    return this.#faults.get(identity)?.calls;
  }

  sleep(): void {
    this.#hasSlept = true;
  }

  /** Whoever has ended comes again after a while. */
  restart(): void {
    const { world, decisions } = this.#around;
    for (const [identity, otto] of this.#now) {
      if (otto.said('the pool crashed').length > 0) otto.kill();
      if (!otto.isKilled || this.#awaited.has(identity)) continue;
      this.#awaited.add(identity);
      this.#lastSeen = world.pods;
      this.#around.timeline.note('process', () => `${identity} has ended`);
      const awayMs = 200 + 3_000 * decisions.dice(`away ${identity} ${this.#births.get(identity)}`)();
      world.clock.setTimeout(() => this.#start(identity), awayMs);
    }
  }

  #start(identity: string): void {
    const { world, decisions, timeline, peripherals, liveMax, compose } = this.#around;
    this.#awaited.delete(identity);
    const birth = (this.#births.get(identity) ?? 0) + 1;
    this.#births.set(identity, birth);
    const faults = this.#faults.get(identity) ?? this.#faultsOf(identity);
    this.#faults.set(identity, faults);
    const isStale = birth > 1 && decisions.strikes(17, `${identity} start #${birth}`);
    const plan: FaultPlan = (call) => {
      if (call.write > 0 && !call.verb.startsWith('leases.')) this.#sends(identity, otto);
      const fate = faults.calls.plan(call);
      if (call.verb === 'pods.create' && fate.kind === 'served') this.#meetsOwn(call.name);
      timeline.note('call', () => `${identity} ${call.verb} ${call.name} → ${fate.kind}`);
      return fate;
    };
    const otto: Ottoscaler = new Ottoscaler(world, {
      seed: Math.floor(decisions.dice(`start ${identity} ${birth}`)() * 2 ** 32),
      plan,
      watch: {
        fact: (fact) => (otto.isKilled ? told : faults.facts.fate(fact)),
        ...(isStale ? { staleList: this.#lastSeen } : {}),
      },
      policy: { liveMax },
      pageSize: 3,
      identity,
      peripherals,
      readings: faults.readings,
      ...(compose ? { compose } : {}),
      ...(this.isElected ? { election: electionOf(identity) } : {}),
    });
    timeline.note('process', () => `${identity} starts${birth > 1 ? ' again' : ''}`);
    if (this.isElected) this.leases.follow(identity, otto);
    if (isStale) this.#misled.add(otto);
    this.all.push(otto);
    this.#now.set(identity, otto);
  }

  #faultsOf(identity: string) {
    const { world, decisions, effects, unforeseen } = this.#around;
    const terminate = () => this.#now.get(identity)?.end();
    const calls = new CallFaults(decisions, identity, {
      effects: { ...effects, terminate },
      nowMs: () => world.clock.now(),
      invalid: this.#invalid,
      unforeseen,
    });
    return {
      calls,
      facts: new FactFaults(decisions, identity),
      readings: readingFaults(decisions, identity),
    };
  }

  /** It was made before, and its caller does not know. */
  #meetsOwn(podName: string): void {
    const { world, decisions } = this.#around;
    const found = world.store.find(podType, world.namespace, podName);
    const isOurs = found?.metadata.labels?.[managedBy.key] === managedBy.value;
    if (isOurs && found.metadata.deletionTimestamp === undefined) decisions.came(1, podName);
  }

  /** Who knows how long it stood still sends nothing once another leads. */
  #sends(identity: string, otto: Ottoscaler): void {
    if (!this.isElected || this.#hasSlept) return;
    const other = this.leases.otherLeader(identity, otto);
    if (other !== undefined)
      this.leases.broken.report(
        'G10',
        identity,
        `${identity} writes in epoch ${otto.leader?.epoch} while ${other} leads`,
      );
  }
}

const told = { kind: 'told' } as const;

const electionOf = (identity: string) => ({
  leaseName: 'ottoscaler',
  identity,
  durationMs: 6_000,
  renewMs: 4_000,
  retryMs: 1_000,
  skewMs: identity === 'a' ? 0 : 1_800_000,
});
