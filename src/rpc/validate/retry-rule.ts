/** A stage's retry policy: how often, how long after, and after which failures. */
import type { FailureName } from '../../machines/failure.ts';
import type { RetryRule } from '../../machines/pipeline/command.ts';
import type { RetryPolicy__Output } from '../generated/ottoscaler/v1/RetryPolicy.ts';
import type { Limits } from './limits.ts';
import { quote, reject } from './reject.ts';
import { seconds, wholeNumber } from './whole-number.ts';

/** The union's names; the compiler refuses this list where one is missing or is no failure. */
const failureNames = {
  'image-pull': true,
  'image-invalid': true,
  unschedulable: true,
  'create-rejected': true,
  quota: true,
  'config-error': true,
  'oom-killed': true,
  evicted: true,
  'node-lost': true,
  deleted: true,
  deadline: true,
  'exit-code': true,
  'start-error': true,
  unknown: true,
} satisfies Record<FailureName, true>;

const backoffFactorMax = 10;
const exitCodeMax = 255;

/** No policy means no retries. */
export function retryRule(
  field: string,
  policy: Readonly<RetryPolicy__Output> | null,
  limits: Limits,
): RetryRule {
  if (policy === null)
    return {
      retriesMax: 0,
      delaySeconds: 0,
      backoffFactor: 1,
      delaySecondsMax: 0,
      failures: [],
      exitCodes: [],
    };
  const retries = 'number of retries after the first try';
  const rule: RetryRule = {
    retriesMax: wholeNumber(`${field}.max_attempts`, policy.max_attempts, 0, limits.retriesMax, retries),
    delaySeconds: seconds(
      `${field}.retry_delay_seconds`,
      policy.retry_delay_seconds,
      limits.waitSecondsMax,
      'at once',
    ),
    backoffFactor: backoffFactor(`${field}.backoff_factor`, policy.backoff_factor),
    delaySecondsMax: seconds(
      `${field}.max_delay_seconds`,
      policy.max_delay_seconds,
      limits.waitSecondsMax,
      'no such bound',
    ),
    failures: failures(`${field}.retryable_failures`, policy.retryable_failures),
    exitCodes: exitCodes(`${field}.retryable_exit_codes`, policy.retryable_exit_codes),
  };
  const { delaySeconds, delaySecondsMax } = rule;
  if (delaySecondsMax > 0 && delaySecondsMax < delaySeconds)
    reject(
      `${field}.max_delay_seconds`,
      `${delaySecondsMax} is less than retry_delay_seconds ${delaySeconds}; the bound is at least the first delay`,
    );
  return rule;
}

function backoffFactor(field: string, factor: number): number {
  if (factor === 0) return 1;
  // Written so that NaN, which compares with nothing, is refused.
  if (!(factor >= 1 && factor <= backoffFactorMax))
    reject(field, `${factor} is no such factor; write 1–${backoffFactorMax}, or 0 for always the same delay`);
  return factor;
}

function failures(field: string, names: readonly string[]): FailureName[] {
  const known = new Set<FailureName>();
  for (const [index, name] of names.entries()) {
    if (!isFailureName(name))
      reject(
        `${field}[${index}]`,
        `${quote(name)} is no failure; they are ${Object.keys(failureNames).join(', ')}`,
      );
    if (known.has(name)) reject(`${field}[${index}]`, `${quote(name)} is named twice`);
    known.add(name);
  }
  return [...known].toSorted();
}

function isFailureName(name: string): name is FailureName {
  return Object.hasOwn(failureNames, name);
}

function exitCodes(field: string, codes: readonly number[]): number[] {
  const known = new Set<number>();
  for (const [index, code] of codes.entries()) {
    wholeNumber(`${field}[${index}]`, code, 1, exitCodeMax, 'failing exit code');
    if (known.has(code)) reject(`${field}[${index}]`, `${code} is named twice`);
    known.add(code);
  }
  return [...known].toSorted((a, b) => a - b);
}
