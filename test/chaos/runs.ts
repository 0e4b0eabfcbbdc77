/** Pipelines that come to their end, with retries on the way, and ones that are cancelled. */
import { OttoscalerClientError } from '../../src/rpc/client.ts';
import type { PipelineStage } from '../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { Dice } from '../support/dice.ts';
import { image } from '../support/workers.ts';
import { callMs, isEnd, isFinal, type Caller, type Progress, type Run } from './caller.ts';
import type { Deed } from './deeds.ts';
import { isDeepStrictEqual } from 'node:util';
import { service } from './scaling.ts';

function shell(stageId: string, script: string, rest: Partial<PipelineStage> = {}): PipelineStage {
  return { worker_count: 1, image, command: ['sh', '-c', script], ...rest, stage_id: stageId };
}

/** Three or four stages, one of which may need a second try. */
function runOf(pipelineId: string, dice: Dice): { readonly run: Run; readonly pods: number } {
  const flaky = dice() < 0.5;
  const side = dice() < 0.5;
  const middle = flaky
    ? shell('middle', 'test "$OTTO_ATTEMPT" -gt 1', {
        depends_on: ['begin'],
        retry_policy: { max_attempts: 1, retry_delay_seconds: 1 },
      })
    : shell('middle', 'sleep 0.5', { depends_on: ['begin'], worker_count: 2 });
  const stages = [
    shell('begin', 'true'),
    middle,
    ...(side ? [shell('side', 'true', { depends_on: ['begin'] })] : []),
    shell('end', 'true', { depends_on: side ? ['middle', 'side'] : ['middle'] }),
  ];
  return { run: { pipeline_id: pipelineId, stages }, pods: side ? 5 : 4 };
}

export async function run(caller: Caller, pipelineId: string, dice: Dice): Promise<readonly Deed[]> {
  const asked = runOf(pipelineId, dice);
  const events = await caller.follow(asked.run);
  const problem = flawOf(events, 'STAGE_COMPLETED');
  if (problem !== undefined) throw new Error(`${pipelineId} ${problem}`);
  const names = podNamesIn(events);
  if (names.length !== asked.pods)
    throw new Error(`${pipelineId} takes ${asked.pods} Pods and names ${names.join(', ')}`);
  return [deedOf('run', asked.run, events, names, [])];
}

/** Cancelled while its second stage runs, which would not end by itself. */
export async function cancelledRun(caller: Caller, pipelineId: string): Promise<readonly Deed[]> {
  const asked: Run = {
    pipeline_id: pipelineId,
    stages: [
      shell('begin', 'true'),
      shell('serve', service, { depends_on: ['begin'], worker_count: 2 }),
      shell('never', 'true', { depends_on: ['serve'] }),
    ],
  };
  const events: Progress[] = [];
  const followed = caller.follow(asked, events);
  // It is waited for at the end; until then it must not end the process.
  followed.catch(() => {});
  await caller.until(
    `${pipelineId} to serve`,
    (client) => client.getPipeline({ pipeline_id: pipelineId }).catch(notFoundYet),
    (now) => now?.stages.some(({ stage_id, sequence }) => stage_id === 'serve' && sequence > 0) ?? false,
  );
  await caller.ask(`CancelPipeline ${pipelineId}`, (client) =>
    client.cancelPipeline({ pipeline_id: pipelineId }, { timeoutMs: callMs }),
  );
  await followed;
  const problem = flawOf(events, 'STAGE_CANCELLED');
  if (problem !== undefined) throw new Error(`${pipelineId} ${problem}`);
  const first = podNamesIn(events.filter(({ stage_id }) => stage_id === 'begin'));
  const rest = podNamesIn(events).filter((name) => !first.includes(name));
  return [deedOf('cancelled run', asked, events, first, rest)];
}

function deedOf(
  kind: 'run' | 'cancelled run',
  asked: Run,
  events: readonly Progress[],
  due: readonly string[],
  permitted: readonly string[],
): Deed {
  const again = async (caller: Caller) => {
    const now = await caller.follow(asked);
    return isDeepStrictEqual(now, events) ? undefined : `had ${events.length} events and now has others`;
  };
  return { kind, id: asked.pipeline_id, due, permitted, again };
}

/** One final event and nothing after it, no stage ended twice; numbers were looked at while reading. */
function flawOf(events: readonly Progress[], status: Progress['status']): string | undefined {
  const finals = events.filter(isFinal);
  if (finals.length !== 1) return `has ${finals.length} final events`;
  if (events.at(-1) !== finals[0]) return 'goes on after its final event';
  if (finals[0]?.status !== status) return `ended as ${finals[0]?.status}: ${finals[0]?.message}`;
  for (const [stageId, own] of Map.groupBy(events, ({ stage_id }) => stage_id)) {
    const ended = own.findIndex(isEnd);
    if (ended >= 0 && ended !== own.length - 1) return `tells of ${stageId} after its end`;
  }
  return undefined;
}

function podNamesIn(events: readonly Progress[]): readonly string[] {
  return [...new Set(events.flatMap(({ worker_pod_names }) => worker_pod_names))];
}

/** It is asked for while it is being accepted. */
function notFoundYet(error: unknown): undefined {
  if (error instanceof OttoscalerClientError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}
