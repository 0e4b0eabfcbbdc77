/** What a list says beyond the watch is not taken in. */
import { PodStore } from '../../../src/cluster/kubernetes/pod-store.ts';

/** A list tells what is there, and not what is there no more. @returns what ends the mutation */
export function listWithoutDifference(): Disposable {
  return replaced(function (this: PodStore, pods) {
    return pods.flatMap((pod) => this.observed(pod));
  });
}

/** After a gap the watch goes on from where it is, without a list. */
export function gapWithoutList(): Disposable {
  let isFirst = true;
  return replaced(function (this: PodStore, pods) {
    if (!isFirst) return [];
    isFirst = false;
    return pods.flatMap((pod) => this.observed(pod));
  });
}

type Replace = PodStore['replace'];

function replaced(
  replace: (this: PodStore, ...args: Parameters<Replace>) => ReturnType<Replace>,
): Disposable {
  const { prototype } = PodStore;
  const real = Object.getOwnPropertyDescriptor(prototype, 'replace');
  Object.defineProperty(prototype, 'replace', { ...real, value: replace });
  return { [Symbol.dispose]: () => void (real && Object.defineProperty(prototype, 'replace', real)) };
}
