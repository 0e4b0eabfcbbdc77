import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validateScaleDown } from '../../../../src/rpc/validate/scale.ts';
import { refusal, scaleRequest } from './requests.ts';

type Fields = Parameters<typeof scaleRequest>[0];
const accept = (fields: Fields) => validateScaleDown(scaleRequest(fields), defaultLimits);

test('a request becomes a command', () => {
  const fields = {
    worker_count: 3,
    triggered_by: 'alice',
    reason: 'night',
    metadata: { request_id: 'r-1', x: 'y' },
  };
  expect(accept(fields)).toEqual({
    kind: 'scale-down',
    taskId: 'task-1',
    requestId: 'r-1',
    target: 3,
    triggeredBy: 'alice',
    reason: 'night',
  });
});

test('an empty task_id means all tasks', () => {
  expect(accept({ task_id: '' }).taskId).toBe('');
});

test.each([0, 101, 100_000])('the target %i is accepted', (worker_count) => {
  expect(accept({ worker_count }).target).toBe(worker_count);
});

test.each([-(2 ** 31), -1, 100_001, 2 ** 31 - 1])(
  'the target %i is refused',
  { tags: ['F64'] },
  (worker_count) => {
    expect(refusal(() => accept({ worker_count }))).toBe(
      `worker_count: ${worker_count} is not a number of workers to keep; write 0–100000`,
    );
  },
);

test('what it does not use is bounded all the same, except build_config, which is ignored', () => {
  expect(refusal(() => accept({ repository: 'a\nb' }))).toContain('repository: contains U+000A');
  expect(refusal(() => accept({ task_id: 'a\0' }))).toContain('task_id: contains U+0000');
  expect(refusal(() => accept({ metadata: { 'a\nb': '' } }))).toContain('metadata["a<U+000A>b"]');
  expect(accept({ build_config: { LD_PRELOAD: 'x' } })).not.toHaveProperty('template');
});
