/**
 * What the package gives to programs: `import { createOttoscalerClient } from 'ottoscaler'`.
 *
 * The command-line tools' own client with words for programs, and every message by its name on the wire. What is
 * exported here is kept by the package's version; nothing else of it can be imported.
 */
import {
  createOttoscalerClient as connect,
  type Advice,
  type ClientCredentials,
  type OttoscalerClient,
} from '../rpc/client.ts';

export { OttoscalerClientError } from '../rpc/client.ts';
export type { CallOptions, ClientCredentials, ClientErrorCode, OttoscalerClient } from '../rpc/client.ts';
export type { CancelPipelineRequest } from '../rpc/generated/ottoscaler/v1/CancelPipelineRequest.ts';
export type { CancelPipelineResponse__Output as CancelPipelineResponse } from '../rpc/generated/ottoscaler/v1/CancelPipelineResponse.ts';
export type { GetPipelineRequest } from '../rpc/generated/ottoscaler/v1/GetPipelineRequest.ts';
export type { ListPipelinesRequest } from '../rpc/generated/ottoscaler/v1/ListPipelinesRequest.ts';
export type { ListPipelinesResponse__Output as ListPipelinesResponse } from '../rpc/generated/ottoscaler/v1/ListPipelinesResponse.ts';
export type { PipelineProgress__Output as PipelineProgress } from '../rpc/generated/ottoscaler/v1/PipelineProgress.ts';
export type { PipelineRequest } from '../rpc/generated/ottoscaler/v1/PipelineRequest.ts';
export type { PipelineStage } from '../rpc/generated/ottoscaler/v1/PipelineStage.ts';
export type { PipelineStatus__Output as PipelineStatus } from '../rpc/generated/ottoscaler/v1/PipelineStatus.ts';
export type { PipelineSummary__Output as PipelineSummary } from '../rpc/generated/ottoscaler/v1/PipelineSummary.ts';
export type { RetryPipelineRequest } from '../rpc/generated/ottoscaler/v1/RetryPipelineRequest.ts';
export type { RetryPipelineResponse__Output as RetryPipelineResponse } from '../rpc/generated/ottoscaler/v1/RetryPipelineResponse.ts';
export type { RetryPolicy } from '../rpc/generated/ottoscaler/v1/RetryPolicy.ts';
export type { ScaleRequest } from '../rpc/generated/ottoscaler/v1/ScaleRequest.ts';
export type { ScaleResponse__Output as ScaleResponse } from '../rpc/generated/ottoscaler/v1/ScaleResponse.ts';
export type { StageStatus__Output as StageStatus } from '../rpc/generated/ottoscaler/v1/StageStatus.ts';
export type { WatchLogsRequest } from '../rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
export type { WatchPipelineRequest } from '../rpc/generated/ottoscaler/v1/WatchPipelineRequest.ts';
export type { WorkerLogBatch__Output as WorkerLogBatch } from '../rpc/generated/ottoscaler/v1/WorkerLogBatch.ts';
export type { WorkerLogEntry__Output as WorkerLogEntry } from '../rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';
export type { WorkerPodStatus__Output as WorkerPodStatus } from '../rpc/generated/ottoscaler/v1/WorkerPodStatus.ts';
export type { WorkerStatusRequest } from '../rpc/generated/ottoscaler/v1/WorkerStatusRequest.ts';
export type { WorkerStatusResponse__Output as WorkerStatusResponse } from '../rpc/generated/ottoscaler/v1/WorkerStatusResponse.ts';

const inAProgram: Advice = {
  unreachable: 'is it running there, and does it speak TLS if and only if this client does?',
  tooLate: 'allow more with timeoutMs',
};

/**
 * A client of one Ottoscaler, over one connection that is opened with the first call and again when it is lost.
 *
 * @param address `host:port`
 * @param credentials absent: plaintext, and no token
 * @throws OttoscalerClientError INVALID_ARGUMENT where `address` is not an address
 * @throws Error where a certificate or a key is no PEM
 */
export function createOttoscalerClient(
  address: string,
  credentials: ClientCredentials = {},
): OttoscalerClient {
  return connect(address, credentials, inAProgram);
}
