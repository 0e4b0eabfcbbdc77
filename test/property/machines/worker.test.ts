/** A worker under random facts, replies, commands and time. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { ClusterStep } from '../../support/arbitraries.ts';
import { anyPodChange, clusterSteps, pick } from '../../support/arbitraries.ts';
import { ModelCluster } from '../../support/model-cluster.ts';
import type { PodFact } from '../../../src/cluster/port.ts';
import type { Answer } from '../../support/model-ledgers.ts';
import type { PoolCall } from '../../support/pool-harness.ts';
import { endedWorker, limits, pod } from '../../support/orders.ts';
import { WorkerHarness } from '../../support/worker-harness.ts';
import { WorkerInvariants } from '../../support/worker-invariants.ts';

const numRuns = 300;

/** Anything at all, in any order, true or not. */
type Noise =
  | { readonly kind: 'admit' | 'terminate' }
  | { readonly kind: 'observe' | 'lose'; readonly change: Parameters<typeof pod>[0] }
  | { readonly kind: 'reply'; readonly reply: keyof typeof replies }
  | { readonly kind: 'advance'; readonly ms: number };

const retry = { kind: 'retry', cause: 'quota', reason: 'not now', afterMs: 1_000 } as const;
const replies = {
  exists: (w: WorkerHarness) => w.open('createPod').reply({ kind: 'exists', pod: pod() }),
  createLater: (w: WorkerHarness) => w.open('createPod').reply(retry),
  refused: (w: WorkerHarness) =>
    w.open('createPod').reply({ kind: 'refused', cause: 'invalid', reason: 'no' }),
  createRejects: (w: WorkerHarness) => w.open('createPod').fail(new Error('broken')),
  recorded: (w: WorkerHarness) => w.open('recordOutcome').reply(endedWorker()),
  recordRejects: (w: WorkerHarness) => w.open('recordOutcome').fail(new Error('broken')),
  drained: (w: WorkerHarness) => w.open('drainLogs').reply(),
  drainRejects: (w: WorkerHarness) => w.open('drainLogs').fail(new Error('broken')),
  deleting: (w: WorkerHarness) => w.open('deletePod').reply({ kind: 'deleting' }),
  gone: (w: WorkerHarness) => w.open('deletePod').reply({ kind: 'gone' }),
  deleteLater: (w: WorkerHarness) => w.open('deletePod').reply(retry),
  deleteRejects: (w: WorkerHarness) => w.open('deletePod').fail(new Error('broken')),
} as const;
const slots = {
  exists: 'createPod',
  createLater: 'createPod',
  refused: 'createPod',
  createRejects: 'createPod',
  recorded: 'recordOutcome',
  recordRejects: 'recordOutcome',
  drained: 'drainLogs',
  drainRejects: 'drainLogs',
  deleting: 'deletePod',
  gone: 'deletePod',
  deleteLater: 'deletePod',
  deleteRejects: 'deletePod',
} as const;

const replyNames = fc.constantFrom(...(Object.keys(replies) as (keyof typeof replies)[]));
const waits = fc.constantFrom(
  0,
  1_000,
  10_000,
  limits.recordMs,
  limits.deleteMs,
  limits.pendingMs,
  limits.runMs,
);
const noise: fc.Arbitrary<Noise> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('admit' as const, 'terminate' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('observe' as const, 'observe' as const, 'lose' as const),
      change: anyPodChange,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('reply' as const), reply: replyNames }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: waits }) },
);

function make(w: WorkerHarness, step: Noise): void {
  switch (step.kind) {
    case 'admit':
      return void w.admit();
    case 'terminate':
      return void w.terminate();
    case 'observe':
      return void w.observe(step.change);
    case 'lose':
      return void w.lose(step.change);
    case 'reply':
      if (w.isOpen(slots[step.reply])) replies[step.reply](w);
      return;
    case 'advance':
      return w.clock.advance(step.ms);
  }
}

describe('whatever a worker is told', { tags: ['F13', 'F14', 'I5'] }, () => {
  test.prop([fc.array(noise, { maxLength: 60 })], { numRuns: numRuns * 2 })(
    'its outcome is decided once, its state never goes back, and its end is told once',
    (steps) => {
      const w = new WorkerHarness();
      const invariants = new WorkerInvariants(w);
      for (const step of steps) {
        make(w, step);
        invariants.check();
      }
    },
  );
});

type Step = ClusterStep | { readonly kind: 'admit' | 'terminate' };

function expectNoPods({ pods }: ModelCluster): void {
  expect([...pods.keys()]).toEqual([]);
}

