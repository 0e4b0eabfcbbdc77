/** A pipeline as a file or a sample describes it, in the message that the server takes. */
import type { PipelineRequest } from '../../rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage } from '../../rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { PipelineFile, StageEntry } from './file/schema.ts';

/** What the command line says about a run; it outranks what the file says. */
export interface RunWords {
  readonly pipelineId: string;
  readonly repository?: string;
  readonly commitSha?: string;
  readonly onFailure?: 'stop' | 'continue';
}

export function pipelineRequest(pipeline: PipelineFile, words: RunWords): PipelineRequest {
  const onFailure = words.onFailure ?? pipeline.on_failure;
  return {
    pipeline_id: words.pipelineId,
    name: pipeline.name,
    repository: words.repository ?? pipeline.repository,
    commit_sha: words.commitSha ?? pipeline.commit_sha,
    triggered_by: 'test-pipeline',
    timeout_seconds: pipeline.timeout,
    // To stop is what a server does that is told nothing, also one that does not know the word.
    metadata: { ...pipeline.metadata, ...(onFailure === 'continue' ? { on_failure: onFailure } : {}) },
    stages: pipeline.stages.map(pipelineStage),
  };
}

function pipelineStage(stage: StageEntry): PipelineStage {
  const { retry, resources } = stage;
  return {
    stage_id: stage.id,
    type: stage.type,
    name: stage.name,
    worker_count: stage.workers,
    depends_on: stage.depends_on,
    config: stage.env,
    image: stage.image,
    command: stage.run === undefined ? stage.command : ['sh', '-c', stage.run],
    args: stage.args,
    timeout_seconds: stage.timeout,
    queue_timeout_seconds: stage.queue_timeout,
    run_when: stage.run_when,
    allow_failure: stage.allow_failure,
    matrix: Object.entries(stage.matrix).map(([name, values]) => ({ name, values })),
    ...(resources === undefined ? {} : { resources }),
    ...(retry === undefined
      ? {}
      : {
          retry_policy: {
            max_attempts: retry.max_attempts,
            retry_delay_seconds: retry.delay,
            retryable_failures: retry.failures,
            backoff_factor: retry.backoff_factor,
            max_delay_seconds: retry.max_delay,
            retryable_exit_codes: retry.exit_codes,
          },
        }),
  };
}
