import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { OttoscalerServiceClient as _ottoscaler_v1_OttoscalerServiceClient, OttoscalerServiceDefinition as _ottoscaler_v1_OttoscalerServiceDefinition } from './ottoscaler/v1/OttoscalerService.ts';
import type { PipelineProgress as _ottoscaler_v1_PipelineProgress, PipelineProgress__Output as _ottoscaler_v1_PipelineProgress__Output } from './ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest as _ottoscaler_v1_PipelineRequest, PipelineRequest__Output as _ottoscaler_v1_PipelineRequest__Output } from './ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage as _ottoscaler_v1_PipelineStage, PipelineStage__Output as _ottoscaler_v1_PipelineStage__Output } from './ottoscaler/v1/PipelineStage.ts';
import type { RetryPolicy as _ottoscaler_v1_RetryPolicy, RetryPolicy__Output as _ottoscaler_v1_RetryPolicy__Output } from './ottoscaler/v1/RetryPolicy.ts';
import type { ScaleRequest as _ottoscaler_v1_ScaleRequest, ScaleRequest__Output as _ottoscaler_v1_ScaleRequest__Output } from './ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse as _ottoscaler_v1_ScaleResponse, ScaleResponse__Output as _ottoscaler_v1_ScaleResponse__Output } from './ottoscaler/v1/ScaleResponse.ts';
import type { StageMetrics as _ottoscaler_v1_StageMetrics, StageMetrics__Output as _ottoscaler_v1_StageMetrics__Output } from './ottoscaler/v1/StageMetrics.ts';
import type { WorkerPodStatus as _ottoscaler_v1_WorkerPodStatus, WorkerPodStatus__Output as _ottoscaler_v1_WorkerPodStatus__Output } from './ottoscaler/v1/WorkerPodStatus.ts';
import type { WorkerStatusRequest as _ottoscaler_v1_WorkerStatusRequest, WorkerStatusRequest__Output as _ottoscaler_v1_WorkerStatusRequest__Output } from './ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse as _ottoscaler_v1_WorkerStatusResponse, WorkerStatusResponse__Output as _ottoscaler_v1_WorkerStatusResponse__Output } from './ottoscaler/v1/WorkerStatusResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  ottoscaler: {
    v1: {
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
      RetryPolicy: MessageTypeDefinition<_ottoscaler_v1_RetryPolicy, _ottoscaler_v1_RetryPolicy__Output>
      ScaleRequest: MessageTypeDefinition<_ottoscaler_v1_ScaleRequest, _ottoscaler_v1_ScaleRequest__Output>
      ScaleResponse: MessageTypeDefinition<_ottoscaler_v1_ScaleResponse, _ottoscaler_v1_ScaleResponse__Output>
      StageMetrics: MessageTypeDefinition<_ottoscaler_v1_StageMetrics, _ottoscaler_v1_StageMetrics__Output>
      StageStatus: EnumTypeDefinition
      WorkerPodStatus: MessageTypeDefinition<_ottoscaler_v1_WorkerPodStatus, _ottoscaler_v1_WorkerPodStatus__Output>
      WorkerStatusRequest: MessageTypeDefinition<_ottoscaler_v1_WorkerStatusRequest, _ottoscaler_v1_WorkerStatusRequest__Output>
      WorkerStatusResponse: MessageTypeDefinition<_ottoscaler_v1_WorkerStatusResponse, _ottoscaler_v1_WorkerStatusResponse__Output>
    }
  }
}