/** One worker on a cluster whose answers may be lost but never lie. */
class World {
  readonly cluster = new ModelCluster();
  readonly worker = new WorkerHarness();
  readonly invariants = new WorkerInvariants(this.worker);
  readonly #delivered: PodFact[] = [];

  take(step: Step): void {
    const { cluster, worker } = this;
    switch (step.kind) {
      case 'admit':
        worker.admit();
        break;
      case 'terminate':
        worker.terminate();
        break;
      case 'answer':
        this.#answer(step.answer);
        break;
      case 'progress':
        for (const name of cluster.pods.keys()) cluster.progress(name, step.exitCode);
        break;
      case 'change':
        for (const name of cluster.live.map((live) => live.name)) cluster.change(name, step.change);
        break;
      case 'remove':
        for (const name of cluster.pods.keys()) cluster.remove(name);
        break;
      case 'deliver':
        this.#tell(cluster.take(step.count));
        break;
      case 'repeat': {
        const fact = pick(this.#delivered, step.which);
        if (fact) worker.send(fact);
        break;
      }
      case 'reorder':
        cluster.facts.push(...cluster.facts.splice(0, 1));
        break;
      case 'relist':
        this.#tell(cluster.takeRelist());
        break;
      case 'createLate':
        break;
      case 'advance':
        worker.clock.advance(step.ms);
        break;
    }
    this.invariants.check();
    if (worker.state === 'done') expectNoPods(cluster);
  }

  /** A fair environment from here on. @returns true where the worker came to its end within the bound. */
  settle(): boolean {
    for (let round = 0; round < 10_000 && this.worker.state !== 'done'; round++) {
      this.take({ kind: 'admit' });
      this.take({ kind: 'answer', which: 0, answer: 'ok' });
      this.take({ kind: 'progress', which: 0, exitCode: 0 });
      this.take(round % 10 === 9 ? { kind: 'relist' } : { kind: 'deliver', count: Infinity });
      this.take({ kind: 'advance', ms: 1_000 });
    }
    return this.worker.state === 'done';
  }

  /** Answers what is under way now; what follows from it waits for its own turn. */
  #answer(answer: Answer): void {
    const { createPod, recordOutcome, drainLogs, deletePod } = this.worker.calls;
    const all: readonly PoolCall[] = [
      ...createPod.map((call) => ({ slot: 'createPod', call }) as const),
      ...recordOutcome.map((call) => ({ slot: 'recordOutcome', call }) as const),
      ...drainLogs.map((call) => ({ slot: 'drainLogs', call }) as const),
      ...deletePod.map((call) => ({ slot: 'deletePod', call }) as const),
    ];
    const open = all.findLast(({ call }) => call.isOpen);
    if (open) this.cluster.answer(open, answer);
  }

  #tell(facts: readonly PodFact[]): void {
    for (const fact of facts) {
      this.#delivered.push(fact);
      this.worker.send(fact);
    }
  }
}

const commands = fc.record({
  kind: fc.constantFrom('admit' as const, 'admit' as const, 'terminate' as const),
});
const anyAnswer = ['ok', 'ok', 'lost', 'unavailable', 'refuse', 'reject'] as const;
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 10, arbitrary: clusterSteps }, { weight: 2, arbitrary: commands }),
  { maxLength: 60 },
);

describe('on a cluster that loses answers and facts but does not lie', { tags: ['F9', 'I1', 'I3'] }, () => {
  test.prop([steps], { numRuns })(
    'a worker is never done while its Pod exists, and comes to its end',
    (taken) => {
      const world = new World();
      for (const step of taken) world.take(step);
      expect(world.settle(), `it stays in ${world.worker.state}`).toBe(true);
    },
  );

  test.prop([steps], { numRuns })('a Pod that nobody else deletes is made at most once', (taken) => {
    const world = new World();
    const isOurs = (step: Step) =>
      step.kind !== 'remove' && !(step.kind === 'change' && step.change.deleting);
    for (const step of taken.filter(isOurs)) world.take(step);
    world.settle();
    expect(world.cluster.incarnations.get('otto-a-0') ?? 0).toBeLessThanOrEqual(1);
  });

  test.prop([fc.array(fc.constantFrom(...anyAnswer), { maxLength: 40 })], { numRuns })(
    'a worker whose every effect may fail in every way still gets through',
    (each) => {
      const world = new World();
      world.take({ kind: 'admit' });
      for (const answer of each) {
        world.take({ kind: 'answer', which: 0, answer });
        world.take({ kind: 'advance', ms: 1_000 });
        world.take({ kind: 'progress', which: 0, exitCode: 0 });
        if (answer === 'ok') world.take({ kind: 'deliver', count: 1 });
      }
      expect(world.settle()).toBe(true);
    },
  );
});
