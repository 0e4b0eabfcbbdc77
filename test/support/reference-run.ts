/** Whether a run went as the contract says, by the naive schedule and by counting its retries one by one. */
import { workersOf, type StageCommand } from '../../src/machines/pipeline/command.ts';
import { isEnd, thePipeline } from '../../src/machines/pipeline/progress.ts';
import { isInfrastructure, isWanted } from '../simulation/oracle/judge-run.ts';
import type { Ending, PodScript } from '../simulation/model/kubelet.ts';
import type { Casting } from '../simulation/lives/pipeline-scripts.ts';
import type { RunLedger } from '../simulation/oracle/run-ledger.ts';
import { ReferenceScheduler, type ReferenceEnd } from './reference-scheduler.ts';

type Verdict = 'completed' | 'tolerated' | 'failed';

/** What a script's end is called, and what it says of itself as far as retries depend on it. */
const failures = {
  'image-missing': { name: 'image-pull', evidence: '' },
  'registry-away': { name: 'image-pull', evidence: 'connection refused' },
  'config-error': { name: 'config-error', evidence: '' },
  'oom-killed': { name: 'oom-killed', evidence: '' },
  evicted: { name: 'evicted', evidence: '' },
  'node-lost': { name: 'node-lost', evidence: '' },
  deleted: { name: 'deleted', evidence: '' },
  // A removal without grace is seen as what it is.
  vanished: { name: 'deleted', evidence: '' },
} as const satisfies Record<Ending, object>;

/** How a stage ends that runs undisturbed: it completes where every worker succeeds within its budgets. */
export function foretell(stage: StageCommand, cast: Casting, infrastructureMax: number): Verdict {
  const workers = Array.from({ length: workersOf(stage) }, (_, index) => index);
  const isWell = workers.every((index) =>
    succeeds(stage, (nth) => cast(stage.stageId, index, nth) ?? {}, infrastructureMax),
  );
  return isWell ? 'completed' : stage.allowFailure ? 'tolerated' : 'failed';
}

function succeeds(
  { retry }: StageCommand,
  scriptOf: (attempt: number) => Partial<PodScript>,
  infrastructureMax: number,
): boolean {
  let [user, infrastructure] = [retry.retriesMax, infrastructureMax];
  for (let attempt = 1; ; attempt++) {
    const { ending, exitCode = 0 } = scriptOf(attempt);
    if (!ending && exitCode === 0) return true;
    const failure = ending ? failures[ending] : ({ name: 'exit-code', evidence: '', exitCode } as const);
    if (isInfrastructure(failure) && infrastructure > 0) infrastructure -= 1;
    else if (user > 0 && isWanted(retry, failure)) user -= 1;
    else return false;
  }
}

/**
 * Goes through a run's events as a naive schedule would: each start, skip and end when it may be.
 *
 * @param foretold how each stage ends if it runs; undefined where anything may have happened to it
 */
export function differences(
  { command, record: { progress } }: RunLedger,
  foretold: (stage: StageCommand) => Verdict | undefined,
): readonly string[] {
  const reference = new ReferenceScheduler(command.stages, command.onFailure);
  const broken: string[] = [];
  const seen = new Set<string>();
  reference.begin();
  for (const { stage: index, status } of progress) {
    const stage = command.stages[index];
    if (index === thePipeline || !stage) continue;
    const { stageId } = stage;
    const isFirst = !seen.has(stageId);
    seen.add(stageId);
    if (status === 'skipped') {
      if (!reference.ended.has(stageId)) broken.push(`${stageId} was skipped too early, or for nothing`);
      continue;
    }
    if (isFirst && !reference.begun.has(stageId)) broken.push(`${stageId} began too early, or for nothing`);
    if (!isEnd(status)) continue;
    const result = endOf(stage, status);
    const wanted = foretold(stage);
    if (wanted !== undefined && wanted !== result)
      broken.push(`${stageId} ended ${result} instead of ${wanted}`);
    reference.end(stageId, result);
  }
  if (!reference.isOver) broken.push('stages that the naive schedule starts were not');
  const verdict = reference.hasFailed ? 'failed' : 'completed';
  if (progress.at(-1)?.status !== verdict)
    broken.push(`it ended ${progress.at(-1)?.status} instead of ${verdict}`);
  return broken;
}

function endOf({ allowFailure }: StageCommand, status: string): ReferenceEnd {
  switch (status) {
    case 'failed':
      return allowFailure ? 'tolerated' : 'failed';
    case 'cancelled':
      return 'cancelled';
    default:
      return 'completed';
  }
}
