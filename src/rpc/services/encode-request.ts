/** The request that a run was started with, from its command: validated again it would be the same command. */
import type { WorkerTemplate } from '../../machines/command.ts';
import type { PipelineCommand, RetryRule, StageCommand } from '../../machines/pipeline/command.ts';
import type { PipelineRequest } from '../generated/ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage } from '../generated/ottoscaler/v1/PipelineStage.ts';
import type { RetryPolicy } from '../generated/ottoscaler/v1/RetryPolicy.ts';
import type { StageResources } from '../generated/ottoscaler/v1/StageResources.ts';

export function encodeRequest(command: PipelineCommand): PipelineRequest {
  return {
    pipeline_id: command.pipelineId,
    name: command.name,
    stages: command.stages.map(encodeStage),
    repository: command.repository,
    commit_sha: command.commitSha,
    triggered_by: command.triggeredBy,
    // Own properties whatever their names, `__proto__` among them.
    metadata: Object.fromEntries([
      ...command.metadata,
      ...(command.onFailure === 'stop' ? [] : [['on_failure', command.onFailure] as const]),
    ]),
    timeout_seconds: command.timeoutSeconds,
  };
}

function encodeStage({ template, ...stage }: StageCommand): PipelineStage {
  return {
    stage_id: stage.stageId,
    type: stage.type,
    name: stage.name,
    worker_count: stage.workerCount,
    depends_on: [...stage.dependsOn],
    config: Object.fromEntries(template.env),
    image: template.image,
    command: [...(template.exec?.command ?? [])],
    args: [...(template.exec?.args ?? [])],
    timeout_seconds: template.timeoutSeconds,
    retry_policy: encodeRetry(stage.retry),
    run_when: stage.runWhen,
    allow_failure: stage.allowFailure,
    matrix: stage.matrix.map(({ name, values }) => ({ name, values: [...values] })),
    resources: encodeResources(template.resources),
    queue_timeout_seconds: stage.queueSeconds,
  };
}

function encodeRetry(rule: RetryRule): RetryPolicy {
  return {
    max_attempts: rule.retriesMax,
    retry_delay_seconds: rule.delaySeconds,
    retryable_failures: [...rule.failures],
    backoff_factor: rule.backoffFactor,
    max_delay_seconds: rule.delaySecondsMax,
    retryable_exit_codes: [...rule.exitCodes],
  };
}

function encodeResources(resources: WorkerTemplate['resources']): StageResources {
  return {
    cpu_request: resources.cpuRequest ?? '',
    cpu_limit: resources.cpuLimit ?? '',
    memory_request: resources.memoryRequest ?? '',
    memory_limit: resources.memoryLimit ?? '',
  };
}
