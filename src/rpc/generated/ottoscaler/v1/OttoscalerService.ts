// Original file: proto/ottoscaler/v1/ottoscaler_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CancelPipelineRequest as _ottoscaler_v1_CancelPipelineRequest, CancelPipelineRequest__Output as _ottoscaler_v1_CancelPipelineRequest__Output } from '../../ottoscaler/v1/CancelPipelineRequest.ts';
import type { CancelPipelineResponse as _ottoscaler_v1_CancelPipelineResponse, CancelPipelineResponse__Output as _ottoscaler_v1_CancelPipelineResponse__Output } from '../../ottoscaler/v1/CancelPipelineResponse.ts';
import type { GetPipelineRequest as _ottoscaler_v1_GetPipelineRequest, GetPipelineRequest__Output as _ottoscaler_v1_GetPipelineRequest__Output } from '../../ottoscaler/v1/GetPipelineRequest.ts';
import type { ListPipelinesRequest as _ottoscaler_v1_ListPipelinesRequest, ListPipelinesRequest__Output as _ottoscaler_v1_ListPipelinesRequest__Output } from '../../ottoscaler/v1/ListPipelinesRequest.ts';
import type { ListPipelinesResponse as _ottoscaler_v1_ListPipelinesResponse, ListPipelinesResponse__Output as _ottoscaler_v1_ListPipelinesResponse__Output } from '../../ottoscaler/v1/ListPipelinesResponse.ts';
import type { PipelineProgress as _ottoscaler_v1_PipelineProgress, PipelineProgress__Output as _ottoscaler_v1_PipelineProgress__Output } from '../../ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest as _ottoscaler_v1_PipelineRequest, PipelineRequest__Output as _ottoscaler_v1_PipelineRequest__Output } from '../../ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStatus as _ottoscaler_v1_PipelineStatus, PipelineStatus__Output as _ottoscaler_v1_PipelineStatus__Output } from '../../ottoscaler/v1/PipelineStatus.ts';
import type { RetryPipelineRequest as _ottoscaler_v1_RetryPipelineRequest, RetryPipelineRequest__Output as _ottoscaler_v1_RetryPipelineRequest__Output } from '../../ottoscaler/v1/RetryPipelineRequest.ts';
import type { RetryPipelineResponse as _ottoscaler_v1_RetryPipelineResponse, RetryPipelineResponse__Output as _ottoscaler_v1_RetryPipelineResponse__Output } from '../../ottoscaler/v1/RetryPipelineResponse.ts';
import type { ScaleRequest as _ottoscaler_v1_ScaleRequest, ScaleRequest__Output as _ottoscaler_v1_ScaleRequest__Output } from '../../ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse as _ottoscaler_v1_ScaleResponse, ScaleResponse__Output as _ottoscaler_v1_ScaleResponse__Output } from '../../ottoscaler/v1/ScaleResponse.ts';
import type { WatchLogsRequest as _ottoscaler_v1_WatchLogsRequest, WatchLogsRequest__Output as _ottoscaler_v1_WatchLogsRequest__Output } from '../../ottoscaler/v1/WatchLogsRequest.ts';
import type { WatchPipelineRequest as _ottoscaler_v1_WatchPipelineRequest, WatchPipelineRequest__Output as _ottoscaler_v1_WatchPipelineRequest__Output } from '../../ottoscaler/v1/WatchPipelineRequest.ts';
import type { WorkerLogBatch as _ottoscaler_v1_WorkerLogBatch, WorkerLogBatch__Output as _ottoscaler_v1_WorkerLogBatch__Output } from '../../ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerStatusRequest as _ottoscaler_v1_WorkerStatusRequest, WorkerStatusRequest__Output as _ottoscaler_v1_WorkerStatusRequest__Output } from '../../ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse as _ottoscaler_v1_WorkerStatusResponse, WorkerStatusResponse__Output as _ottoscaler_v1_WorkerStatusResponse__Output } from '../../ottoscaler/v1/WorkerStatusResponse.ts';

/**
 * What Ottoscaler does for its callers: otto-handler, the command-line tools, and people with grpcurl.
 * 
 * Errors are gRPC statuses whose message names the field and the rule it broke: INVALID_ARGUMENT,
 * ALREADY_EXISTS, NOT_FOUND, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, UNAVAILABLE, UNAUTHENTICATED,
 * PERMISSION_DENIED.
 */
