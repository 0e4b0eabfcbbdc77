/** What becomes of the lease and of the ledgers' epochs, as they stand in the store. */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { configMaps, leases } from '../../../src/cluster/local/resources/registry.ts';
import type { Verb } from '../model/fault-plan.ts';
import type { Ottoscaler } from '../model/ottoscaler.ts';
import type { World } from '../model/world.ts';
import { Violations } from './violation.ts';

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions: number;
}

export class LeaseAudit {
  /** Who led and since when, in order. */
  readonly terms: Array<{ readonly holder: string; readonly epoch: number; readonly atMs: number }> = [];
  readonly broken: Violations;
  readonly #world: World;
  readonly #epochs = new Map<string, number>();
  /** When each ledger was first there, by its name. */
  readonly #bornMs = new Map<string, number>();
  /** When each process that serves had listed the ledgers that it took over. */
  readonly #tookOverMs = new Map<Ottoscaler, number>();
  readonly #processes = new Map<string, Ottoscaler>();
  /** Creates that arrived when their process led no more, by Pod: each may make its Pod once more. */
  readonly lateCreates = new Map<string, number>();
  #held: { readonly spec: LeaseSpec; readonly atMs: number } | undefined;

  constructor(world: World) {
    this.#world = world;
    this.broken = new Violations(() => world.clock.now());
    world.store.watch({ resource: leases }, {}, ({ type, object }) => {
      if (type === 'DELETED') this.#held = undefined;
      else this.#written(object);
    });
    world.store.watch({ resource: configMaps }, {}, ({ type, object }) => {
      if (type !== 'DELETED') this.#ledger(object);
    });
  }

  /** What this process does from now on is looked at. */
  follow(identity: string, otto: Ottoscaler): void {
    this.#processes.set(identity, otto);
    otto.network.onDeed = (verb, name) => this.#done(identity, otto, verb, name);
    otto.ref.subscribe({
      next: (snapshot) => {
        if (!snapshot.hasTag('serving') || this.#tookOverMs.has(otto)) return;
        const listed = otto.network.trace.findLast(({ verb }) => verb === 'records.list');
        this.#tookOverMs.set(otto, listed?.atMs ?? 0);
      },
      error: () => undefined,
    });
  }

  /** Where another leads by what the lease says: its name. */
  otherLeader(identity: string, otto: Ottoscaler): string | undefined {
    const last = this.terms.at(-1);
    const isIt = last?.holder === identity && last.epoch === otto.leader?.epoch;
    return isIt ? undefined : last?.holder;
  }

  #done(identity: string, otto: Ottoscaler, verb: Verb, name: string): void {
    const other = this.otherLeader(identity, otto);
    if (other === undefined) return;
    if (verb === 'pods.create') this.lateCreates.set(name, (this.lateCreates.get(name) ?? 0) + 1);
    const leader = this.#processes.get(other);
    const tookOverMs = leader && this.#tookOverMs.get(leader);
    if (
      verb === 'records.update' &&
      tookOverMs !== undefined &&
      (this.#bornMs.get(name) ?? Infinity) < tookOverMs
    )
      this.broken.report('G10', name, `${identity} wrote ${name}, which ${other} had taken over`);
  }

  /** A lease that is renewed is never taken away; who takes it begins a new epoch. */
  #written(object: KubeObject): void {
    const atMs = this.#world.clock.now();
    const spec = object['spec'] as LeaseSpec;
    const before = this.#held;
    this.#held = { spec, atMs };
    const { holderIdentity: holder = '', leaseTransitions: epoch } = spec;
    const former = before?.spec.holderIdentity ?? '';
    const isNewTerm = holder !== '' && epoch !== before?.spec.leaseTransitions;
    if (isNewTerm) this.terms.push({ holder, epoch, atMs });
    if (before && epoch < before.spec.leaseTransitions)
      this.broken.report('G10', 'lease', `the lease went back to epoch ${epoch}`);
    if (holder !== '' && holder !== former && !isNewTerm)
      this.broken.report('G10', 'lease', `${holder} took the lease without a new epoch`);
    if (!before || former === '' || former === holder || holder === '') return;
    const silentMs = atMs - before.atMs;
    const durationMs = (before.spec.leaseDurationSeconds ?? 0) * 1_000;
    if (silentMs < durationMs)
      this.broken.report(
        'G10',
        'lease',
        `${holder} took the lease of ${former}, who was silent for ${silentMs} ms only`,
      );
  }

  #ledger({ metadata: { uid, name }, data }: KubeObject): void {
    if (!this.#epochs.has(uid)) this.#bornMs.set(name, this.#world.clock.now());
    const { state = '{}' } = data as { readonly state?: string };
    const epoch = Number(/^\{"epoch":(\d+)/.exec(state)?.[1] ?? 0);
    const before = this.#epochs.get(uid) ?? 0;
    this.#epochs.set(uid, epoch);
    if (epoch < before)
      this.broken.report('G10', name, `${name} was written in epoch ${epoch} over epoch ${before}`);
  }
}
