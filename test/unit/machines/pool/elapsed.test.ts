/** How long a worker has been in each phase, from what the cluster and the ledger say of it. */
import { describe, expect, test } from 'vitest';
import { elapsedOf } from '../../../../src/machines/pool/elapsed.ts';
import { order, pod, running } from '../../../support/orders.ts';

const acceptedMs = Date.parse(order().acceptedAt);
const stage = { pipelineId: 'p', stageId: 'a', stageIndex: 0, matrix: [], endsBy: '' };

describe('the time in line', () => {
  test('counts from the acceptance of its command', () => {
    expect(elapsedOf(order(), undefined, acceptedMs + 5_000).queueMs).toBe(5_000);
  });

  test("of a run's worker does not count what came before its stage", () => {
    expect(elapsedOf(order({ stage }), undefined, acceptedMs + 5_000).queueMs).toBe(0);
  });

  test('is never negative, whatever two clocks say', { tags: ['F42'] }, () => {
    expect(elapsedOf(order(), undefined, acceptedMs - 5_000).queueMs).toBe(0);
  });
});

test('the time since its Pod was made, and since its container runs, are told by the Pod', () => {
  const at = pod({ ...running(), createdAt: '2026-01-01T00:00:01Z' });
  expect(elapsedOf(order(), at, Date.parse('2026-01-01T00:00:04Z')).pendingMs).toBe(3_000);
});
