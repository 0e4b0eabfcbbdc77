/** Random steps of a cluster, of its clients and of time, for fast-check. Plain data, so that they shrink. */
import fc from 'fast-check';
import type { ObservedPod } from '../../src/machines/pod.ts';
import type { Answer } from './model-ledgers.ts';
import { exited, running, waiting } from './orders.ts';

/** `which` picks one of however many there are at that moment. */
export type ClusterStep =
  | { readonly kind: 'answer'; readonly which: number; readonly answer: Answer }
  | { readonly kind: 'progress'; readonly which: number; readonly exitCode: number }
  | { readonly kind: 'change'; readonly which: number; readonly change: Partial<ObservedPod> }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'deliver'; readonly count: number }
  /** An old fact once more. */
  | { readonly kind: 'repeat'; readonly which: number }
  /** The oldest undelivered fact changes places with a younger one. */
  | { readonly kind: 'reorder'; readonly which: number }
  | { readonly kind: 'relist' }
  | { readonly kind: 'createLate' }
  | { readonly kind: 'advance'; readonly ms: number };

const which = fc.nat({ max: 50 });

/** Mostly success: an environment that only fails shows little of what comes after. */
const answers: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Answer>('ok') },
  { weight: 2, arbitrary: fc.constant<Answer>('lost') },
  { weight: 2, arbitrary: fc.constant<Answer>('unavailable') },
  { weight: 1, arbitrary: fc.constantFrom<Answer>('refuse', 'reject') },
);

/** What the world does to a Pod that nobody here asked for. */
const podChanges: fc.Arbitrary<Partial<ObservedPod>> = fc.constantFrom<Partial<ObservedPod>>(
  waiting('ImagePullBackOff', 'no such image'),
  waiting('ErrImagePull'),
  { unschedulable: '0/1 nodes are available' },
  { disrupted: 'node drained' },
  { phase: 'Unknown', message: 'no heartbeat' },
  { phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
  { deleting: true },
  exited(137, 'OOMKilled'),
  running({ reason: 'NodeLost' }),
);

const waits = fc.constantFrom(0, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 120_000, 600_000, 3_600_000);

export const clusterSteps: fc.Arbitrary<ClusterStep> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('answer' as const), which, answer: answers }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('progress' as const),
      which,
      exitCode: fc.constantFrom(0, 0, 0, 7),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), which, change: podChanges }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reorder' as const), which }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'relist' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'createLate' } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: waits }) },
);

/** Any Pod at all under the worker's name or another's: own, foreign, older, of another UID. */
export const anyPodChange: fc.Arbitrary<Partial<ObservedPod>> = fc
  .tuple(
    fc.constantFrom<Partial<ObservedPod>>({}, running(), exited(0), exited(7), { phase: 'Unknown' }),
    fc.constantFrom<Partial<ObservedPod>>(
      {},
      {},
      { uid: 'pod-uid-2' },
      { owner: { name: 'other', uid: 'other' } },
    ),
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: podChanges }),
    fc.constantFrom<Partial<ObservedPod>>({}, {}, { deleting: true }, { name: 'otto-b-0' }),
  )
  .map((parts) => Object.assign({}, ...parts) as Partial<ObservedPod>);

/** One of the members, or undefined where there is none. */
export function pick<T>(members: Iterable<T>, index: number): T | undefined {
  const all = [...members];
  return all.length === 0 ? undefined : all[index % all.length];
}