export interface OttoscalerServiceClient extends grpc.Client {
  /**
   * Ours. Cancels a run and answers once the cancel is durable; NOT_FOUND, or FAILED_PRECONDITION where it has
   * ended otherwise.
   */
  CancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  CancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  CancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  CancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ours. Cancels a run and answers once the cancel is durable; NOT_FOUND, or FAILED_PRECONDITION where it has
   * ended otherwise.
   */
  cancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  cancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  cancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  cancelPipeline(argument: _ottoscaler_v1_CancelPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_CancelPipelineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Runs a graph of stages and streams every status change of every stage, in order and without gaps. The
   * last message is the pipeline's own end. A caller that goes away does not cancel the run; the same
   * `pipeline_id` with the same content attaches to it again and replays from the start, with other content
   * it is ALREADY_EXISTS.
   */
  ExecutePipeline(argument: _ottoscaler_v1_PipelineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  ExecutePipeline(argument: _ottoscaler_v1_PipelineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  /**
   * Runs a graph of stages and streams every status change of every stage, in order and without gaps. The
   * last message is the pipeline's own end. A caller that goes away does not cancel the run; the same
   * `pipeline_id` with the same content attaches to it again and replays from the start, with other content
   * it is ALREADY_EXISTS.
   */
  executePipeline(argument: _ottoscaler_v1_PipelineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  executePipeline(argument: _ottoscaler_v1_PipelineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  
  /**
   * Ours. One run with its stages, also for 24 hours after its end; NOT_FOUND.
   */
  GetPipeline(argument: _ottoscaler_v1_GetPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  GetPipeline(argument: _ottoscaler_v1_GetPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  GetPipeline(argument: _ottoscaler_v1_GetPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  GetPipeline(argument: _ottoscaler_v1_GetPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  /**
   * Ours. One run with its stages, also for 24 hours after its end; NOT_FOUND.
   */
  getPipeline(argument: _ottoscaler_v1_GetPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  getPipeline(argument: _ottoscaler_v1_GetPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  getPipeline(argument: _ottoscaler_v1_GetPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  getPipeline(argument: _ottoscaler_v1_GetPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_PipelineStatus__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reports live workers, and finished ones for a while after their Pods are gone
   * (WORKER_HISTORY_SECONDS, 3600 unless configured).
   */
  GetWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  GetWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Reports live workers, and finished ones for a while after their Pods are gone
   * (WORKER_HISTORY_SECONDS, 3600 unless configured).
   */
  getWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  getWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  getWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  getWorkerStatus(argument: _ottoscaler_v1_WorkerStatusRequest, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ours. The runs under way and those that ended within 24 hours.
   */
  ListPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  ListPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  ListPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  ListPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ours. The runs under way and those that ended within 24 hours.
   */
  listPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  listPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  listPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  listPipelines(argument: _ottoscaler_v1_ListPipelinesRequest, callback: grpc.requestCallback<_ottoscaler_v1_ListPipelinesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ours. Runs again what did not complete in a run that has ended, as a new run; NOT_FOUND, or
   * FAILED_PRECONDITION where it has not ended or all of it completed.
   */
  RetryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  RetryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  RetryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  RetryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Ours. Runs again what did not complete in a run that has ended, as a new run; NOT_FOUND, or
   * FAILED_PRECONDITION where it has not ended or all of it completed.
   */
  retryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  retryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  retryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  retryPipeline(argument: _ottoscaler_v1_RetryPipelineRequest, callback: grpc.requestCallback<_ottoscaler_v1_RetryPipelineResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Terminates workers until `worker_count` remain: those not yet running first, then the youngest, as a
   * ReplicaSet does. Already at or below the target is SUCCESS with nothing processed.
   */
  ScaleDown(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleDown(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleDown(argument: _ottoscaler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleDown(argument: _ottoscaler_v1_ScaleRequest, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Terminates workers until `worker_count` remain: those not yet running first, then the youngest, as a
   * ReplicaSet does. Already at or below the target is SUCCESS with nothing processed.
   */
  scaleDown(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleDown(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleDown(argument: _ottoscaler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleDown(argument: _ottoscaler_v1_ScaleRequest, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Creates `worker_count` workers for a task and answers once they are durably accepted and their Pods
   * exist. Does not wait for them to finish. Safe to repeat: see ScaleRequest.metadata.
   */
  ScaleUp(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleUp(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleUp(argument: _ottoscaler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  ScaleUp(argument: _ottoscaler_v1_ScaleRequest, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Creates `worker_count` workers for a task and answers once they are durably accepted and their Pods
   * exist. Does not wait for them to finish. Safe to repeat: see ScaleRequest.metadata.
   */
  scaleUp(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleUp(argument: _ottoscaler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleUp(argument: _ottoscaler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  scaleUp(argument: _ottoscaler_v1_ScaleRequest, callback: grpc.requestCallback<_ottoscaler_v1_ScaleResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Ours. The newest lines of workers, as far as memory keeps them, with the same metadata as on their way to
   * otto-handler, each stream in order; where lines are missing, a record with `otto.gap` says how many. NOT_FOUND
   * where neither such work is known nor a line of it is kept.
   */
  WatchLogs(argument: _ottoscaler_v1_WatchLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_WorkerLogBatch__Output>;
  WatchLogs(argument: _ottoscaler_v1_WatchLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_WorkerLogBatch__Output>;
  /**
   * Ours. The newest lines of workers, as far as memory keeps them, with the same metadata as on their way to
   * otto-handler, each stream in order; where lines are missing, a record with `otto.gap` says how many. NOT_FOUND
   * where neither such work is known nor a line of it is kept.
   */
  watchLogs(argument: _ottoscaler_v1_WatchLogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_WorkerLogBatch__Output>;
  watchLogs(argument: _ottoscaler_v1_WatchLogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_WorkerLogBatch__Output>;
  
  /**
   * Ours. The events of a run as ExecutePipeline streams them, without being able to start one; NOT_FOUND.
   */
  WatchPipeline(argument: _ottoscaler_v1_WatchPipelineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  WatchPipeline(argument: _ottoscaler_v1_WatchPipelineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  /**
   * Ours. The events of a run as ExecutePipeline streams them, without being able to start one; NOT_FOUND.
   */
  watchPipeline(argument: _ottoscaler_v1_WatchPipelineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  watchPipeline(argument: _ottoscaler_v1_WatchPipelineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_ottoscaler_v1_PipelineProgress__Output>;
  
}

/**
 * What Ottoscaler does for its callers: otto-handler, the command-line tools, and people with grpcurl.
 * 
 * Errors are gRPC statuses whose message names the field and the rule it broke: INVALID_ARGUMENT,
 * ALREADY_EXISTS, NOT_FOUND, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, UNAVAILABLE, UNAUTHENTICATED,
 * PERMISSION_DENIED.
 */
export interface OttoscalerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Ours. Cancels a run and answers once the cancel is durable; NOT_FOUND, or FAILED_PRECONDITION where it has
   * ended otherwise.
   */
  CancelPipeline: grpc.handleUnaryCall<_ottoscaler_v1_CancelPipelineRequest__Output, _ottoscaler_v1_CancelPipelineResponse>;
  
  /**
   * Runs a graph of stages and streams every status change of every stage, in order and without gaps. The
   * last message is the pipeline's own end. A caller that goes away does not cancel the run; the same
   * `pipeline_id` with the same content attaches to it again and replays from the start, with other content
   * it is ALREADY_EXISTS.
   */
  ExecutePipeline: grpc.handleServerStreamingCall<_ottoscaler_v1_PipelineRequest__Output, _ottoscaler_v1_PipelineProgress>;
  
  /**
   * Ours. One run with its stages, also for 24 hours after its end; NOT_FOUND.
   */
  GetPipeline: grpc.handleUnaryCall<_ottoscaler_v1_GetPipelineRequest__Output, _ottoscaler_v1_PipelineStatus>;
  
  /**
   * Reports live workers, and finished ones for a while after their Pods are gone
   * (WORKER_HISTORY_SECONDS, 3600 unless configured).
   */
  GetWorkerStatus: grpc.handleUnaryCall<_ottoscaler_v1_WorkerStatusRequest__Output, _ottoscaler_v1_WorkerStatusResponse>;
  
  /**
   * Ours. The runs under way and those that ended within 24 hours.
   */
  ListPipelines: grpc.handleUnaryCall<_ottoscaler_v1_ListPipelinesRequest__Output, _ottoscaler_v1_ListPipelinesResponse>;
  
  /**
   * Ours. Runs again what did not complete in a run that has ended, as a new run; NOT_FOUND, or
   * FAILED_PRECONDITION where it has not ended or all of it completed.
   */
  RetryPipeline: grpc.handleUnaryCall<_ottoscaler_v1_RetryPipelineRequest__Output, _ottoscaler_v1_RetryPipelineResponse>;
  
  /**
   * Terminates workers until `worker_count` remain: those not yet running first, then the youngest, as a
   * ReplicaSet does. Already at or below the target is SUCCESS with nothing processed.
   */
  ScaleDown: grpc.handleUnaryCall<_ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse>;
  
  /**
   * Creates `worker_count` workers for a task and answers once they are durably accepted and their Pods
   * exist. Does not wait for them to finish. Safe to repeat: see ScaleRequest.metadata.
   */
  ScaleUp: grpc.handleUnaryCall<_ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse>;
  
  /**
   * Ours. The newest lines of workers, as far as memory keeps them, with the same metadata as on their way to
   * otto-handler, each stream in order; where lines are missing, a record with `otto.gap` says how many. NOT_FOUND
   * where neither such work is known nor a line of it is kept.
   */
  WatchLogs: grpc.handleServerStreamingCall<_ottoscaler_v1_WatchLogsRequest__Output, _ottoscaler_v1_WorkerLogBatch>;
  
  /**
   * Ours. The events of a run as ExecutePipeline streams them, without being able to start one; NOT_FOUND.
   */
  WatchPipeline: grpc.handleServerStreamingCall<_ottoscaler_v1_WatchPipelineRequest__Output, _ottoscaler_v1_PipelineProgress>;
  
}

export interface OttoscalerServiceDefinition extends grpc.ServiceDefinition {
  CancelPipeline: MethodDefinition<_ottoscaler_v1_CancelPipelineRequest, _ottoscaler_v1_CancelPipelineResponse, _ottoscaler_v1_CancelPipelineRequest__Output, _ottoscaler_v1_CancelPipelineResponse__Output>
  ExecutePipeline: MethodDefinition<_ottoscaler_v1_PipelineRequest, _ottoscaler_v1_PipelineProgress, _ottoscaler_v1_PipelineRequest__Output, _ottoscaler_v1_PipelineProgress__Output>
  GetPipeline: MethodDefinition<_ottoscaler_v1_GetPipelineRequest, _ottoscaler_v1_PipelineStatus, _ottoscaler_v1_GetPipelineRequest__Output, _ottoscaler_v1_PipelineStatus__Output>
  GetWorkerStatus: MethodDefinition<_ottoscaler_v1_WorkerStatusRequest, _ottoscaler_v1_WorkerStatusResponse, _ottoscaler_v1_WorkerStatusRequest__Output, _ottoscaler_v1_WorkerStatusResponse__Output>
  ListPipelines: MethodDefinition<_ottoscaler_v1_ListPipelinesRequest, _ottoscaler_v1_ListPipelinesResponse, _ottoscaler_v1_ListPipelinesRequest__Output, _ottoscaler_v1_ListPipelinesResponse__Output>
  RetryPipeline: MethodDefinition<_ottoscaler_v1_RetryPipelineRequest, _ottoscaler_v1_RetryPipelineResponse, _ottoscaler_v1_RetryPipelineRequest__Output, _ottoscaler_v1_RetryPipelineResponse__Output>
  ScaleDown: MethodDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse__Output>
  ScaleUp: MethodDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse__Output>
  WatchLogs: MethodDefinition<_ottoscaler_v1_WatchLogsRequest, _ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_WatchLogsRequest__Output, _ottoscaler_v1_WorkerLogBatch__Output>
  WatchPipeline: MethodDefinition<_ottoscaler_v1_WatchPipelineRequest, _ottoscaler_v1_PipelineProgress, _ottoscaler_v1_WatchPipelineRequest__Output, _ottoscaler_v1_PipelineProgress__Output>
}
