/**
 * Whether a failed worker of a stage is tried again, and after how long. Pure.
 *
 * Two budgets: the user's own (RetryPolicy), and one for what the cluster did to a worker, which is spent
 * first and is no concern of the user's policy.
 */
import type { Failure } from '../failure.ts';
import { isTransientPull } from '../judge-pod.ts';
import type { RetryRule } from '../pipeline/command.ts';

/** Retries so far, by the budget that paid for them. */
export interface Spent {
  readonly user: number;
  readonly infrastructure: number;
}

export const nothingSpent: Spent = { user: 0, infrastructure: 0 };

export type RetryDecision =
  { readonly kind: 'retry'; readonly spent: Spent; readonly delayMs: number } | { readonly kind: 'final' };

interface RetryPolicy {
  readonly rule: RetryRule;
  /** Retries of one worker for failures of the infrastructure. */
  readonly infrastructureMax: number;
}

const infrastructureDelayMs = 1_000;
const infrastructureDelayMsMax = 30_000;
/** At most this part of a growing delay is taken off by chance. */
const jitterMax = 0.25;

/** @param podName of the attempt that failed; its delay's jitter follows from it, so that a restart finds the same */
export function decideRetry(
  { rule, infrastructureMax }: RetryPolicy,
  spent: Spent,
  failure: Failure,
  podName: string,
): RetryDecision {
  const { user, infrastructure } = spent;
  if (isInfrastructure(failure) && infrastructure < infrastructureMax) {
    const fullMs = Math.min(infrastructureDelayMs * 2 ** infrastructure, infrastructureDelayMsMax);
    const delayMs = jittered(fullMs, podName);
    return { kind: 'retry', spent: { user, infrastructure: infrastructure + 1 }, delayMs };
  }
  if (user >= rule.retriesMax || !isWorthRetrying(rule, failure)) return { kind: 'final' };
  return { kind: 'retry', spent: { user: user + 1, infrastructure }, delayMs: delayOf(rule, user, podName) };
}

/** What no change of the user's code could have prevented. */
function isInfrastructure({ name, evidence }: Failure): boolean {
  switch (name) {
    case 'evicted':
    case 'node-lost':
      return true;
    case 'image-pull':
      return isTransientPull(evidence);
    case 'image-invalid':
    case 'unschedulable':
    case 'create-rejected':
    case 'quota':
    case 'config-error':
    case 'oom-killed':
    case 'deleted':
    case 'deadline':
    case 'exit-code':
    case 'start-error':
    case 'unknown':
      return false;
  }
}

function isWorthRetrying({ failures, exitCodes }: RetryRule, { name, exitCode }: Failure): boolean {
  if (failures.length > 0 && !failures.includes(name)) return false;
  return name !== 'exit-code' || exitCodes.length === 0 || exitCodes.includes(exitCode ?? -1);
}

function delayOf(rule: RetryRule, earlier: number, podName: string): number {
  const { delaySeconds, backoffFactor, delaySecondsMax } = rule;
  const longestMs = delaySecondsMax > 0 ? delaySecondsMax * 1_000 : dayMs;
  if (backoffFactor <= 1) return Math.min(delaySeconds * 1_000, longestMs);
  return jittered(Math.min(delaySeconds * 1_000 * backoffFactor ** earlier, longestMs), podName);
}

const dayMs = 86_400_000;

function jittered(fullMs: number, seed: string): number {
  return Math.round(fullMs * (1 - jitterMax * fraction(seed)));
}

/** FNV-1a as a number in [0, 1): chance that is the same chance each time it is asked. */
function fraction(seed: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
