import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { observePod } from '../../../../src/cluster/kubernetes/observe-pod.ts';

const metadata = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

describe('observePod', () => {
  test('maps nothing but what it knows', () => {
    expect(observePod({ metadata, spec: {}, status: {}, secret: 'x' })).toEqual({
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      phase: 'Pending',
      reason: '',
      message: '',
      deleting: false,
      createdAt: '2026-01-01T00:00:00Z',
      nodeName: '',
      podIp: '',
    });
  });

  test(
    'the main container is the first of the spec, whatever order the status has',
    { tags: ['F32'] },
    () => {
      const pod = observePod({
        metadata,
        spec: { containers: [{ name: 'worker' }, { name: 'sidecar' }] },
        status: {
          containerStatuses: [
            { name: 'sidecar', state: { terminated: { exitCode: 1 } } },
            { name: 'worker', state: { running: { startedAt: 't' } } },
          ],
        },
      });
      expect(pod?.container).toEqual({ kind: 'running', startedAt: 't' });
    },
  );

  test('a container without any state waits, as the API defines it', () => {
    const status = { containerStatuses: [{ name: 'worker', state: {} }] };
    expect(observePod({ metadata, spec: { containers: [{ name: 'worker' }] }, status })?.container).toEqual({
      kind: 'waiting',
      reason: '',
      message: '',
    });
  });

  test('the owner is the controlling reference only', () => {
    const ownerReferences = [
      { name: 'other', uid: 'o1' },
      { name: 'ledger', uid: 'o2', controller: true },
    ];
    expect(observePod({ metadata: { ...metadata, ownerReferences } })?.owner).toEqual({
      name: 'ledger',
      uid: 'o2',
    });
  });

  test('a phase nobody knows is Unknown', () => {
    expect(observePod({ metadata, status: { phase: 'Dancing' } })?.phase).toBe('Unknown');
  });

  test('a scheduled Pod is not unschedulable, and an undisturbed one not disrupted', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'True', message: 'fine' },
      { type: 'DisruptionTarget', status: 'False', message: 'fine' },
    ];
    const pod = observePod({ metadata, status: { conditions } });
    expect(pod).not.toHaveProperty('unschedulable');
    expect(pod).not.toHaveProperty('disrupted');
  });

  test('a message is kept to 4096 characters', () => {
    expect(observePod({ metadata, status: { message: 'x'.repeat(100_000) } })?.message).toHaveLength(4096);
  });

  test.each([undefined, null, 7, 'pod', [], {}, { metadata: null }, { metadata: { name: 'a' } }])(
    '%j is no Pod',
    { tags: ['F33'] },
    (raw) => {
      expect(observePod(raw)).toBeUndefined();
    },
  );

  test('is total over any JSON in any field', { tags: ['F33'] }, () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (owner, annotations, spec, conditions, containerStatuses) => {
          const raw = {
            metadata: { ...metadata, ownerReferences: [owner], annotations, deletionTimestamp: owner },
            spec,
            status: { phase: conditions, conditions: [conditions], containerStatuses, podIP: spec },
          };
          expect(observePod(raw)).toMatchObject({ name: 'a', uid: 'u' });
          expect(observePod({ metadata: owner, spec, status: conditions })).toSatisfy(
            (pod: unknown) => pod === undefined || typeof pod === 'object',
          );
        },
      ),
    );
  });
});
