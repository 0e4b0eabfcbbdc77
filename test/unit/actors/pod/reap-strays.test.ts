/** Pods that nobody has: ours go when their worker is over, all others are left alone. */
import { describe, expect, test } from 'vitest';
import { InFlight } from '../../../../src/actors/in-flight.ts';
import { podNamesOf } from '../../../../src/actors/ledger/order.ts';
import type { Ledger, LedgerState } from '../../../../src/actors/ledger/record.ts';
import { reapStray, StrayReaper } from '../../../../src/actors/pod/reap-strays.ts';
import { configMaps } from '../../../../src/cluster/local/resources/registry.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { EffectBench } from '../../../simulation/model/effect-bench.ts';
import { always, inTurn, refused, type FaultPlan } from '../../../simulation/model/fault-plan.ts';
import { attemptName } from '../../../../src/actors/ledger/pipeline-order.ts';
import type { PipelineRecord } from '../../../../src/machines/pipeline/record.ts';
import {
  event,
  pipelineLedger,
  scaleDownLedger,
  scaleUpLedger,
  writeLedger,
  writeRun,
} from '../../../support/ledgers.ts';
import { endedWorker } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';
import { podManifest } from '../../../support/pod-manifest.ts';

const ledger = scaleUpLedger();
const [name = ''] = podNamesOf('default', ledger.command);
const over = { ended: { 0: endedWorker() } };

interface Case {
  readonly plan?: FaultPlan;
  readonly state?: Partial<LedgerState>;
  readonly kind?: Ledger;
  readonly podName?: string;
}

async function stray({ plan, state = over, kind = ledger, podName = name }: Case = {}): Promise<{
  b: EffectBench;
  pod: ObservedPod;
}> {
  const b = new EffectBench(plan);
  const { uid } = await writeLedger(b.cluster, 'l', kind, state);
  const pod = b.world.createPod(podManifest(podName, { owner: { name: 'l', uid } }));
  b.world.bind(podName);
  return { b, pod };
}

const isDeleting = (b: EffectBench) => b.world.pods.map(({ deleting }) => deleting);

describe('a stray is deleted', { tags: ['F10', 'I3'] }, () => {
  test.each<[string, Partial<LedgerState>]>([
    ['is over', over],
    ['belongs to a closed command', { closedAt: '2026-01-01T00:00:00Z' }],
  ])('where the ledger says that its worker %s', async (_what, state) => {
    const { b, pod } = await stray({ state });
    expect(await b.end(reapStray(b, pod))).toBe('deleted');
    expect(isDeleting(b)).toEqual([true]);
  });
});

describe('a stray is left alone', { tags: ['I4'] }, () => {
  test.each<[string, Case]>([
    ['whose ledger is a scale-down', { kind: scaleDownLedger(), state: { closedAt: 'x' } }],
    ['that its ledger does not name', { podName: 'somebodys' }],
  ])('%s', async (_what, given) => {
    const { b, pod } = await stray(given);
    expect(await b.end(reapStray(b, pod))).toBe('left');
    expect(isDeleting(b)).toEqual([false]);
  });

  test('that has no owner', async () => {
    const b = new EffectBench();
    const pod = b.world.createPod(podManifest(name));
    expect(await b.end(reapStray(b, pod))).toBe('left');
  });

  test('whose owner is not a ledger, or another one by UID', async () => {
    const b = new EffectBench();
    await writeLedger(b.cluster, 'l', ledger, over);
    for (const owner of [
      { name: 'l', uid: 'former' },
      { name: 'none', uid: 'none' },
    ]) {
      const pod = b.world.createPod(podManifest(`${name}-${owner.uid}`, { owner }));
      expect(await b.end(reapStray(b, pod))).toBe('left');
    }
    expect(isDeleting(b)).toEqual([false, false]);
  });

  test('whose ledger was spoiled', async () => {
    const { b, pod } = await stray();
    b.world.store.update(configMaps, b.world.namespace, 'l', (record) => ({ ...record, data: {} }));
    expect(await b.end(reapStray(b, pod))).toBe('left');
  });

  test('that is another Pod by now', async () => {
    const { b, pod } = await stray();
    expect(await b.end(reapStray(b, { ...pod, uid: 'former' }))).toBe('left');
    expect(isDeleting(b)).toEqual([false]);
  });
});

