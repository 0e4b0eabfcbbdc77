import { expect, test } from 'vitest';
import { isDone, scaleReport } from '../../../src/cli/scale-report.ts';
import { scalingOptions, type ScaleOptions } from '../../../src/cli/scaling-options.ts';
import type { ScaleResponse__Output } from '../../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';

const defaults = { server: 'localhost:9090', timeout: '30s' };

function scaling(action: string, task?: string): ScaleOptions {
  const options = scalingOptions(
    { ...defaults, action, workers: '1', ...(task === undefined ? {} : { task }) },
    () => 'task-1',
  );
  if (options.action === 'status' || options.action === 'logs') throw new Error('not a scale command');
  return options;
}

const response = (fields: Partial<ScaleResponse__Output>): ScaleResponse__Output => ({
  status: 'SUCCESS',
  message: '',
  processed_count: 0,
  worker_pod_names: [],
  started_at: '2025-01-02T03:04:05Z',
  completed_at: '2025-01-02T03:04:06Z',
  ...fields,
});

test('a success says what was done and names the Pods', () => {
  const answer = response({ message: '2 created', processed_count: 2, worker_pod_names: ['a', 'b'] });
  expect(scaleReport(scaling('scale-up', 't1'), answer)).toEqual([
    'SUCCESS: task t1: 2 created:',
    '  a',
    '  b',
  ]);
  expect(isDone(answer)).toBe(true);
});

test('a task that was made up is named first: its owner needs it', () => {
  expect(scaleReport(scaling('scale-up'), response({ processed_count: 0 }))).toEqual([
    'task task-1 (made up; name one with -task)',
    'SUCCESS: task task-1: 0 created',
  ]);
});

test('a repeated command is said in words, and is a success', () => {
  const answer = response({
    status: 'ALREADY_PROCESSED',
    message: 'already processed',
    worker_pod_names: ['a'],
  });
  expect(scaleReport(scaling('scale-up', 't1'), answer)).toEqual([
    'ALREADY_PROCESSED: task t1: this very command was accepted before at 2025-01-02T03:04:05Z; nothing more was created. It had created:',
    '  a',
  ]);
  expect(isDone(answer)).toBe(true);
});

test.each(['FAILED', 'PARTIAL_SUCCESS'] as const)('%s says why and is no success', (status) => {
  const answer = response({ status, message: '1 \u001b[2Jcreated, 1 failed' });
  expect(scaleReport(scaling('scale-down'), answer)).toEqual([`${status}: all tasks: 1 created, 1 failed`]);
  expect(isDone(answer)).toBe(false);
});
