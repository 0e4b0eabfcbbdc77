/**
 * A small cluster for the pool's effects: Pods in a Map, and every step of it the test's to take.
 *
 * An effect waits in `open` until it is answered; what a write does and what its caller hears are two
 * things, as on a real network. What changes becomes a fact in `facts`, delivered when the test says.
 */
import type { PodFact } from '../../src/cluster/port.ts';
import { isTerminal, type ObservedPod } from '../../src/machines/pod.ts';
import { ModelLedgers, type Answer } from './model-ledgers.ts';
import { exited, pod as newPod, running } from './orders.ts';
import {
  epochMs,
  type PoolCall,
  type PoolCalls,
  type PoolEnvironment,
  type PoolHarness,
} from './pool-harness.ts';

export class ModelCluster implements PoolEnvironment {
  readonly ledgers = new ModelLedgers();
  readonly pods = new Map<string, ObservedPod>();
  /** Changes that the pool has not been told of, oldest first. */
  readonly facts: PodFact[] = [];
  /** Pod names in the order in which their first create was sent. */
  readonly admitted = new Set<string>();
  /** How many Pods ever existed under each name. */
  readonly incarnations = new Map<string, number>();
  #calls: PoolCall[] = [];
  /** Creates that were carried out or refused, each once. */
  readonly #answered = new Set<PoolCalls['createPod']>();
  /** What the watch has told of, by UID. */
  readonly #told = new Map<string, ObservedPod>();
  #sequence = 0;

  asked(asked: PoolCall): void {
    this.#calls.push(asked);
    if (asked.slot === 'createPod') this.admitted.add(asked.call.input.slot.podName);
  }