describe('a stray of a run', { tags: ['F10', 'I3', 'I4'] }, () => {
  const stages = [stageCommand('a', { workerCount: 2 }), stageCommand('b')];
  const run = pipelineLedger({ command: pipelineCommand(stages) });
  const nameOf = attemptName('default');
  const begun = event({ stage: 0, status: 'running' });
  const mark = { stage: 0, index: 1, attempt: 2 };

  async function judged(podName: string, record: Partial<PipelineRecord>) {
    const b = new EffectBench();
    const { uid } = await writeRun(b.cluster, 'l', run, record);
    const pod = b.world.createPod(podManifest(podName, { owner: { name: 'l', uid } }));
    b.world.bind(podName);
    const verdict = await b.end(reapStray(b, pod));
    expect(isDeleting(b)).toEqual([verdict === 'deleted']);
    return verdict;
  }

  const own = nameOf('p', 'a', 1, 2);
  test.each<[string, string, Partial<PipelineRecord>]>([
    ['the run is over', own, { attempts: [mark], closedAt: '2026-01-01T00:00:00Z' }],
    ['its outcome is recorded', own, { attempts: [{ ...mark, ended: endedWorker() }] }],
    [
      'its stage has ended',
      own,
      { attempts: [mark], progress: [begun, event({ stage: 0, status: 'cancelled' })] },
    ],
    [
      'its stage has ended and never knew of it',
      nameOf('p', 'b', 0, 1),
      { progress: [event({ stage: 1, status: 'failed' })] },
    ],
    [
      'it is the try after the last one known',
      nameOf('p', 'a', 1, 3),
      { attempts: [mark], progress: [event({ stage: 0, status: 'failed' })] },
    ],
  ])('is deleted where %s', async (_what, podName, record) => {
    expect(await judged(podName, record)).toBe('deleted');
  });

  test.each<[string, string, Partial<PipelineRecord>]>([
    ['it may still run', own, { attempts: [mark], progress: [begun] }],
    [
      'another stage has ended',
      own,
      { attempts: [mark], progress: [begun, event({ stage: 1, status: 'failed' })] },
    ],
    [
      'another try of it has ended',
      own,
      { attempts: [{ ...mark, attempt: 1, ended: endedWorker() }, mark], progress: [begun] },
    ],
    ['its stage may still take it over', nameOf('p', 'a', 0, 1), { progress: [begun] }],
  ])('is looked at again later where %s', async (_what, podName, record) => {
    expect(await judged(podName, record)).toBe('later');
  });

  test.each<[string, string]>([
    ['this run cannot have made', nameOf('p', 'a', 1, 9)],
    ['somebody else made', 'somebodys'],
  ])('that %s is left alone', async (_what, podName) => {
    expect(await judged(podName, { attempts: [mark], closedAt: 'x' })).toBe('left');
  });
});

describe('the reaper looks again', () => {
  const reaper = (b: EffectBench, inFlight = new InFlight()) => new StrayReaper({ ...ports(b), inFlight });
  const ports = ({ cluster, log, clock, random }: EffectBench) => ({ cluster, log, clock, random });

  test.each(['pods.read', 'records.read', 'pods.delete'] as const)('after %s was refused', async (verb) => {
    const { b, pod } = await stray({ plan: inTurn(verb, refused('unavailable')) });
    reaper(b).consider([pod]);
    await b.world.pass(1_000);
    expect(isDeleting(b)).toEqual([true]);
  });

  test('until the end of its worker is recorded, and then no more', async () => {
    const { b, pod } = await stray({ state: {} });
    reaper(b).consider([pod, pod]);
    await b.world.pass(60_000);
    expect(isDeleting(b)).toEqual([false]);
    expect(b.calls('pods.read')).toBeLessThan(20);
    await b.end(b.book.change('l', (state) => ({ ...state, ...over })));
    await b.world.pass(60_000);
    expect(isDeleting(b)).toEqual([true]);
    const calls = b.network.trace.length;
    await b.world.pass(600_000);
    expect(b.network.trace).toHaveLength(calls);
  });

  test('at one stray although another cannot be judged', async () => {
    const { b, pod } = await stray({
      plan: ({ verb, name: of }) =>
        verb === 'pods.read' && of === 'broken' ? refused('unavailable') : { kind: 'served' },
    });
    reaper(b).consider([{ ...pod, name: 'broken', uid: 'broken' }, pod]);
    await b.world.pass(0);
    expect(isDeleting(b)).toEqual([true]);
  });

  test('without holding up a drain', async () => {
    const { b, pod } = await stray({ plan: always('pods.read', refused('unavailable')) });
    const inFlight = new InFlight();
    reaper(b, inFlight).consider([pod]);
    await b.world.pass(60_000);
    expect(inFlight.count).toBe(0);
  });
});
