/**
 * Requests for the tests of validation, taken through the real wire: what a
 * peer's bytes decode to is what validation gets.
 */
import { ottoscalerService } from '../../../../src/rpc/contract.ts';
import type { CancelPipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/CancelPipelineRequest.ts';
import type { ListPipelinesRequest } from '../../../../src/rpc/generated/ottoscaler/v1/ListPipelinesRequest.ts';
import type { PipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage } from '../../../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { RetryPipelineRequest } from '../../../../src/rpc/generated/ottoscaler/v1/RetryPipelineRequest.ts';
import type { ScaleRequest } from '../../../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { WorkerStatusRequest } from '../../../../src/rpc/generated/ottoscaler/v1/WorkerStatusRequest.ts';
import { type RpcCode, RpcError } from '../../../../src/rpc/status.ts';

/** A valid ScaleRequest with the given fields, encoded and decoded by grpc-js. */
export function scaleRequest(fields: ScaleRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.ScaleUp;
  return requestDeserialize(requestSerialize({ task_id: 'task-1', worker_count: 2, ...fields }));
}

export function statusRequest(fields: WorkerStatusRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.GetWorkerStatus;
  return requestDeserialize(requestSerialize(fields));
}

/** A valid PipelineRequest of one stage, with the given fields, encoded and decoded by grpc-js. */
export function pipelineRequest(fields: PipelineRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.ExecutePipeline;
  return requestDeserialize(
    requestSerialize({ pipeline_id: 'p-1', stages: [stageOf({ stage_id: 'build' })], ...fields }),
  );
}

/** A valid stage with the given fields. */
export function stageOf(fields: PipelineStage = {}): PipelineStage {
  return { stage_id: 'build', worker_count: 1, ...fields };
}

/** Stages `s0`, `s1` … */
export function stagesOf(count: number, fields: (index: number) => PipelineStage = () => ({})) {
  return Array.from({ length: count }, (_, index) => stageOf({ stage_id: `s${index}`, ...fields(index) }));
}

export function cancelRequest(fields: CancelPipelineRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.CancelPipeline;
  return requestDeserialize(requestSerialize({ pipeline_id: 'p-1', ...fields }));
}

export function listRequest(fields: ListPipelinesRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.ListPipelines;
  return requestDeserialize(requestSerialize(fields));
}

export function retryRequest(fields: RetryPipelineRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.RetryPipeline;
  return requestDeserialize(requestSerialize({ pipeline_id: 'p-1', ...fields }));
}

/** The message of the refusal that `run` ends with; anything else fails the test. */
export function refusal(run: () => unknown, code: RpcCode = 'INVALID_ARGUMENT'): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RpcError && error.code === code) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
