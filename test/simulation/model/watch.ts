/**
 * The reflector of the model: the facts of the store's own watch, told as the plan says.
 *
 * Facts may be late, doubled or followed by older ones; one that is dropped is made up for by a relist, as
 * every reflector must. What a list tells is the difference by UID.
 */
import { ObserverShield } from '../../../src/cluster/kubernetes/observer-shield.ts';
import { PodStore } from '../../../src/cluster/kubernetes/pod-store.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import type { KubeObject } from '../../../src/cluster/local/kube-object.ts';
import type { WatchEvent } from '../../../src/cluster/local/store/watchers.ts';
import { managedBy, type PodFact, type PodObserver, type Reflection } from '../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../src/machines/pod.ts';
import { observed } from './observed.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

export type FactFate =
  | { readonly kind: 'told' | 'doubled' | 'dropped' }
  /** Told, and then what was told of the same Pod before it once more. */
  | { readonly kind: 'reverted' }
  /** Told so much later, and with it all that comes after. */
  | { readonly kind: 'delayed'; readonly ms: number }
  /** The watch tells nothing for so long; then it is found out, and all is listed anew. */
  | { readonly kind: 'silent'; readonly ms: number };

export interface WatchPlan {
  /** @param nth counts the facts of this watch, from 1. */
  readonly fact?: (fact: PodFact, nth: number) => FactFate;
  /** What the first list says instead of the truth: an older truth. */
  readonly staleList?: readonly ObservedPod[];
}

const relistAfterMs = 5_000;

export class ModelWatch implements Reflection {
  readonly #world: World;
  readonly #network: Network;
  readonly #observer: ObserverShield;
  readonly #plan: WatchPlan;
  readonly #known = new PodStore();
  readonly #told = new Map<string, ObservedPod>();
  readonly #subscription;
  #isListed = false;
  #isStopped = false;
  #isSilent = false;
  #facts = 0;
  /** Facts are told in order: none before this time. */
  #notBeforeMs = 0;

  constructor(world: World, network: Network, observer: PodObserver, plan: WatchPlan = {}) {
    this.#world = world;
    this.#network = network;
    this.#observer = new ObserverShield(observer, () => undefined);
    this.#plan = plan;
    const { resource, namespace, matches } = selection(world);
    this.#subscription = world.store.watch(
      { resource, namespace, matches },
      { after: world.store.revision },
      (event) => this.#happened(event),
    );
    void this.#list();
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    this.#observer.mute();
    this.#subscription.close();
    return Promise.resolve();
  }

  async #list(): Promise<void> {
    const { store, clock } = this.#world;
    try {
      await this.#network.call('pods.list', '', () => undefined);
      if (this.#isStopped) return;
      // However slow the answer: no reflector takes a list for newer than what its watch has told since.
      const pods = store.select(selection(this.#world)).map(observed);
      if (this.#isListed) return this.#tell(this.#known.replace(pods));
      const first = this.#plan.staleList ?? pods;
      this.#known.replace(first);
      this.#isListed = true;
      this.#observer.listed(first);
      this.#observer.health(true, 'the model watches');
      if (this.#plan.staleList) clock.setTimeout(() => void this.#list(), relistAfterMs);
    } catch (error) {
      this.#observer.health(false, String(error));
      clock.setTimeout(() => void this.#list(), 1_000);
    }
  }

  /** Before the first list an event is in the list. */
  #happened({ type, object }: WatchEvent): void {
    if (!this.#isListed || this.#isSilent) return;
    const pod = observed(object);
    const fact: PodFact =
      type === 'DELETED'
        ? { type: 'pod.lost', name: pod.name, uid: pod.uid, last: pod }
        : { type: 'pod.observed', pod };
    this.#facts += 1;
    const fate = this.#plan.fact?.(fact, this.#facts) ?? { kind: 'told' };
    const { clock } = this.#world;
    if (fate.kind === 'silent') {
      this.#isSilent = true;
      clock.setTimeout(() => {
        this.#isSilent = false;
        void this.#list();
      }, fate.ms);
      return;
    }
    if (fate.kind === 'dropped') {
      clock.setTimeout(() => void this.#list(), relistAfterMs);
      return;
    }
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + (fate.kind === 'delayed' ? fate.ms : 0));
    clock.setTimeout(() => this.#arrived(fact, fate), this.#notBeforeMs - clock.now());
  }

  #arrived(fact: PodFact, fate: FactFate): void {
    const before = fact.type === 'pod.observed' ? this.#told.get(fact.pod.uid) : this.#told.get(fact.uid);
    this.#tell(fact.type === 'pod.observed' ? this.#known.observed(fact.pod) : this.#known.lost(fact.last));
    if (fate.kind === 'doubled') this.#tell([fact]);
    if (fate.kind === 'reverted' && before) this.#tell([{ type: 'pod.observed', pod: before }]);
  }

  #tell(facts: readonly PodFact[]): void {
    this.#network.deliver(() => {
      for (const fact of facts) if (fact.type === 'pod.observed') this.#told.set(fact.pod.uid, fact.pod);
      this.#observer.changed(facts);
    });
  }
}

const selection = ({ namespace }: World) => ({
  resource: podType,
  namespace,
  matches: ({ metadata }: KubeObject) => metadata.labels?.[managedBy.key] === managedBy.value,
});
