/** Which Pods of a run may exist, for a pool that takes over what a former process left. Pure. */
import { workersOf, type PipelineCommand } from '../../machines/pipeline/command.ts';
import { isEnd, thePipeline } from '../../machines/pipeline/progress.ts';
import type {
  AttemptRecord,
  NameAttempt,
  OpenPipeline,
  PipelineRecord,
  RecoveredAttempt,
  StageOrder,
} from '../../machines/pipeline/record.ts';

/**
 * @returns every attempt in the ledger, and for each stage under way those that may have been created without
 * a mark: a Pod is created before the ledger says so
 */
export function recoverAttempts(open: OpenPipeline, nameOf: NameAttempt): readonly RecoveredAttempt[] {
  const { attempts } = open.record;
  const recorded = attempts.flatMap((attempt) => {
    const stage = open.stages[attempt.stage];
    return stage ? [recoveredFrom(open, stage, attempt, nameOf)] : [];
  });
  const highest = highestAttempts(attempts);
  const unmarked: RecoveredAttempt[] = [];
  for (const stageIndex of stagesUnderWay(open.record)) {
    const stage = open.stages[stageIndex];
    if (!stage) continue;
    for (let index = 0; index < stage.workers; index++) {
      const attempt = nextOf(highest.get(keyOf(stageIndex, index)));
      if (attempt === undefined) continue;
      const podName = nameOf(open.command.pipelineId, stage.order.stage?.stageId ?? '', index, attempt);
      unmarked.push({ order: stage.order, slot: { podName, index, attempt }, created: false });
    }
  }
  return [...recorded, ...unmarked];
}

function recoveredFrom(
  { command }: OpenPipeline,
  { order }: StageOrder,
  { index, attempt, ended }: AttemptRecord,
  nameOf: NameAttempt,
): RecoveredAttempt {
  const podName = nameOf(command.pipelineId, order.stage?.stageId ?? '', index, attempt);
  return { order, slot: { podName, index, attempt }, created: true, ...(ended ? { ended } : {}) };
}

/**
 * Whose Pod a name is, as far as this run can have given it: up to the attempt after the highest in the ledger.
 * Names are hashes, so they are all made until one is it.
 *
 * @returns the attempt as recorded, or as it would be
 */
export function findAttempt(
  { pipelineId, stages }: PipelineCommand,
  attempts: readonly AttemptRecord[],
  nameOf: NameAttempt,
  podName: string,
): AttemptRecord | undefined {
  const highest = highestAttempts(attempts);
  for (const [stage, command] of stages.entries()) {
    for (let index = 0; index < workersOf(command); index++) {
      const last = (highest.get(keyOf(stage, index))?.attempt ?? 0) + 1;
      for (let attempt = 1; attempt <= last; attempt++) {
        if (nameOf(pipelineId, command.stageId, index, attempt) !== podName) continue;
        const is = (one: AttemptRecord) =>
          one.stage === stage && one.index === index && one.attempt === attempt;
        return attempts.find(is) ?? { stage, index, attempt };
      }
    }
  }
  return undefined;
}

/** The latest attempt in the ledger of each worker, by `keyOf`. */
function highestAttempts(attempts: readonly AttemptRecord[]): ReadonlyMap<string, AttemptRecord> {
  const highest = new Map<string, AttemptRecord>();
  for (const one of attempts) {
    const key = keyOf(one.stage, one.index);
    const known = highest.get(key);
    if (!known || known.attempt < one.attempt) highest.set(key, one);
  }
  return highest;
}

const keyOf = (stage: number, index: number) => `${stage}/${index}`;

/** There is no second attempt of what succeeded, nor of what may still run. */
function nextOf(highest: AttemptRecord | undefined): number | undefined {
  if (!highest) return 1;
  return highest.ended?.outcome.kind === 'failed' ? highest.attempt + 1 : undefined;
}

/** Stages that have begun and not ended. */
function stagesUnderWay({ progress }: PipelineRecord): readonly number[] {
  const underWay = new Map<number, boolean>();
  for (const { stage, status } of progress) if (stage !== thePipeline) underWay.set(stage, !isEnd(status));
  return [...underWay].flatMap(([stage, is]) => (is ? [stage] : []));
}
