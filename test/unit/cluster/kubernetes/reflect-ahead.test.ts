import { describe, expect, test } from 'vitest';
import { observePod } from '../../../../src/cluster/kubernetes/observe-pod.ts';
import { reflectAhead } from '../../../../src/cluster/kubernetes/reflect-ahead.ts';
import type { PodApi, PodFact, PodObserver } from '../../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { PodRecorder } from '../../../support/pod-recorder.ts';

const pod = (name: string, phase = 'Pending', uid = `uid-${name}`): ObservedPod => {
  const observed = observePod({ metadata: { name, uid }, status: { phase } });
  if (!observed) throw new Error('a Pod needs a name and a uid');
  return observed;
};
const seen = (one: ObservedPod): PodFact => ({ type: 'pod.observed', pod: one });
const lost = (one: ObservedPod): PodFact => ({ type: 'pod.lost', name: one.name, uid: one.uid, last: one });

/** A reflection whose facts the test tells. */
function onSource() {
  const sources: PodObserver[] = [];
  const warnings: string[] = [];
  let stopped = 0;
  const reflect = (observer: PodObserver) => {
    sources.push(observer);
    return { stop: () => Promise.resolve(void stopped++) };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the port only this is asked
  const { pods } = reflectAhead({ reflect } as Partial<PodApi> as PodApi, (problem) =>
    warnings.push(problem),
  );
  const [source] = sources;
  if (!source) throw new Error('nothing was reflected ahead');
  return { pods, source, sources, warnings, stopped: () => stopped };
}

describe('Pods reflected ahead', () => {
  test('who asks is told one list: what was listed, as the watch has changed it since', async () => {
    const { pods, source, sources } = onSource();
    source.listed([pod('a'), pod('b'), pod('c')]);
    source.health({ healthy: true, reason: 'watching' });
    source.changed([seen(pod('a', 'Running')), lost(pod('b')), seen(pod('d'))]);
    source.changed([lost(pod('c', 'Pending', 'another')), seen(pod('e')), lost(pod('e'))]);
    const recorder = new PodRecorder();
    pods.reflect(recorder);
    await recorder.untilListed();
    expect(recorder.lists).toEqual([[pod('a', 'Running'), pod('c'), pod('d')]]);
    expect(recorder.healths).toEqual([{ healthy: true, reason: 'watching' }]);
    expect(recorder.facts).toEqual([]);
    source.changed([seen(pod('f'))]);
    expect(recorder.story).toEqual(['observed f Pending']);
    expect(sources).toHaveLength(1);
  });

  test('who asks is told nothing before the call has returned, and nothing after it was stopped', async () => {
    const { pods, source, stopped } = onSource();
    source.listed([pod('a')]);
    const recorder = new PodRecorder();
    const reflection = pods.reflect(recorder);
    expect(recorder.lists).toEqual([]);
    await reflection.stop();
    source.changed([seen(pod('b'))]);
    expect([recorder.lists, recorder.facts, stopped()]).toEqual([[], [], 1]);
  });

  test('what a broken watch has left is told to nobody', () => {
    const { pods, source, sources, stopped } = onSource();
    source.listed([pod('a')]);
    source.health({ healthy: false, reason: 'reset' });
    const recorder = new PodRecorder();
    pods.reflect(recorder);
    expect([sources.length, stopped()]).toEqual([2, 1]);
    sources[1]?.listed([pod('b')]);
    source.listed([pod('c')]);
    expect(recorder.lists).toEqual([[pod('b')]]);
  });

  test('a watch that works again is of use again', async () => {
    const { pods, source, sources } = onSource();
    source.listed([pod('a')]);
    source.health({ healthy: false, reason: 'reset' });
    source.health({ healthy: true, reason: 'the watch lasts' });
    const recorder = new PodRecorder();
    pods.reflect(recorder);
    await recorder.untilListed();
    expect([recorder.lists, sources.length]).toEqual([[[pod('a')]], 1]);
  });

  test('an observer that throws costs nothing but a warning', async () => {
    const { pods, source, warnings } = onSource();
    source.listed([]);
    const told = Promise.withResolvers<void>();
    pods.reflect({
      listed() {
        told.resolve();
        throw new Error('on purpose');
      },
      changed: () => undefined,
      health: () => undefined,
    });
    await told.promise;
    expect(warnings).toEqual(['a Pod observer failed in listed: on purpose']);
  });
});
