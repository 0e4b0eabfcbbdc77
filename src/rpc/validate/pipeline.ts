/**
 * Pipeline requests, from the wire to commands the core may trust.
 *
 * As with scale requests, what breaks a rule is refused and nothing is repaired. Where a default stands for
 * an empty field the two are one content, so a run may be attached to with either. The number of stages and
 * the size as a whole are checked apart: they are questions of room, not of form.
 */
import type { PipelineCommand, StageCommand } from '../../machines/pipeline/command.ts';
import type { PipelineRequest__Output } from '../generated/ottoscaler/v1/PipelineRequest.ts';
import { RpcError } from '../status.ts';
import type { Limits } from './limits.ts';
import { pipelineMetadata } from './metadata.ts';
import { quote, reject } from './reject.ts';
import { type GraphProblem, readStageGraph } from './stage-graph.ts';
import { stageCommand } from './stage.ts';
import { byteLength, line, requiredId } from './text.ts';
import { seconds } from './whole-number.ts';

/** A PipelineRequest with every field present, as the loader decodes it. */
export type PipelineInput = Readonly<PipelineRequest__Output>;

/** Stages of a cycle that a message names; ids may be long and a message is short. */
const cycleShownMax = 6;

/**
 * `after_sequence` says what to show of the run, not what it is, and is not looked at.
 *
 * @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule, or RESOURCE_EXHAUSTED.
 */
export function validatePipeline(request: PipelineInput, limits: Limits): PipelineCommand {
  const pipelineId = requiredId('pipeline_id', request.pipeline_id, limits);
  const texts = {
    name: line('name', request.name, limits.textBytesMax),
    repository: line('repository', request.repository, limits.textBytesMax),
    commitSha: line('commit_sha', request.commit_sha, limits.textBytesMax),
    triggeredBy: line('triggered_by', request.triggered_by, limits.textBytesMax),
  };
  const { onFailure, rest } = pipelineMetadata(request.metadata, limits);
  const timeoutSeconds = seconds(
    'timeout_seconds',
    request.timeout_seconds,
    limits.pipelineSecondsMax,
    'the configured maximum',
  );
  withinStages(request.stages.length, limits);
  const stages = request.stages.map((stage, index) => stageCommand(`stages[${index}]`, stage, limits));
  const reading = readStageGraph(stages);
  if (reading.kind === 'broken') rejectGraph(reading.problem);
  withinWorkers(stages, limits);
  const command: PipelineCommand = {
    kind: 'pipeline',
    pipelineId,
    ...texts,
    onFailure,
    timeoutSeconds,
    stages,
    metadata: rest,
  };
  withinLedger(command, limits);
  return command;
}

function withinStages(count: number, { stagesMax }: Limits): void {
  if (count === 0) reject('stages', `is empty; give it 1–${stagesMax} stages`);
  if (count > stagesMax) exhausted('stages', `has ${count} stages; at most ${stagesMax} are allowed`);
}

function withinWorkers(stages: readonly StageCommand[], { pipelineWorkersMax }: Limits): void {
  let workers = 0;
  for (const [index, { workerCount, matrix }] of stages.entries()) {
    workers += matrix.reduce((count, axis) => count * axis.values.length, workerCount);
    if (workers > pipelineWorkersMax)
      reject(
        `stages[${index}].worker_count`,
        `makes ${workers} workers of all stages up to this one, every combination of a matrix counted; ` +
          `at most ${pipelineWorkersMax} are allowed`,
      );
  }
}

function withinLedger(command: PipelineCommand, { pipelineBytesMax }: Limits): void {
  const bytes = byteLength(JSON.stringify(command));
  if (bytes > pipelineBytesMax)
    exhausted(
      'stages',
      `the pipeline is ${bytes} bytes as JSON; at most ${pipelineBytesMax} are kept of one`,
    );
}

function rejectGraph(problem: GraphProblem): never {
  switch (problem.kind) {
    case 'duplicate id': {
      const { stage, stageId, first } = problem;
      return reject(`stages[${stage}].stage_id`, `${quote(stageId)} is the id of stages[${first}] too`);
    }
    case 'own dependency':
      return reject(dependsOn(problem), `${quote(problem.dependency)} is the stage itself`);
    case 'repeated dependency':
      return reject(dependsOn(problem), `${quote(problem.dependency)} is named twice`);
    case 'unknown dependency':
      return reject(dependsOn(problem), `${quote(problem.dependency)} is no stage of this pipeline`);
    case 'cycle':
      return reject('stages', `${pathOf(problem.path)} is a cycle, in which each depends on the next`);
  }
}

function dependsOn({ stage }: { readonly stage: number }): string {
  return `stages[${stage}].depends_on`;
}

function pathOf(path: readonly string[]): string {
  const between = path.length - cycleShownMax;
  const shown =
    between > 1
      ? [
          ...path
            .slice(0, -2)
            .slice(0, cycleShownMax - 2)
            .map(quote),
          `(${between} more)`,
          ...path.slice(-2).map(quote),
        ]
      : path.map(quote);
  return shown.join(' → ');
}

function exhausted(field: string, rule: string): never {
  throw new RpcError('RESOURCE_EXHAUSTED', `${field}: ${rule}`);
}