  /** Effects that wait for an answer, oldest first. */
  get open(): readonly PoolCall[] {
    const isOver = ({ slot, call }: PoolCall) =>
      !call.isOpen && (slot !== 'createPod' || this.#answered.has(call));
    this.#calls = this.#calls.filter((asked) => !isOver(asked));
    return this.#calls.filter(({ call }) => call.isOpen);
  }

  /** Pods that use resources. */
  get live(): readonly ObservedPod[] {
    return [...this.pods.values()].filter((pod) => !isTerminal(pod));
  }

  /** The oldest open call of a slot, or of a slot for one Pod; a test that asks for it expects it. */
  find<S extends keyof PoolCalls>(slot: S, podName = ''): PoolCalls[S] {
    for (const asked of this.open) {
      if (asked.slot !== slot || (podName !== '' && podNameOf(asked) !== podName)) continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the slot's name decides the type
      return asked.call as PoolCalls[S];
    }
    throw new Error(`${slot} ${podName} is not under way`);
  }

  answer(asked: PoolCall, answer: Answer): void {
    if (answer === 'reject') asked.call.fail(new Error('the effect is broken'));
    else if (asked.slot === 'findPod') this.#answerFind(asked.call, answer);
    else if (asked.slot === 'createPod') this.#answerCreate(asked.call, answer);
    else if (asked.slot === 'deletePod') this.#answerDelete(asked.call, answer);
    else this.ledgers.answer(asked, answer);
  }

  /** A create whose caller was told of no answer, or listens no longer, applied all the same. */
  applyLate(): void {
    for (const { slot, call } of this.#calls.toReversed()) {
      if (slot !== 'createPod' || call.isOpen || this.#answered.has(call)) continue;
      this.#answered.add(call);
      this.#create(call.input);
      return;
    }
  }

  /** The next thing that a kubelet does with this Pod. */
  progress(name: string, exitCode = 0): void {
    const pod = this.pods.get(name);
    if (pod?.deleting) this.remove(name);
    else if (pod?.phase === 'Pending') this.change(name, running());
    else if (pod?.phase === 'Running') this.change(name, exited(exitCode));
  }

  change(name: string, change: Partial<ObservedPod>): void {
    const before = this.pods.get(name);
    if (!before) return;
    const pod = { ...before, ...change };
    this.pods.set(name, pod);
    this.facts.push({ type: 'pod.observed', pod });
  }

  /** Gone from the API server, whoever did it. */
  remove(name: string): void {
    const last = this.pods.get(name);
    if (!last) return;
    this.pods.delete(name);
    this.facts.push({ type: 'pod.lost', name, uid: last.uid, last });
  }

  /** What the pool's reaper does with Pods that no worker has. */
  reap(pods: readonly ObservedPod[]): void {
    for (const { name, uid, owner } of pods) {
      const isIt = this.pods.get(name)?.uid === uid;
      if (isIt && this.ledgers.isOver(owner?.name ?? '', name)) this.change(name, { deleting: true });
    }
  }

  /** @returns the oldest changes, told with this call: one chunk of a watch. */
  take(count = Infinity): readonly PodFact[] {
    const facts = this.facts.splice(0, Math.min(count, this.facts.length));
    for (const fact of facts) this.#tell(fact);
    return facts;
  }

  /**
   * The watch broke: what it had not told is lost. @returns what a reflector tells after it listed anew, the
   * difference to what it had told by UID. A Pod that came and went unseen is never heard of.
   */
  takeRelist(): readonly PodFact[] {
    this.facts.length = 0;
    const here = [...this.pods.values()];
    const uids = new Set(here.map(({ uid }) => uid));
    const gone = [...this.#told.values()].filter(({ uid }) => !uids.has(uid));
    const facts: readonly PodFact[] = [
      ...gone.map((last) => ({ type: 'pod.lost', name: last.name, uid: last.uid, last }) as const),
      ...here.map((pod) => ({ type: 'pod.observed', pod }) as const),
    ];
    for (const fact of facts) this.#tell(fact);
    return facts;
  }

  deliver(pool: PoolHarness, count = Infinity): void {
    const facts = this.take(count);
    if (facts.length > 0) pool.send({ type: 'pods.changed', facts });
  }

  relist(pool: PoolHarness): void {
    const facts = this.takeRelist();
    if (facts.length > 0) pool.send({ type: 'pods.changed', facts });
  }

  /** Answers every effect with success and tells every change; no container advances. */
  serve(pool: PoolHarness): void {
    while (this.open.length + this.facts.length > 0) {
      for (const asked of this.open) this.answer(asked, 'ok');
      this.deliver(pool);
    }
  }

  /** A healthy cluster at work. @returns true where all came to rest within the bound. */
  settle(pool: PoolHarness, roundsMax = 5_000): boolean {
    for (let round = 0; round < roundsMax; round++) {
      for (const asked of this.open) this.answer(asked, 'ok');
      for (const name of this.pods.keys()) this.progress(name);
      if (round % 10 === 9) this.relist(pool);
      else this.deliver(pool);
      pool.clock.advance(1_000);
      const { workers, scaleUps, scaleDowns } = pool.registry;
      const actors = workers.size + scaleUps.size + scaleDowns.size;
      if (actors + this.open.length + this.facts.length + this.pods.size === 0) return true;
    }
    return false;
  }

  #tell(fact: PodFact): void {
    if (fact.type === 'pod.lost') this.#told.delete(fact.uid);
    else this.#told.set(fact.pod.uid, fact.pod);
  }

  #answerFind(call: PoolCalls['findPod'], answer: Exclude<Answer, 'reject'>): void {
    const { slot, order } = call.input;
    const pod = this.pods.get(slot.podName);
    if (answer !== 'ok') call.fail(new Error('no answer'));
    else call.reply(pod?.owner?.uid === order.ledger.uid ? pod : undefined);
  }

  #answerCreate(call: PoolCalls['createPod'], answer: Exclude<Answer, 'reject'>): void {
    if (answer !== 'unavailable') this.#answered.add(call);
    if (answer === 'refuse') return call.reply({ kind: 'refused', cause: 'invalid', reason: 'bad spec' });
    const pod = answer === 'unavailable' ? undefined : this.#create(call.input);
    if (pod && answer === 'ok') call.reply({ kind: 'exists', pod });
    else call.reply({ kind: 'retry', cause: 'unavailable', reason: 'no answer', afterMs: 500 });
  }

  #create({ slot: { podName: name }, order: { ledger } }: PoolCalls['createPod']['input']): ObservedPod {
    const existing = this.pods.get(name);
    if (existing) return existing;
    const sequence = ++this.#sequence;
    const createdAt = new Date(epochMs + sequence * 1_000).toISOString();
    const pod = newPod({ name, uid: `pod-uid-${sequence}`, owner: ledger, createdAt });
    this.incarnations.set(name, (this.incarnations.get(name) ?? 0) + 1);
    this.pods.set(name, pod);
    this.facts.push({ type: 'pod.observed', pod });
    return pod;
  }

  #answerDelete(call: PoolCalls['deletePod'], answer: Exclude<Answer, 'reject'>): void {
    const { slot, uid } = call.input;
    const pod = this.pods.get(slot.podName);
    const isIt = pod !== undefined && (uid === undefined || pod.uid === uid);
    const isApplied = answer === 'ok' || answer === 'lost';
    if (isApplied && isIt && !pod.deleting) this.change(slot.podName, { deleting: true });
    if (answer === 'ok') call.reply({ kind: isIt ? 'deleting' : 'gone' });
    else call.reply({ kind: 'retry', reason: 'no answer', afterMs: 500 });
  }
}

function podNameOf(asked: PoolCall): string {
  const { input } = asked.call;
  return input && 'slot' in input ? input.slot.podName : '';
}
