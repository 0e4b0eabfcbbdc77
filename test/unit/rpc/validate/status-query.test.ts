import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validateStatusQuery } from '../../../../src/rpc/validate/status-query.ts';
import { refusal, statusRequest } from './requests.ts';

type Fields = Parameters<typeof statusRequest>[0];
const accept = (fields: Fields) => validateStatusQuery(statusRequest(fields), defaultLimits);

test('an empty request asks for everything', () => {
  expect(accept({})).toEqual({ taskId: '', podName: '' });
});

test.each(['running', 'pending', 'succeeded', 'failed'] as const)(
  '%s is a status to ask for',
  (status_filter) => {
    expect(accept({ task_id: 't', worker_pod_name: 'p', status_filter })).toEqual({
      taskId: 't',
      podName: 'p',
      status: status_filter,
    });
  },
);

test.each(['Running', 'running ', 'cleanup', '__proto__', 'constructor'])('%j is not', (status_filter) => {
  expect(refusal(() => accept({ status_filter }))).toBe(
    `status_filter: "${status_filter}" is unknown; write running, pending, succeeded, failed or nothing`,
  );
});

test('ids keep the rules of ids', () => {
  expect(refusal(() => accept({ task_id: 'a\u{202e}' }))).toContain('task_id: contains U+202E');
  expect(refusal(() => accept({ worker_pod_name: 'p'.repeat(254) }))).toContain(
    'worker_pod_name: is 254 bytes',
  );
});
