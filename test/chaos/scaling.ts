/** Workers that end by themselves, and services that are scaled down. */
import { OttoscalerClientError, type OttoscalerClient } from '../../src/rpc/client.ts';
import type {
  ScaleRequest,
  ScaleRequest__Output,
} from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerStatusResponse__Output } from '../../src/rpc/generated/ottoscaler/v1/WorkerStatusResponse.ts';
import type { Dice } from '../support/dice.ts';
import { image } from '../support/workers.ts';
import { callMs, type Caller } from './caller.ts';
import { sameNames, type Deed } from './deeds.ts';

/** Ends at once on SIGTERM, unlike a shell that waits for its child. */
export const service = 'trap "exit 143" TERM; sleep 3600 & wait';

const statusOf = (taskId: string) => (client: OttoscalerClient) =>
  client.getWorkerStatus({ task_id: taskId });

function scaleUpRequest(taskId: string, workers: number, command: string): ScaleRequest {
  return {
    task_id: taskId,
    worker_count: workers,
    build_config: { image, command },
    metadata: { request_id: `${taskId}-up` },
  };
}

const scaleUp = (caller: Caller, request: ScaleRequest) =>
  caller.ask(`ScaleUp ${request.task_id}`, (client) => client.scaleUp(request, { timeoutMs: callMs }));

const scaleDown = (caller: Caller, request: ScaleRequest) =>
  caller.ask(`ScaleDown ${request.task_id}`, (client) => client.scaleDown(request, { timeoutMs: callMs }));

/** Waits for every worker's end, and holds each to what its command does. */
export async function batch(caller: Caller, taskId: string, dice: Dice): Promise<readonly Deed[]> {
  const workers = 1 + Math.floor(dice() * 3);
  const fails = dice() < 0.25;
  const command = fails ? 'echo no; exit 7' : `sleep ${(dice() * 1.5).toFixed(1)}; echo done`;
  const request = scaleUpRequest(taskId, workers, command);
  const answer = await scaleUp(caller, request);
  expectCount(taskId, answer, workers);
  const status = await caller.until(
    `the end of ${taskId}`,
    statusOf(taskId),
    (now) => isOver(now) && now.total_count === workers,
  );
  const strange = status.workers.filter(({ error_message }) =>
    fails ? !error_message.startsWith('exit-code') : error_message !== '',
  );
  if (strange.length > 0) throw new Error(`workers of ${taskId} ended as ${JSON.stringify(strange)}`);
  return [upDeed(request, answer, answer.worker_pod_names, [])];
}

/** Scaled down to one and then to none, from where it is or once all run. */
export async function serviceTask(caller: Caller, taskId: string, dice: Dice): Promise<readonly Deed[]> {
  const workers = 2 + Math.floor(dice() * 2);
  const request = scaleUpRequest(taskId, workers, service);
  const answer = await scaleUp(caller, request);
  expectCount(taskId, answer, workers);
  const waits = dice() < 0.5;
  if (waits)
    await caller.until(
      `${taskId} running`,
      statusOf(taskId),
      ({ running_count }) => running_count === workers,
    );
  const names = answer.worker_pod_names;
  const downs: Deed[] = [];
  const ended: string[] = [];
  for (const target of [1, 0]) {
    const down = {
      task_id: taskId,
      worker_count: target,
      metadata: { request_id: `${taskId}-to-${target}` },
    };
    const { worker_pod_names } = await scaleDown(caller, down);
    ended.push(...worker_pod_names);
    downs.push(downDeed(down, worker_pod_names));
  }
  if (!sameNames(ended, names))
    throw new Error(`${taskId} has ${names.join(', ')}; scaled down were ${ended.join(', ')}`);
  await caller.until(`the end of ${taskId}`, statusOf(taskId), isOver);
  return [upDeed(request, answer, waits ? names : [], waits ? [] : names), ...downs];
}

/** A name that it needs is somebody else's: refused, and so it stays. */
export async function collision(caller: Caller, taskId: string): Promise<readonly Deed[]> {
  const request = collidingRequest(taskId);
  const refusal = () =>
    caller.ask(`ScaleUp ${taskId}`, async (client) => {
      try {
        return `was accepted: ${JSON.stringify(await client.scaleUp(request, { timeoutMs: callMs }))}`;
      } catch (error) {
        if (error instanceof OttoscalerClientError && error.code === 'FAILED_PRECONDITION') return undefined;
        throw error;
      }
    });
  const wrong = await refusal();
  if (wrong !== undefined) throw new Error(`${taskId} ${wrong}`);
  return [{ kind: 'refused scale-up', id: taskId, due: [], permitted: [], again: refusal }];
}

/** As the wire delivers it: no field is absent. */
export function collidingRequest(taskId: string): ScaleRequest__Output {
  const rest = { repository: '', commit_sha: '', triggered_by: '', reason: '', build_config: {} };
  return { ...rest, task_id: taskId, worker_count: 1, metadata: { request_id: `${taskId}-up` } };
}

function upDeed(
  request: ScaleRequest,
  answer: ScaleResponse__Output,
  due: readonly string[],
  permitted: readonly string[],
): Deed {
  const again = async (caller: Caller) => difference(answer.worker_pod_names, await scaleUp(caller, request));
  return { kind: 'scale-up', id: request.task_id ?? '', due, permitted, again };
}

function downDeed(request: ScaleRequest, names: readonly string[]): Deed {
  const again = async (caller: Caller) => difference(names, await scaleDown(caller, request));
  return { kind: 'scale-down', id: request.task_id ?? '', due: [], permitted: [], again };
}

function difference(names: readonly string[], answer: ScaleResponse__Output): string | undefined {
  if (answer.status !== 'ALREADY_PROCESSED') return `is answered ${answer.status}: ${answer.message}`;
  if (sameNames(names, answer.worker_pod_names)) return undefined;
  return `named ${names.join(', ')}, and now ${answer.worker_pod_names.join(', ')}`;
}

function expectCount(taskId: string, { worker_pod_names }: ScaleResponse__Output, workers: number): void {
  if (new Set(worker_pod_names).size !== workers)
    throw new Error(`${taskId} asked for ${workers} and got ${worker_pod_names.join(', ')}`);
}

/** Ended and cleaned up, every one. */
function isOver({
  total_count,
  succeeded_count,
  failed_count,
  workers,
}: WorkerStatusResponse__Output): boolean {
  if (total_count === 0 || succeeded_count + failed_count !== total_count) return false;
  return workers.every(({ reason }) => reason === '');
}
