/** Pipelines as validation makes them; every field can be overruled. */
import type { PipelineCommand, RetryRule, StageCommand } from '../../src/machines/pipeline/command.ts';

export const noRetry: RetryRule = {
  retriesMax: 0,
  delaySeconds: 0,
  backoffFactor: 1,
  delaySecondsMax: 0,
  failures: [],
  exitCodes: [],
};

export function stageCommand(stageId: string, overrides: Partial<StageCommand> = {}): StageCommand {
  return {
    stageId,
    type: 'custom',
    name: '',
    workerCount: 1,
    dependsOn: [],
    runWhen: 'success',
    allowFailure: false,
    matrix: [],
    template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
    queueSeconds: 0,
    retry: noRetry,
    ...overrides,
  };
}

export function pipelineCommand(
  stages: readonly StageCommand[],
  overrides: Partial<PipelineCommand> = {},
): PipelineCommand {
  return {
    kind: 'pipeline',
    pipelineId: 'p',
    name: '',
    repository: '',
    commitSha: '',
    triggeredBy: '',
    onFailure: 'stop',
    timeoutSeconds: 0,
    stages,
    metadata: [],
    ...overrides,
  };
}
