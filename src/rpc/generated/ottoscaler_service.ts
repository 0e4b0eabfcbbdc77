import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { CancelPipelineRequest as _ottoscaler_v1_CancelPipelineRequest, CancelPipelineRequest__Output as _ottoscaler_v1_CancelPipelineRequest__Output } from './ottoscaler/v1/CancelPipelineRequest.ts';
import type { CancelPipelineResponse as _ottoscaler_v1_CancelPipelineResponse, CancelPipelineResponse__Output as _ottoscaler_v1_CancelPipelineResponse__Output } from './ottoscaler/v1/CancelPipelineResponse.ts';
import type { GetPipelineRequest as _ottoscaler_v1_GetPipelineRequest, GetPipelineRequest__Output as _ottoscaler_v1_GetPipelineRequest__Output } from './ottoscaler/v1/GetPipelineRequest.ts';
import type { ListPipelinesRequest as _ottoscaler_v1_ListPipelinesRequest, ListPipelinesRequest__Output as _ottoscaler_v1_ListPipelinesRequest__Output } from './ottoscaler/v1/ListPipelinesRequest.ts';
import type { ListPipelinesResponse as _ottoscaler_v1_ListPipelinesResponse, ListPipelinesResponse__Output as _ottoscaler_v1_ListPipelinesResponse__Output } from './ottoscaler/v1/ListPipelinesResponse.ts';
import type { LogBatchResponse as _ottoscaler_v1_LogBatchResponse, LogBatchResponse__Output as _ottoscaler_v1_LogBatchResponse__Output } from './ottoscaler/v1/LogBatchResponse.ts';
import type { LogForwardResponse as _ottoscaler_v1_LogForwardResponse, LogForwardResponse__Output as _ottoscaler_v1_LogForwardResponse__Output } from './ottoscaler/v1/LogForwardResponse.ts';
import type { MatrixAxis as _ottoscaler_v1_MatrixAxis, MatrixAxis__Output as _ottoscaler_v1_MatrixAxis__Output } from './ottoscaler/v1/MatrixAxis.ts';
import type { OttoscalerServiceClient as _ottoscaler_v1_OttoscalerServiceClient, OttoscalerServiceDefinition as _ottoscaler_v1_OttoscalerServiceDefinition } from './ottoscaler/v1/OttoscalerService.ts';
import type { PipelineProgress as _ottoscaler_v1_PipelineProgress, PipelineProgress__Output as _ottoscaler_v1_PipelineProgress__Output } from './ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest as _ottoscaler_v1_PipelineRequest, PipelineRequest__Output as _ottoscaler_v1_PipelineRequest__Output } from './ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage as _ottoscaler_v1_PipelineStage, PipelineStage__Output as _ottoscaler_v1_PipelineStage__Output } from './ottoscaler/v1/PipelineStage.ts';
import type { PipelineStatus as _ottoscaler_v1_PipelineStatus, PipelineStatus__Output as _ottoscaler_v1_PipelineStatus__Output } from './ottoscaler/v1/PipelineStatus.ts';
import type { PipelineSummary as _ottoscaler_v1_PipelineSummary, PipelineSummary__Output as _ottoscaler_v1_PipelineSummary__Output } from './ottoscaler/v1/PipelineSummary.ts';
import type { RetryPipelineRequest as _ottoscaler_v1_RetryPipelineRequest, RetryPipelineRequest__Output as _ottoscaler_v1_RetryPipelineRequest__Output } from './ottoscaler/v1/RetryPipelineRequest.ts';
import type { RetryPipelineResponse as _ottoscaler_v1_RetryPipelineResponse, RetryPipelineResponse__Output as _ottoscaler_v1_RetryPipelineResponse__Output } from './ottoscaler/v1/RetryPipelineResponse.ts';
import type { RetryPolicy as _ottoscaler_v1_RetryPolicy, RetryPolicy__Output as _ottoscaler_v1_RetryPolicy__Output } from './ottoscaler/v1/RetryPolicy.ts';
import type { ReusedStage as _ottoscaler_v1_ReusedStage, ReusedStage__Output as _ottoscaler_v1_ReusedStage__Output } from './ottoscaler/v1/ReusedStage.ts';
import type { ScaleRequest as _ottoscaler_v1_ScaleRequest, ScaleRequest__Output as _ottoscaler_v1_ScaleRequest__Output } from './ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse as _ottoscaler_v1_ScaleResponse, ScaleResponse__Output as _ottoscaler_v1_ScaleResponse__Output } from './ottoscaler/v1/ScaleResponse.ts';
import type { StageMetrics as _ottoscaler_v1_StageMetrics, StageMetrics__Output as _ottoscaler_v1_StageMetrics__Output } from './ottoscaler/v1/StageMetrics.ts';
import type { StageResources as _ottoscaler_v1_StageResources, StageResources__Output as _ottoscaler_v1_StageResources__Output } from './ottoscaler/v1/StageResources.ts';
import type { WatchLogsRequest as _ottoscaler_v1_WatchLogsRequest, WatchLogsRequest__Output as _ottoscaler_v1_WatchLogsRequest__Output } from './ottoscaler/v1/WatchLogsRequest.ts';
import type { WatchPipelineRequest as _ottoscaler_v1_WatchPipelineRequest, WatchPipelineRequest__Output as _ottoscaler_v1_WatchPipelineRequest__Output } from './ottoscaler/v1/WatchPipelineRequest.ts';
import type { WorkerLogBatch as _ottoscaler_v1_WorkerLogBatch, WorkerLogBatch__Output as _ottoscaler_v1_WorkerLogBatch__Output } from './ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerLogEntry as _ottoscaler_v1_WorkerLogEntry, WorkerLogEntry__Output as _ottoscaler_v1_WorkerLogEntry__Output } from './ottoscaler/v1/WorkerLogEntry.ts';
import type { WorkerMetadata as _ottoscaler_v1_WorkerMetadata, WorkerMetadata__Output as _ottoscaler_v1_WorkerMetadata__Output } from './ottoscaler/v1/WorkerMetadata.ts';
import type { WorkerPodStatus as _ottoscaler_v1_WorkerPodStatus, WorkerPodStatus__Output as _ottoscaler_v1_WorkerPodStatus__Output } from './ottoscaler/v1/WorkerPodStatus.ts';
import type { WorkerStatusRequest as _ottoscaler_v1_WorkerStatusRequest, WorkerStatusRequest__Output as _ottoscaler_v1_WorkerStatusRequest__Output } from './ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse as _ottoscaler_v1_WorkerStatusResponse, WorkerStatusResponse__Output as _ottoscaler_v1_WorkerStatusResponse__Output } from './ottoscaler/v1/WorkerStatusResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  ottoscaler: {
    v1: {
      CancelMode: EnumTypeDefinition
      CancelPipelineRequest: MessageTypeDefinition<_ottoscaler_v1_CancelPipelineRequest, _ottoscaler_v1_CancelPipelineRequest__Output>
      CancelPipelineResponse: MessageTypeDefinition<_ottoscaler_v1_CancelPipelineResponse, _ottoscaler_v1_CancelPipelineResponse__Output>
      GetPipelineRequest: MessageTypeDefinition<_ottoscaler_v1_GetPipelineRequest, _ottoscaler_v1_GetPipelineRequest__Output>
      ListPipelinesRequest: MessageTypeDefinition<_ottoscaler_v1_ListPipelinesRequest, _ottoscaler_v1_ListPipelinesRequest__Output>
      ListPipelinesResponse: MessageTypeDefinition<_ottoscaler_v1_ListPipelinesResponse, _ottoscaler_v1_ListPipelinesResponse__Output>
      LogBatchResponse: MessageTypeDefinition<_ottoscaler_v1_LogBatchResponse, _ottoscaler_v1_LogBatchResponse__Output>
      LogForwardResponse: MessageTypeDefinition<_ottoscaler_v1_LogForwardResponse, _ottoscaler_v1_LogForwardResponse__Output>
      MatrixAxis: MessageTypeDefinition<_ottoscaler_v1_MatrixAxis, _ottoscaler_v1_MatrixAxis__Output>
      /**
       * What Ottoscaler does for its callers: otto-handler, the command-line tools, and people with grpcurl.
       * 
       * Errors are gRPC statuses whose message names the field and the rule it broke: INVALID_ARGUMENT,
       * ALREADY_EXISTS, NOT_FOUND, RESOURCE_EXHAUSTED, FAILED_PRECONDITION, UNAVAILABLE, UNAUTHENTICATED,
       * PERMISSION_DENIED.
       */
      OttoscalerService: SubtypeConstructor<typeof grpc.Client, _ottoscaler_v1_OttoscalerServiceClient> & { service: _ottoscaler_v1_OttoscalerServiceDefinition }
      PipelineProgress: MessageTypeDefinition<_ottoscaler_v1_PipelineProgress, _ottoscaler_v1_PipelineProgress__Output>
      PipelineRequest: MessageTypeDefinition<_ottoscaler_v1_PipelineRequest, _ottoscaler_v1_PipelineRequest__Output>
      PipelineStage: MessageTypeDefinition<_ottoscaler_v1_PipelineStage, _ottoscaler_v1_PipelineStage__Output>
      PipelineStatus: MessageTypeDefinition<_ottoscaler_v1_PipelineStatus, _ottoscaler_v1_PipelineStatus__Output>
      PipelineSummary: MessageTypeDefinition<_ottoscaler_v1_PipelineSummary, _ottoscaler_v1_PipelineSummary__Output>
      RetryPipelineRequest: MessageTypeDefinition<_ottoscaler_v1_RetryPipelineRequest, _ottoscaler_v1_RetryPipelineRequest__Output>
      RetryPipelineResponse: MessageTypeDefinition<_ottoscaler_v1_RetryPipelineResponse, _ottoscaler_v1_RetryPipelineResponse__Output>
      RetryPolicy: MessageTypeDefinition<_ottoscaler_v1_RetryPolicy, _ottoscaler_v1_RetryPolicy__Output>
      ReusedStage: MessageTypeDefinition<_ottoscaler_v1_ReusedStage, _ottoscaler_v1_ReusedStage__Output>
      ScaleRequest: MessageTypeDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleRequest__Output>
      ScaleResponse: MessageTypeDefinition<_ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleResponse__Output>
      StageMetrics: MessageTypeDefinition<_ottoscaler_v1_StageMetrics, _ottoscaler_v1_StageMetrics__Output>
      StageResources: MessageTypeDefinition<_ottoscaler_v1_StageResources, _ottoscaler_v1_StageResources__Output>
      StageStatus: EnumTypeDefinition
      WatchLogsRequest: MessageTypeDefinition<_ottoscaler_v1_WatchLogsRequest, _ottoscaler_v1_WatchLogsRequest__Output>
      WatchPipelineRequest: MessageTypeDefinition<_ottoscaler_v1_WatchPipelineRequest, _ottoscaler_v1_WatchPipelineRequest__Output>
      WorkerLogBatch: MessageTypeDefinition<_ottoscaler_v1_WorkerLogBatch, _ottoscaler_v1_WorkerLogBatch__Output>
      WorkerLogEntry: MessageTypeDefinition<_ottoscaler_v1_WorkerLogEntry, _ottoscaler_v1_WorkerLogEntry__Output>
      WorkerMetadata: MessageTypeDefinition<_ottoscaler_v1_WorkerMetadata, _ottoscaler_v1_WorkerMetadata__Output>
      WorkerPodStatus: MessageTypeDefinition<_ottoscaler_v1_WorkerPodStatus, _ottoscaler_v1_WorkerPodStatus__Output>
      WorkerStatusRequest: MessageTypeDefinition<_ottoscaler_v1_WorkerStatusRequest, _ottoscaler_v1_WorkerStatusRequest__Output>
      WorkerStatusResponse: MessageTypeDefinition<_ottoscaler_v1_WorkerStatusResponse, _ottoscaler_v1_WorkerStatusResponse__Output>
    }
  }
}

