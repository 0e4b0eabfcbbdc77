// Original file: proto/ottoscaler/v1/ottoscaler_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { PipelineProgress as _ottoscaler_v1_PipelineProgress, PipelineProgress__Output as _ottoscaler_v1_PipelineProgress__Output } from '../../ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest as _ottoscaler_v1_PipelineRequest, PipelineRequest__Output as _ottoscaler_v1_PipelineRequest__Output } from '../../ottoscaler/v1/PipelineRequest.ts';
import type { ScaleRequest as _ottoscaler_v1_ScaleRequest, ScaleRequest__Output as _ottoscaler_v1_ScaleRequest__Output } from '../../ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse as _ottoscaler_v1_ScaleResponse, ScaleResponse__Output as _ottoscaler_v1_ScaleResponse__Output } from '../../ottoscaler/v1/ScaleResponse.ts';
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
   * Runs a graph of stages and streams every status change of every stage, in order and without gaps. The
   * last message is the pipeline's own end. A caller that goes away does not cancel the run; the same
   * `pipeline_id` with the same content attaches to it again and replays from the start, with other content
   * it is ALREADY_EXISTS.
   */
  ExecutePipeline: grpc.handleServerStreamingCall<_ottoscaler_v1_PipelineRequest__Output, _ottoscaler_v1_PipelineProgress>;
  
  /**
   * Reports live workers, and finished ones for a while after their Pods are gone
   * (WORKER_HISTORY_SECONDS, 3600 unless configured).
   */
  GetWorkerStatus: grpc.handleUnaryCall<_ottoscaler_v1_WorkerStatusRequest__Output, _ottoscaler_v1_WorkerStatusResponse>;
  
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
  
}

export interface OttoscalerServiceDefinition extends grpc.ServiceDefinition {
  ExecutePipeline: MethodDefinition<_ottoscaler_v1_PipelineRequest, _ottoscaler_v1_PipelineProgress, _ottoscaler_v1_PipelineRequest__Output, _ottoscaler_v1_PipelineProgress__Output>
  GetWorkerStatus: MethodDefinition<_ottoscaler_v1_WorkerStatusRequest, _ottoscaler_v1_WorkerStatusResponse, _ottoscaler_v1_WorkerStatusRequest__Output, _ottoscaler_v1_WorkerStatusResponse__Output>
  ScaleDown: MethodDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse__Output>
  ScaleUp: MethodDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleRequest__Output, _ottoscaler_v1_ScaleResponse__Output>
}
