/**
 * Requests for the tests of validation, taken through the real wire: what a
 * peer's bytes decode to is what validation gets.
 */
import { ottoscalerService } from '../../../../src/rpc/contract.ts';
import type { ScaleRequest } from '../../../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import type { WorkerStatusRequest } from '../../../../src/rpc/generated/ottoscaler/v1/WorkerStatusRequest.ts';
import { RpcError } from '../../../../src/rpc/status.ts';

/** A valid ScaleRequest with the given fields, encoded and decoded by grpc-js. */
export function scaleRequest(fields: ScaleRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.ScaleUp;
  return requestDeserialize(requestSerialize({ task_id: 'task-1', worker_count: 2, ...fields }));
}

export function statusRequest(fields: WorkerStatusRequest = {}) {
  const { requestSerialize, requestDeserialize } = ottoscalerService.GetWorkerStatus;
  return requestDeserialize(requestSerialize(fields));
}

/** The message of the INVALID_ARGUMENT that `run` ends with; anything else fails the test. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RpcError && error.code === 'INVALID_ARGUMENT') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
