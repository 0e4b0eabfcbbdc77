/**
 * What the command line asks for, checked before anything is sent.
 *
 * A word that has no meaning is refused rather than ignored, and an empty -task
 * is: it is what an unset shell variable leaves, and would mean every task. What
 * only the server can know (limits, names it accepts) is left to the server.
 */
import { randomUUID } from 'node:crypto';
import type { ScaleRequest } from '../rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { GivenOptions } from './command-line.ts';
import { parseDuration } from './duration.ts';
import { logRequest } from './logs/log-options.ts';
import type { LogOptions } from './logs/show-logs.ts';
import { UsageError } from './usage-error.ts';

interface CommonOptions {
  /** `host:port`. */
  readonly server: string;
  /** For each call. */
  readonly timeoutMs: number;
  readonly watch: boolean;
  readonly json: boolean;
  /** '' = all tasks. */
  readonly taskId: string;
}

export type ScaleOptions = CommonOptions & {
  readonly action: 'scale-up' | 'scale-down';
  /** Whether the task's id was made up here. */
  readonly taskGenerated: boolean;
  readonly request: ScaleRequest;
};

export type StatusOptions = CommonOptions & { readonly action: 'status' };

export type ScalingOptions = ScaleOptions | StatusOptions | LogOptions;

const workersMax = 2 ** 31 - 1;

/** Keys of build_config that are settings rather than variables of the workers. */
const settings: ReadonlySet<string> = new Set([
  'image',
  'command',
  'timeout_seconds',
  'cpu_request',
  'cpu_limit',
  'memory_request',
  'memory_limit',
]);

const onlyWhenScaling = ['workers', 'requestId', 'reason'] as const;
const onlyWhenScalingUp = ['image', 'command', 'env', 'repo', 'sha'] as const;
const onlyOfLogs = ['pipeline', 'stage', 'worker', 'tail', 'follow'] as const;

/**
 * @param newTaskId makes up an id for a scale-up without one.
 * @throws UsageError
 */
export function scalingOptions(given: GivenOptions, newTaskId = generateTaskId): ScalingOptions {
  const action = actionOf(given.action);
  if (action === 'status' || action === 'logs') refuse(action, given, onlyWhenScaling);
  if (action !== 'scale-up') refuse(action, given, onlyWhenScalingUp);
  refuse(action, given, action === 'logs' ? ['watch'] : onlyOfLogs);
  if (given.task === '') throw new UsageError('-task is empty; give it an id or leave it out');
  const taskGenerated = action === 'scale-up' && given.task === undefined;
  const taskId = given.task ?? (taskGenerated ? newTaskId() : '');
  const called = {
    server: given.server,
    timeoutMs: parseDuration('-timeout', given.timeout),
    json: given.json ?? false,
  };
  if (action === 'logs') return { ...called, action, request: logRequest(given) };
  const common = { ...called, watch: given.watch ?? false, taskId };
  if (action === 'status') return { ...common, action };
  const request = action === 'scale-up' ? scaleUpRequest(taskId, given) : scaleDownRequest(taskId, given);
  return { ...common, action, taskGenerated, request };
}

function actionOf(action: string | undefined): ScalingOptions['action'] {
  switch (action) {
    case 'scale-up':
    case 'scale-down':
    case 'status':
    case 'logs':
      return action;
    case undefined:
      throw new UsageError('-action is required; write scale-up, scale-down, status or logs');
    default:
      throw new UsageError(`-action: "${action}" is unknown; write scale-up, scale-down, status or logs`);
  }
}

function refuse(action: string, given: GivenOptions, names: readonly (keyof GivenOptions)[]): void {
  const found = names.find((name) => given[name] !== undefined);
  if (found === undefined) return;
  const flag = found.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`-${flag} has no meaning with -action ${action}`);
}

function scaleUpRequest(taskId: string, given: GivenOptions): ScaleRequest {
  const { workers = '1', image, command, env = [], repo, sha } = given;
  return {
    ...scaleRequest(taskId, given),
    worker_count: workerCount(workers, 1),
    ...(repo === undefined ? {} : { repository: repo }),
    ...(sha === undefined ? {} : { commit_sha: sha }),
    build_config: {
      ...environment(env),
      ...(image === undefined ? {} : { image }),
      ...(command === undefined ? {} : { command }),
    },
  };
}

function scaleDownRequest(taskId: string, given: GivenOptions): ScaleRequest {
  if (given.workers === undefined)
    throw new UsageError('-workers is required with -action scale-down: how many shall remain, 0 for none');
  return { ...scaleRequest(taskId, given), worker_count: workerCount(given.workers, 0) };
}

function scaleRequest(taskId: string, { requestId, reason }: GivenOptions): ScaleRequest {
  return {
    task_id: taskId,
    triggered_by: 'test-scaling',
    ...(reason === undefined ? {} : { reason }),
    metadata: requestId === undefined ? {} : { request_id: requestId },
  };
}

function workerCount(text: string, min: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < min || Number(text) > workersMax)
    throw new UsageError(`-workers: "${text}" is not a number of workers; write an integer from ${min}`);
  return Number(text);
}

function environment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`-env: "${pair}" is not a variable; write KEY=VALUE`);
      const name = pair.slice(0, at);
      if (settings.has(name))
        throw new UsageError(
          `-env: ${name} is a setting of the workers, not a variable; choose another name`,
        );
      return [name, pair.slice(at + 1)];
    }),
  );
}

function generateTaskId(): string {
  return `task-${randomUUID().slice(0, 8)}`;
}
