// Original file: proto/ottoscaler/v1/otto_handler_log_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { LogBatchResponse as _ottoscaler_v1_LogBatchResponse, LogBatchResponse__Output as _ottoscaler_v1_LogBatchResponse__Output } from '../../ottoscaler/v1/LogBatchResponse.ts';
import type { LogForwardResponse as _ottoscaler_v1_LogForwardResponse, LogForwardResponse__Output as _ottoscaler_v1_LogForwardResponse__Output } from '../../ottoscaler/v1/LogForwardResponse.ts';
import type { WorkerLogBatch as _ottoscaler_v1_WorkerLogBatch, WorkerLogBatch__Output as _ottoscaler_v1_WorkerLogBatch__Output } from '../../ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerLogEntry as _ottoscaler_v1_WorkerLogEntry, WorkerLogEntry__Output as _ottoscaler_v1_WorkerLogEntry__Output } from '../../ottoscaler/v1/WorkerLogEntry.ts';
import type { WorkerStatusAck as _ottoscaler_v1_WorkerStatusAck, WorkerStatusAck__Output as _ottoscaler_v1_WorkerStatusAck__Output } from '../../ottoscaler/v1/WorkerStatusAck.ts';
import type { WorkerStatusNotification as _ottoscaler_v1_WorkerStatusNotification, WorkerStatusNotification__Output as _ottoscaler_v1_WorkerStatusNotification__Output } from '../../ottoscaler/v1/WorkerStatusNotification.ts';

/**
 * What otto-handler serves and Ottoscaler calls: it takes the workers' log lines and the news of their lives.
 */
export interface OttoHandlerLogServiceClient extends grpc.Client {
  /**
   * As ForwardWorkerLogs, many lines a message. A handler that does not know it answers UNIMPLEMENTED, and gets
   * the lines one by one.
   */
  ForwardWorkerLogBatches(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_LogBatchResponse__Output>;
  ForwardWorkerLogBatches(options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_LogBatchResponse__Output>;
  /**
   * As ForwardWorkerLogs, many lines a message. A handler that does not know it answers UNIMPLEMENTED, and gets
   * the lines one by one.
   */
  forwardWorkerLogBatches(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_LogBatchResponse__Output>;
  forwardWorkerLogBatches(options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_LogBatchResponse__Output>;
  
  /**
   * Carries log lines one by one. Each arrives at least once with a stable id in its metadata (`otto.seq`,
   * `otto.stream`), so a receiver that remembers the last id has it exactly once.
   */
  ForwardWorkerLogs(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_LogForwardResponse__Output>;
  ForwardWorkerLogs(options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_LogForwardResponse__Output>;
  /**
   * Carries log lines one by one. Each arrives at least once with a stable id in its metadata (`otto.seq`,
   * `otto.stream`), so a receiver that remembers the last id has it exactly once.
   */
  forwardWorkerLogs(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_LogForwardResponse__Output>;
  forwardWorkerLogs(options?: grpc.CallOptions): grpc.ClientDuplexStream<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_LogForwardResponse__Output>;
  
  /**
   * Tells one change in the life of one worker. Repeated until it is answered RECEIVED or IGNORED, in order
   * for each worker.
   */
  NotifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  NotifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  NotifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  NotifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  /**
   * Tells one change in the life of one worker. Repeated until it is answered RECEIVED or IGNORED, in order
   * for each worker.
   */
  notifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  notifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, metadata: grpc.Metadata, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  notifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, options: grpc.CallOptions, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  notifyWorkerStatus(argument: _ottoscaler_v1_WorkerStatusNotification, callback: grpc.requestCallback<_ottoscaler_v1_WorkerStatusAck__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What otto-handler serves and Ottoscaler calls: it takes the workers' log lines and the news of their lives.
 */
export interface OttoHandlerLogServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * As ForwardWorkerLogs, many lines a message. A handler that does not know it answers UNIMPLEMENTED, and gets
   * the lines one by one.
   */
  ForwardWorkerLogBatches: grpc.handleBidiStreamingCall<_ottoscaler_v1_WorkerLogBatch__Output, _ottoscaler_v1_LogBatchResponse>;
  
  /**
   * Carries log lines one by one. Each arrives at least once with a stable id in its metadata (`otto.seq`,
   * `otto.stream`), so a receiver that remembers the last id has it exactly once.
   */
  ForwardWorkerLogs: grpc.handleBidiStreamingCall<_ottoscaler_v1_WorkerLogEntry__Output, _ottoscaler_v1_LogForwardResponse>;
  
  /**
   * Tells one change in the life of one worker. Repeated until it is answered RECEIVED or IGNORED, in order
   * for each worker.
   */
  NotifyWorkerStatus: grpc.handleUnaryCall<_ottoscaler_v1_WorkerStatusNotification__Output, _ottoscaler_v1_WorkerStatusAck>;
  
}

export interface OttoHandlerLogServiceDefinition extends grpc.ServiceDefinition {
  ForwardWorkerLogBatches: MethodDefinition<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_LogBatchResponse, _ottoscaler_v1_WorkerLogBatch__Output, _ottoscaler_v1_LogBatchResponse__Output>
  ForwardWorkerLogs: MethodDefinition<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_LogForwardResponse, _ottoscaler_v1_WorkerLogEntry__Output, _ottoscaler_v1_LogForwardResponse__Output>
  NotifyWorkerStatus: MethodDefinition<_ottoscaler_v1_WorkerStatusNotification, _ottoscaler_v1_WorkerStatusAck, _ottoscaler_v1_WorkerStatusNotification__Output, _ottoscaler_v1_WorkerStatusAck__Output>
}
