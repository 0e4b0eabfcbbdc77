/** Whether a failed worker is tried again, from which budget, and after how long. */
import { describe, expect, test } from 'vitest';
import { failure, type Failure, type FailureName } from '../../../../src/machines/failure.ts';
import type { RetryRule } from '../../../../src/machines/pipeline/command.ts';
import { decideRetry, nothingSpent } from '../../../../src/machines/stage/retry.ts';
import { noRetry } from '../../../support/pipelines.ts';

const twice: RetryRule = { ...noRetry, retriesMax: 2, delaySeconds: 4 };

function decide(rule: RetryRule, why: Failure, user = 0, infrastructure = 0) {
  return decideRetry({ rule, infrastructureMax: 3 }, { user, infrastructure }, why, 'pod-1');
}

const exit = (code: number) => failure('exit-code', `exited with ${code}`, code);

describe('the budget of the user', { tags: ['I8'] }, () => {
  test('pays for as many tries as the policy says', () => {
    expect(decide(twice, exit(1), 0)).toMatchObject({ kind: 'retry', spent: { user: 1, infrastructure: 0 } });
    expect(decide(twice, exit(1), 1)).toMatchObject({ kind: 'retry', spent: { user: 2 } });
    expect(decide(twice, exit(1), 2)).toEqual({ kind: 'final' });
    expect(decide(noRetry, exit(1))).toEqual({ kind: 'final' });
  });

  test('pays only for the failures it names', () => {
    const rule: RetryRule = { ...twice, failures: ['oom-killed'] };
    expect(decide(rule, failure('oom-killed', '')).kind).toBe('retry');
    expect(decide(rule, exit(1)).kind).toBe('final');
  });

  test('pays only for the exit codes it names, and for other failures as before', () => {
    const rule: RetryRule = { ...twice, exitCodes: [75] };
    expect(decide(rule, exit(75)).kind).toBe('retry');
    expect(decide(rule, exit(1)).kind).toBe('final');
    expect(decide(rule, failure('oom-killed', '')).kind).toBe('retry');
  });
});

describe('the budget of the infrastructure', { tags: ['F26', 'I8'] }, () => {
  test.each(['evicted', 'node-lost'] satisfies FailureName[])('pays for %s, without any policy', (name) => {
    expect(decide(noRetry, failure(name, ''))).toMatchObject({
      kind: 'retry',
      spent: { user: 0, infrastructure: 1 },
    });
    expect(decide(noRetry, failure(name, ''), 0, 3)).toEqual({ kind: 'final' });
  });

  test('pays for a hiccup of the registry, not for an image that does not exist', () => {
    expect(decide(noRetry, failure('image-pull', 'net/http: TLS handshake timeout')).kind).toBe('retry');
    expect(decide(noRetry, failure('image-pull', 'manifest unknown')).kind).toBe('final');
  });

  test('once it is empty leaves the rest to the user', () => {
    expect(decide(twice, failure('evicted', ''), 0, 3)).toMatchObject({
      kind: 'retry',
      spent: { user: 1, infrastructure: 3 },
    });
  });
});

describe('the delay', () => {
  const delay = (rule: RetryRule, user = 0) => {
    const decision = decide(rule, exit(1), user);
    return decision.kind === 'retry' ? decision.delayMs : undefined;
  };

  test('is exact where it does not grow', () => {
    expect([delay(twice, 0), delay(twice, 1)]).toEqual([4_000, 4_000]);
  });

  test('grows by its factor, less at most a quarter, up to its cap', () => {
    const rule: RetryRule = { ...twice, retriesMax: 10, backoffFactor: 3, delaySecondsMax: 20 };
    for (const [earlier, fullMs] of [4_000, 12_000, 20_000, 20_000].entries()) {
      const actual = delay(rule, earlier) ?? 0;
      expect(actual).toBeLessThanOrEqual(fullMs);
      expect(actual).toBeGreaterThanOrEqual(fullMs * 0.75);
    }
  });

  test('is the same each time it is asked, and differs between workers', () => {
    const rule: RetryRule = { ...twice, backoffFactor: 2 };
    const of = (podName: string) =>
      decideRetry({ rule, infrastructureMax: 0 }, nothingSpent, exit(1), podName);
    expect(of('pod-1')).toEqual(of('pod-1'));
    const delays = new Set(Array.from({ length: 20 }, (_, i) => JSON.stringify(of(`pod-${i}`))));
    expect(delays.size).toBeGreaterThan(10);
  });
});
