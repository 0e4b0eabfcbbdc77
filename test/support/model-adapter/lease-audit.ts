/** What becomes of the lease and of the ledgers' epochs, as they stand in the store. */
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import { configMaps, leases } from '../../../src/cluster/local/resources/registry.ts';
import type { World } from './world.ts';

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions: number;
}

export class LeaseAudit {
  /** Who led and since when, in order. */
  readonly terms: Array<{ readonly holder: string; readonly epoch: number; readonly atMs: number }> = [];
  readonly violations: string[] = [];
  readonly #world: World;
  readonly #epochs = new Map<string, number>();
  #held: { readonly spec: LeaseSpec; readonly atMs: number } | undefined;

  constructor(world: World) {
    this.#world = world;
    world.store.watch({ resource: leases }, {}, ({ type, object }) => {
      if (type === 'DELETED') this.#held = undefined;
      else this.#written(object);
    });
    world.store.watch({ resource: configMaps }, {}, ({ type, object }) => {
      if (type !== 'DELETED') this.#ledger(object);
    });
  }

  isHeldBy(identity: string, epoch: number): boolean {
    const spec = this.#held?.spec;
    return spec?.holderIdentity === identity && spec.leaseTransitions === epoch;
  }

  /** A lease that is renewed is never taken away; who takes it begins a new epoch. */
  #written(object: KubeObject): void {
    const atMs = this.#world.clock.now();
    const spec = object['spec'] as unknown as LeaseSpec;
    const before = this.#held;
    this.#held = { spec, atMs };
    const { holderIdentity: holder = '', leaseTransitions: epoch } = spec;
    const former = before?.spec.holderIdentity ?? '';
    const isNewTerm = holder !== '' && epoch !== before?.spec.leaseTransitions;
    if (isNewTerm) this.terms.push({ holder, epoch, atMs });
    if (before && epoch < before.spec.leaseTransitions)
      this.violations.push(`the lease went back to epoch ${epoch}`);
    if (holder !== '' && holder !== former && !isNewTerm)
      this.violations.push(`${holder} took the lease without a new epoch`);
    if (!before || former === '' || former === holder || holder === '') return;
    const silentMs = atMs - before.atMs;
    const durationMs = (before.spec.leaseDurationSeconds ?? 0) * 1_000;
    if (silentMs < durationMs)
      this.violations.push(`${holder} took the lease of ${former}, who was silent for ${silentMs} ms only`);
  }

  #ledger({ metadata: { uid, name }, data }: KubeObject): void {
    const { state = '{}' } = data as { readonly state?: string };
    const epoch = Number(/^\{"epoch":(\d+)/.exec(state)?.[1] ?? 0);
    const before = this.#epochs.get(uid) ?? 0;
    this.#epochs.set(uid, epoch);
    if (epoch < before) this.violations.push(`${name} was written in epoch ${epoch} over epoch ${before}`);
  }
}
