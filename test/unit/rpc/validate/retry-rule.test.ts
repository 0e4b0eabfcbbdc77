import { describe, expect, test } from 'vitest';
import { failureNames } from '../../../../src/machines/failure.ts';
import type { RetryPolicy__Output } from '../../../../src/rpc/generated/ottoscaler/v1/RetryPolicy.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { retryRule } from '../../../../src/rpc/validate/retry-rule.ts';
import { refusal } from './requests.ts';

const empty: RetryPolicy__Output = {
  max_attempts: 0,
  retry_delay_seconds: 0,
  retryable_failures: [],
  backoff_factor: 0,
  max_delay_seconds: 0,
  retryable_exit_codes: [],
};
const accept = (fields: Partial<RetryPolicy__Output>, limits = defaultLimits) =>
  retryRule('retry', { ...empty, ...fields }, limits);
const refuse = (fields: Partial<RetryPolicy__Output>) => refusal(() => accept(fields));

test('no policy and an empty one are the same: no retries', () => {
  expect(retryRule('retry', null, defaultLimits)).toEqual(accept({}));
  expect(accept({})).toEqual({
    retriesMax: 0,
    delaySeconds: 0,
    backoffFactor: 1,
    delaySecondsMax: 0,
    failures: [],
    exitCodes: [],
  });
});

test('a full policy becomes a rule, its lists sorted', () => {
  const rule = accept({
    max_attempts: 10,
    retry_delay_seconds: 5,
    retryable_failures: ['oom-killed', 'exit-code', 'evicted'],
    backoff_factor: 1.5,
    max_delay_seconds: 60,
    retryable_exit_codes: [137, 2],
  });
  expect(rule).toEqual({
    retriesMax: 10,
    delaySeconds: 5,
    backoffFactor: 1.5,
    delaySecondsMax: 60,
    failures: ['evicted', 'exit-code', 'oom-killed'],
    exitCodes: [2, 137],
  });
});

test('every failure of the union may be retried', () => {
  expect(accept({ retryable_failures: [...failureNames] }).failures).toEqual(failureNames.toSorted());
});

describe('is refused', () => {
  const seconds = (zero: string) => `is not a number of seconds (0 = ${zero}); write 0–86400`;

  test.each<[Partial<RetryPolicy__Output>, string]>([
    [
      { max_attempts: 11 },
      'retry.max_attempts: 11 is not a number of retries after the first try; write 0–10',
    ],
    [
      { max_attempts: -1 },
      'retry.max_attempts: -1 is not a number of retries after the first try; write 0–10',
    ],
    [{ retry_delay_seconds: 86_401 }, `retry.retry_delay_seconds: 86401 ${seconds('at once')}`],
    [{ max_delay_seconds: -1 }, `retry.max_delay_seconds: -1 ${seconds('no such bound')}`],
    [
      { retry_delay_seconds: 10, max_delay_seconds: 9 },
      'retry.max_delay_seconds: 9 is less than retry_delay_seconds 10; the bound is at least the first delay',
    ],
    [
      { retryable_failures: ['exit-code', 'exit-code'] },
      'retry.retryable_failures[1]: "exit-code" is named twice',
    ],
    [{ retryable_exit_codes: [1, 2, 1] }, 'retry.retryable_exit_codes[2]: 1 is named twice'],
    [
      { retryable_exit_codes: [0] },
      'retry.retryable_exit_codes[0]: 0 is not a failing exit code; write 1–255',
    ],
  ])('%j', (fields, message) => {
    expect(refuse(fields)).toBe(message);
  });

  test.each([256, -1, 1.5])('exit code %d', (code) => {
    expect(refuse({ retryable_exit_codes: [code] })).toContain('write 1–255');
  });

  test.each(['OOM-killed', '', 'toString', '__proto__'])('failure %j', (name) => {
    expect(refuse({ retryable_failures: [name] })).toContain(
      `retry.retryable_failures[0]: "${name}" is no failure; they are image-pull, `,
    );
  });

  test.each([Number.NaN, Infinity, -Infinity, -1, 0.5, 0.999, 10.001])('factor %d', (backoff_factor) => {
    expect(refuse({ backoff_factor })).toBe(
      `retry.backoff_factor: ${backoff_factor} is no such factor; write 1–10, or 0 for always the same delay`,
    );
  });
});

test.each([
  [0, 1],
  [-0, 1],
  [1, 1],
  [10, 10],
])('factor %d is %d', (backoff_factor, factor) => {
  expect(accept({ backoff_factor }).backoffFactor).toBe(factor);
});
