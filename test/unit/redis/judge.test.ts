import { describe, expect, test } from 'vitest';
import { judgeAnswer, judgeError } from '../../../src/redis/judge.ts';
import { RpcError } from '../../../src/rpc/status.ts';

test.each(['SUCCESS', 'PARTIAL_SUCCESS', 'FAILED'] as const)('%s: the ledger has the command', (status) => {
  expect(judgeAnswer({ status })).toEqual({ kind: 'accepted', replayed: false });
});

test('ALREADY_PROCESSED: the ledger had the command', () => {
  expect(judgeAnswer({ status: 'ALREADY_PROCESSED' })).toEqual({ kind: 'accepted', replayed: true });
});

describe('a command that was not accepted', () => {
  test.each([
    ['INVALID_ARGUMENT', 'refused'],
    ['ALREADY_EXISTS', 'refused'],
    ['UNAVAILABLE', 'unready'],
    ['CANCELLED', 'unready'],
    ['FAILED_PRECONDITION', 'failed'],
    ['RESOURCE_EXHAUSTED', 'failed'],
    ['DEADLINE_EXCEEDED', 'failed'],
  ] as const)('%s: %s', (code, kind) => {
    expect(judgeError(new RpcError(code, 'why'))).toEqual({ kind, reason: 'why' });
  });

  test('by a fault of ours is tried again, with what it says first', () => {
    const verdict = judgeError(new TypeError('x is undefined\n    at y'));
    expect(verdict).toEqual({ kind: 'failed', reason: 'internal error: x is undefined' });
  });
});

test('the reason names the fields as an event has them', () => {
  const reasonOf = (message: string) => judgeError(new RpcError('INVALID_ARGUMENT', message));
  expect(reasonOf('worker_count: 0 is not a number')).toMatchObject({
    reason: 'pod_count: 0 is not a number',
  });
  expect(reasonOf('task_id "t" with this metadata["request_id"] differs')).toMatchObject({
    reason: 'task_id "t" with this event_id differs',
  });
});
