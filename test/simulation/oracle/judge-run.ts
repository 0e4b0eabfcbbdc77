/** What must hold of a run that has ended, from what its ledger says and what the cluster saw. */
import { workersOf, type RetryRule, type StageCommand } from '../../../src/machines/pipeline/command.ts';
import {
  isEnd,
  thePipeline,
  type ProgressEvent,
  type StageStatus,
} from '../../../src/machines/pipeline/progress.ts';
import type { AttemptRecord } from '../../../src/machines/pipeline/record.ts';
import type { Failure } from '../../../src/machines/failure.ts';
import type { RunLedger } from './run-ledger.ts';
import type { Invariant } from './violation.ts';

/** What may follow on what; the first is a stage's first word. A status may also be told again. */
const mayFollow: Readonly<Record<StageStatus | 'nothing', readonly StageStatus[]>> = {
  nothing: ['pending', 'skipped'],
  pending: ['pending', 'running', 'retrying', 'completed', 'failed', 'cancelled', 'skipped'],
  running: ['running', 'retrying', 'completed', 'failed', 'cancelled'],
  retrying: ['retrying', 'running', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
  skipped: [],
};

export interface BrokenRule {
  readonly invariant: Invariant;
  readonly sentence: string;
}

/** @returns every broken promise of a run that has ended */
export function brokenRun(run: RunLedger, infrastructureMax: number): readonly BrokenRule[] {
  const { command, record } = run;
  const broken: BrokenRule[] = [];
  const add = (invariant: Invariant, sentences: Iterable<string>) => {
    for (const sentence of sentences)
      broken.push({ invariant, sentence: `run ${command.pipelineId}: ${sentence}` });
  };
  add('I12', brokenEvents(run));
  const attempts = Map.groupBy(record.attempts, ({ stage }) => stage);
  for (const [index, stage] of command.stages.entries()) {
    const last = record.progress.findLast((event) => event.stage === index);
    const tried = attempts.get(index) ?? [];
    const isReused = command.retryOf?.reused.some(({ stageId }) => stageId === stage.stageId) === true;
    add('I8', brokenAttempts(stage, tried, infrastructureMax));
    add('I7', brokenEnd(stage, last, tried, isReused));
  }
  return broken;
}

/** @returns what is wrong by now with how often the workers of a run were tried, whether it has ended or not */
export function overdrawnBudgets(
  { command, record }: RunLedger,
  infrastructureMax: number,
): readonly string[] {
  const attempts = Map.groupBy(record.attempts, ({ stage }) => stage);
  return [...attempts].flatMap(([index, tried]) => {
    const stage = command.stages[index];
    return stage
      ? [...Map.groupBy(tried, (one) => one.index)].flatMap(([worker, tries]) => [
          ...overdrawn(
            `worker ${worker} of ${stage.stageId}`,
            stage.retry,
            retriedFailures(tries),
            infrastructureMax,
          ),
        ])
      : [];
  });
}

/** Failures after which another try was made, as far as they are recorded. */
function retriedFailures(tries: readonly AttemptRecord[]): readonly Failure[] {
  return tries
    .toSorted((a, b) => a.attempt - b.attempt)
    .slice(0, -1)
    .flatMap(({ ended }) => (ended?.outcome.kind === 'failed' ? [ended.outcome.failure] : []));
}

function* brokenEvents({ command, record: { progress } }: RunLedger): Generator<string> {
  const latest = new Map<number, ProgressEvent>();
  for (const [at, event] of progress.entries()) {
    const before = latest.get(event.stage);
    latest.set(event.stage, event);
    const isReuse = !before && event.status === 'completed' && event.message.startsWith('reused from');
    if (
      event.stage !== thePipeline &&
      !isReuse &&
      !mayFollow[before?.status ?? 'nothing'].includes(event.status)
    )
      yield `${nameOf(command.stages, event)} went from ${before?.status ?? 'nothing'} to ${event.status}`;
    if (event.at < (progress[at - 1]?.at ?? '')) yield `event ${at + 1} is older than the one before`;
    if (event.percentage < 0 || event.percentage > 100) yield `event ${at + 1} is at ${event.percentage} %`;
    const isLast = at === progress.length - 1;
    if (event.stage === thePipeline && isEnd(event.status) !== isLast)
      yield `event ${at + 1} of ${progress.length} is ${event.status} of the run`;
  }
  if (progress[0]?.stage !== thePipeline) yield 'its first event is not its own';
  if (progress.at(-1)?.stage !== thePipeline) yield 'its last event is not its own';
  for (const index of command.stages.keys()) {
    if (!isEnd(latest.get(index)?.status ?? 'pending')) yield `${command.stages[index]?.stageId} has no end`;
  }
  yield* brokenVerdict(command.stages, latest);
}

/** The run completes where no stage failed that may not; a cancelled one is so whatever its stages did. */
function* brokenVerdict(
  stages: readonly StageCommand[],
  latest: ReadonlyMap<number, ProgressEvent>,
): Generator<string> {
  const verdict = latest.get(thePipeline)?.status;
  const hasFailed = stages.some(
    ({ allowFailure }, index) => !allowFailure && latest.get(index)?.status === 'failed',
  );
  const isCancelled = stages.some((_stage, index) => latest.get(index)?.status === 'cancelled');
  if (verdict === 'completed' && (hasFailed || isCancelled)) yield 'it completed although a stage did not';
  const isLate = latest.get(thePipeline)?.errorMessage.startsWith('deadline:') === true;
  if (verdict === 'failed' && !hasFailed && !isLate) yield 'it failed although no stage did';
}

/** Tries are counted without gaps, each but the last has failed, and no budget is overdrawn. */
function* brokenAttempts(
  stage: StageCommand,
  attempts: readonly AttemptRecord[],
  infrastructureMax: number,
): Generator<string> {
  const slots = Map.groupBy(attempts, ({ index }) => index);
  for (const [index, tries] of slots) {
    const who = `worker ${index} of ${stage.stageId}`;
    if (index >= workersOf(stage)) yield `${who} was never asked for`;
    const inOrder = tries.toSorted((a, b) => a.attempt - b.attempt);
    if (inOrder.some(({ attempt }, at) => attempt !== at + 1)) yield `${who} skips an attempt`;
    const failures = inOrder.map(({ ended }) => ended?.outcome);
    if (failures.includes(undefined)) yield `${who} has an attempt without an outcome`;
    const retried = failures
      .slice(0, -1)
      .map((outcome) => (outcome?.kind === 'failed' ? outcome.failure : undefined));
    if (retried.includes(undefined)) yield `${who} was tried again although it had not failed`;
    yield* overdrawn(
      who,
      stage.retry,
      retried.filter((failure) => failure !== undefined),
      infrastructureMax,
    );
  }
}

function* overdrawn(
  who: string,
  rule: RetryRule,
  retried: readonly Failure[],
  infrastructureMax: number,
): Generator<string> {
  const infrastructure = retried.filter(isInfrastructure).length;
  const user = retried.length - Math.min(infrastructure, infrastructureMax);
  if (user > rule.retriesMax) yield `${who} was tried again ${user} times instead of ${rule.retriesMax}`;
  const forNothing = retried.filter((one) => !isInfrastructure(one) && !isWanted(rule, one));
  for (const { name } of forNothing) yield `${who} was tried again after ${name}, which is not in its policy`;
}

export function isInfrastructure({ name, evidence }: Pick<Failure, 'name' | 'evidence'>): boolean {
  return (
    name === 'evicted' || name === 'node-lost' || (name === 'image-pull' && evidence.includes('refused'))
  );
}

export function isWanted(rule: RetryRule, { name, exitCode }: Pick<Failure, 'name' | 'exitCode'>): boolean {
  const isNamed = rule.failures.length === 0 || rule.failures.includes(name);
  const isCode =
    name !== 'exit-code' || rule.exitCodes.length === 0 || rule.exitCodes.includes(exitCode ?? -1);
  return isNamed && isCode;
}

/** How a stage ended agrees with how its workers did. */
function* brokenEnd(
  stage: StageCommand,
  end: ProgressEvent | undefined,
  attempts: readonly AttemptRecord[],
  isReused: boolean,
): Generator<string> {
  const { stageId } = stage;
  const lastOf = new Map<number, AttemptRecord>();
  for (const one of attempts.toSorted((a, b) => a.attempt - b.attempt)) lastOf.set(one.index, one);
  const kinds = [...lastOf.values()].map(({ ended }) => ended?.outcome.kind);
  const succeeded = kinds.filter((kind) => kind === 'succeeded').length;
  switch (end?.status) {
    case 'completed':
      if (succeeded !== (isReused ? 0 : workersOf(stage)))
        yield `${stageId} completed with ${succeeded} of ${workersOf(stage)} workers`;
      return;
    case 'failed':
      if (!kinds.includes('failed') && !end.errorMessage.startsWith('deadline:'))
        yield `${stageId} failed although no worker of it did`;
      return;
    case 'skipped':
      if (attempts.length > 0) yield `${stageId} was skipped with ${attempts.length} attempts`;
      return;
    case 'cancelled':
    case 'pending':
    case 'running':
    case 'retrying':
    case undefined:
  }
}

const nameOf = (stages: readonly StageCommand[], { stage }: ProgressEvent) => stages[stage]?.stageId ?? stage;

/** The last status of every stage by its id, and of the run under ''. */
export function finalStatuses(run: RunLedger | undefined): Readonly<Record<string, StageStatus>> {
  const { command, record } = run ?? { command: { stages: [] }, record: { progress: [] } };
  const statuses = record.progress.map(
    ({ stage, status }) => [command.stages[stage]?.stageId ?? '', status] as const,
  );
  return Object.fromEntries(statuses);
}
