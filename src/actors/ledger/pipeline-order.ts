/** From the ledger of a run to the orders that its workers are given: names, templates, deadlines, digests. Pure. */
import type { StoredRecord } from '../../cluster/port.ts';
import { workersOf, type StageCommand } from '../../machines/pipeline/command.ts';
import type {
  NameAttempt,
  OpenPipeline,
  PipelineRecord,
  StageOrder,
} from '../../machines/pipeline/record.ts';
import type { WorkerLimits } from '../../machines/worker/order.ts';
import { contentHash, objectName } from '../naming.ts';
import { resolveTemplate, runMsOf, type OrderPolicy } from './order.ts';
import { pipelineKind, type PipelineLedger } from './pipeline-record.ts';
import { dependenciesOf, inOrder } from './stage-graph.ts';

/** What is needed of the configuration of now; the rest is in the ledger. */
export type RunPolicy = Pick<OrderPolicy, 'limits'>;

export function pipelineLedgerName(namespace: string, pipelineId: string): string {
  return objectName({ kind: pipelineKind, namespace, parts: [pipelineId], title: pipelineId });
}

export function attemptName(namespace: string): NameAttempt {
  return (pipelineId, stageId, index, attempt) =>
    objectName({
      kind: 'stage-worker',
      namespace,
      parts: [pipelineId, stageId, String(index), String(attempt)],
      title: `${pipelineId}-${stageId}`,
    });
}

/**
 * @param ledger as decoded: its graph is sound
 * @param atMs epoch ms at which `state` was read
 */
export function openPipeline(
  { name, uid }: Pick<StoredRecord, 'name' | 'uid'>,
  ledger: PipelineLedger,
  state: PipelineRecord,
  policy: RunPolicy,
  atMs: number,
): OpenPipeline {
  const { command, acceptedAt } = ledger;
  const endsAtMs = Date.parse(acceptedAt) + timeoutMsOf(ledger);
  const ref = { name, uid };
  return {
    command,
    ledger: ref,
    acceptedAt,
    stages: stageOrders(ref, ledger, policy, new Date(endsAtMs).toISOString()),
    record: state,
    atMs,
    remainingMs: endsAtMs - atMs,
  };
}

function timeoutMsOf({ command, defaults }: PipelineLedger): number {
  return Math.min(command.timeoutSeconds || defaults.pipelineSecondsMax, defaults.pipelineSecondsMax) * 1_000;
}

function stageOrders(
  ref: OpenPipeline['ledger'],
  ledger: PipelineLedger,
  policy: RunPolicy,
  endsBy: string,
): readonly StageOrder[] {
  const { command, defaults, acceptedAt } = ledger;
  const { pipelineId, repository, commitSha, triggeredBy, stages } = command;
  const dependencies = dependenciesOf(stages);
  const order = inOrder(dependencies);
  const digests = digestsOf(ledger, dependencies, order);
  const waiting = waitingForOthers(stages, dependencies, order);
  return stages.map((stage, stageIndex) => {
    const template = resolveTemplate(stage.template, defaults);
    const { stageId, workerCount, matrix } = stage;
    const place = { pipelineId, stageId, stageIndex, matrix, endsBy: waiting.has(stageIndex) ? '' : endsBy };
    return {
      order: {
        ledger: ref,
        taskId: pipelineId,
        repository,
        commitSha,
        triggeredBy,
        workerCount,
        template,
        acceptedAt,
        limits: { ...policy.limits, ...patience(stage), runMs: runMsOf(template) },
        stage: place,
      },
      workers: workersOf(stage),
      digest: digests[stageIndex] ?? '',
    };
  });
}

function patience({ queueSeconds }: StageCommand): Partial<WorkerLimits> {
  return queueSeconds > 0 ? { queueMs: queueSeconds * 1_000, pendingMs: queueSeconds * 1_000 } : {};
}

/**
 * By stage index, a hash of what the stage is and of all that it depends on: equal digests mean that the
 * same was done to the same. The image is the one default that decides what is done; what people call it,
 * and how long it may take to be let in, decide nothing.
 */
export function digestsOf(
  { command: { stages, repository, commitSha }, defaults }: Pick<PipelineLedger, 'command' | 'defaults'>,
  dependencies: ReadonlyArray<readonly number[]>,
  order: readonly number[],
): readonly string[] {
  const digests: string[] = stages.map(() => '');
  for (const index of order) {
    const stage = stages[index];
    if (!stage) continue;
    const { name: _name, queueSeconds: _queueSeconds, ...what } = stage;
    const template = { ...stage.template, image: stage.template.image || defaults.image };
    const before = (dependencies[index] ?? []).map((at) => digests[at]);
    digests[index] = contentHash([{ ...what, template }, repository, commitSha, before]);
  }
  return digests;
}

/**
 * Stages that wait for all ordinary ones to be over, and whatever depends on such: the run's deadline, which
 * may be why they run, does not end them.
 */
function waitingForOthers(
  stages: readonly StageCommand[],
  dependencies: ReadonlyArray<readonly number[]>,
  order: readonly number[],
): ReadonlySet<number> {
  const waiting = new Set<number>();
  for (const index of order) {
    const before = dependencies[index] ?? [];
    const isLast = before.length === 0 && stages[index]?.runWhen !== 'success';
    if (isLast || before.some((at) => waiting.has(at))) waiting.add(index);
  }
  return waiting;
}
