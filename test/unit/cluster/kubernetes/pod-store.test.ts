import { describe, expect, test } from 'vitest';
import { observePod } from '../../../../src/cluster/kubernetes/observe-pod.ts';
import { PodStore } from '../../../../src/cluster/kubernetes/pod-store.ts';
import type { PodFact } from '../../../../src/cluster/port.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';

function pod(name: string, uid: string, resourceVersion: string): ObservedPod {
  const observed = observePod({ metadata: { name, uid, resourceVersion } });
  if (observed === undefined) throw new Error('the test gave no Pod');
  return observed;
}

const story = (facts: readonly PodFact[]): string[] =>
  facts.map((fact) =>
    fact.type === 'pod.lost' ? `-${fact.name}/${fact.uid}` : `+${fact.pod.name}/${fact.pod.uid}`,
  );

describe('PodStore', () => {
  test('the first list is all new', () => {
    expect(story(new PodStore().replace([pod('a', '1', '1'), pod('b', '2', '2')]))).toEqual(['+a/1', '+b/2']);
  });

  test('a second list tells the difference by UID, losses first', { tags: ['F5', 'F15'] }, () => {
    const store = new PodStore();
    store.replace([
      pod('same', '1', '1'),
      pod('gone', '2', '2'),
      pod('moved', '3', '3'),
      pod('again', '4', '4'),
    ]);
    const facts = store.replace([pod('same', '1', '1'), pod('moved', '3', '9'), pod('again', '5', '9')]);
    expect(story(facts)).toEqual(['-gone/2', '+moved/3', '-again/4', '+again/5']);
    expect(store.size).toBe(3);
  });

  test('an identical resourceVersion is no fact, an absent one always is', { tags: ['F13'] }, () => {
    const store = new PodStore();
    store.observed(pod('a', '1', '7'));
    expect(store.observed(pod('a', '1', '7'))).toEqual([]);
    store.observed(pod('b', '2', ''));
    expect(story(store.observed(pod('b', '2', '')))).toEqual(['+b/2']);
  });

  test('a loss is told once, with the final state', () => {
    const store = new PodStore();
    store.observed(pod('a', '1', '7'));
    const last = pod('a', '1', '9');
    expect(store.lost(last)).toEqual([{ type: 'pod.lost', name: 'a', uid: '1', last }]);
    expect(store.lost(last)).toEqual([]);
  });

  test('the loss of a former UID does not touch the Pod that has its name now', { tags: ['F16'] }, () => {
    const store = new PodStore();
    store.observed(pod('a', '2', '7'));
    expect(store.lost(pod('a', '1', '8'))).toEqual([]);
    expect(store.size).toBe(1);
  });
});
