/**
 * The wire as otto-handler speaks it, written down apart from our protos.
 *
 * This table is the judge: it changes only when the platform's own contract
 * does. What we add to the wire is declared in `ours`, in the same notation.
 */

/** `[number, type]`; a type reads as in a proto file, with `repeated`, `map<…>` and `Message.Enum`. */
export type FieldEntry = readonly [number: number, type: string];

/** `[request, response]`, each with `stream` in front where it streams. */
export type RpcEntry = readonly [request: string, response: string];

export interface Wire {
  readonly services: Readonly<Record<string, Readonly<Record<string, RpcEntry>>>>;
  readonly messages: Readonly<Record<string, Readonly<Record<string, FieldEntry>>>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What Ottoscaler adds: RPCs, messages, and fields with numbers from 100. */
export const ours: Wire = {
  services: {
    OttoscalerService: {
      CancelPipeline: ['CancelPipelineRequest', 'CancelPipelineResponse'],
      GetPipeline: ['GetPipelineRequest', 'PipelineStatus'],
      ListPipelines: ['ListPipelinesRequest', 'ListPipelinesResponse'],
      WatchPipeline: ['WatchPipelineRequest', 'stream PipelineProgress'],
      RetryPipeline: ['RetryPipelineRequest', 'RetryPipelineResponse'],
      WatchLogs: ['WatchLogsRequest', 'stream WorkerLogBatch'],
    },
    OttoHandlerLogService: {
      ForwardWorkerLogBatches: ['stream WorkerLogBatch', 'stream LogBatchResponse'],
    },
  },
  messages: {
    WorkerStatusResponse: { omitted_count: [100, 'int32'] },
    WorkerPodStatus: { reason: [100, 'string'], stage_id: [101, 'string'], last_line: [102, 'string'] },
    PipelineRequest: { timeout_seconds: [100, 'int32'], after_sequence: [101, 'int64'] },
    PipelineStage: {
      run_when: [100, 'string'],
      allow_failure: [101, 'bool'],
      matrix: [102, 'repeated MatrixAxis'],
      resources: [103, 'StageResources'],
      queue_timeout_seconds: [104, 'int32'],
    },
    RetryPolicy: {
      backoff_factor: [100, 'double'],
      max_delay_seconds: [101, 'int32'],
      retryable_exit_codes: [102, 'repeated int32'],
    },
    PipelineProgress: { sequence: [100, 'int64'], attempt: [101, 'int32'], digest: [102, 'string'] },
    MatrixAxis: { name: [1, 'string'], values: [2, 'repeated string'] },
    StageResources: {
      cpu_request: [1, 'string'],
      cpu_limit: [2, 'string'],
      memory_request: [3, 'string'],
      memory_limit: [4, 'string'],
    },
    CancelPipelineRequest: {
      pipeline_id: [1, 'string'],
      mode: [2, 'CancelMode'],
      reason: [3, 'string'],
      triggered_by: [4, 'string'],
    },
    CancelPipelineResponse: { pipeline_id: [1, 'string'], message: [2, 'string'] },
    GetPipelineRequest: { pipeline_id: [1, 'string'] },
    PipelineStatus: {
      summary: [1, 'PipelineSummary'],
      stages: [2, 'repeated PipelineProgress'],
      request: [3, 'PipelineRequest'],
    },
    PipelineSummary: {
      pipeline_id: [1, 'string'],
      name: [2, 'string'],
      status: [3, 'StageStatus'],
      message: [4, 'string'],
      progress_percentage: [5, 'int32'],
      accepted_at: [6, 'string'],
      completed_at: [7, 'string'],
      error_message: [8, 'string'],
      stages_total: [9, 'int32'],
      stages_completed: [10, 'int32'],
      stages_failed: [11, 'int32'],
      stages_running: [12, 'int32'],
      last_sequence: [13, 'int64'],
      triggered_by: [14, 'string'],
    },
    ListPipelinesRequest: {
      status_filter: [1, 'string'],
      page_size: [2, 'int32'],
      page_token: [3, 'string'],
    },
    ListPipelinesResponse: { pipelines: [1, 'repeated PipelineSummary'], next_page_token: [2, 'string'] },
    WatchPipelineRequest: { pipeline_id: [1, 'string'], after_sequence: [2, 'int64'] },
    RetryPipelineRequest: {
      pipeline_id: [1, 'string'],
      new_pipeline_id: [2, 'string'],
      triggered_by: [3, 'string'],
    },
    RetryPipelineResponse: {
      pipeline_id: [1, 'string'],
      reused: [2, 'repeated ReusedStage'],
      rerun_stage_ids: [3, 'repeated string'],
      already_accepted: [4, 'bool'],
    },
    ReusedStage: { stage_id: [1, 'string'], digest: [2, 'string'] },
    WatchLogsRequest: {
      task_id: [1, 'string'],
      pipeline_id: [2, 'string'],
      stage_id: [3, 'string'],
      worker_id: [4, 'string'],
      tail: [5, 'int32'],
      follow: [6, 'bool'],
    },
    WorkerLogBatch: { entries: [1, 'repeated WorkerLogEntry'] },
    LogBatchResponse: {
      status: [1, 'LogForwardResponse.Status'],
      message: [2, 'string'],
      sequence: [3, 'int64'],
      throttle_ms: [4, 'int32'],
    },
  },
  enums: {
    CancelMode: { CANCEL_NOW: 0, CANCEL_FINISH_RUNNING: 1, CANCEL_RUN_FINALLY: 2 },
  },
};

export const contract: Wire = {
  services: {
    OttoscalerService: {
      ScaleUp: ['ScaleRequest', 'ScaleResponse'],
      ScaleDown: ['ScaleRequest', 'ScaleResponse'],
      GetWorkerStatus: ['WorkerStatusRequest', 'WorkerStatusResponse'],
      ExecutePipeline: ['PipelineRequest', 'stream PipelineProgress'],
    },
    OttoHandlerLogService: {
      ForwardWorkerLogs: ['stream WorkerLogEntry', 'stream LogForwardResponse'],
      NotifyWorkerStatus: ['WorkerStatusNotification', 'WorkerStatusAck'],
    },
    LogStreamingService: {
      StreamLogs: ['stream LogEntry', 'stream LogResponse'],
      RegisterWorker: ['WorkerRegistration', 'RegistrationResponse'],
    },
  },
  messages: {
    ScaleRequest: {
      task_id: [1, 'string'],
      repository: [2, 'string'],
      commit_sha: [3, 'string'],
      worker_count: [4, 'int32'],
      build_config: [5, 'map<string,string>'],
      triggered_by: [6, 'string'],
      reason: [7, 'string'],
      metadata: [8, 'map<string,string>'],
    },
    ScaleResponse: {
      status: [1, 'ScaleResponse.Status'],
      message: [2, 'string'],
      processed_count: [3, 'int32'],
      worker_pod_names: [4, 'repeated string'],
      started_at: [5, 'string'],
      completed_at: [6, 'string'],
    },
    WorkerStatusRequest: {
      task_id: [1, 'string'],
      worker_pod_name: [2, 'string'],
      status_filter: [3, 'string'],
    },
    WorkerStatusResponse: {
      total_count: [1, 'int32'],
      running_count: [2, 'int32'],
      pending_count: [3, 'int32'],
      succeeded_count: [4, 'int32'],
      failed_count: [5, 'int32'],
      workers: [6, 'repeated WorkerPodStatus'],
    },
    WorkerPodStatus: {
      pod_name: [1, 'string'],
      task_id: [2, 'string'],
      status: [3, 'string'],
      created_at: [4, 'string'],
      started_at: [5, 'string'],
      completed_at: [6, 'string'],
      node_name: [7, 'string'],
      pod_ip: [8, 'string'],
      labels: [9, 'map<string,string>'],
      error_message: [10, 'string'],
    },
    PipelineRequest: {
      pipeline_id: [1, 'string'],
      name: [2, 'string'],
      stages: [3, 'repeated PipelineStage'],
      repository: [4, 'string'],
      commit_sha: [5, 'string'],
      triggered_by: [6, 'string'],
      metadata: [7, 'map<string,string>'],
    },
    PipelineStage: {
      stage_id: [1, 'string'],
      type: [2, 'string'],
      name: [3, 'string'],
      worker_count: [4, 'int32'],
      depends_on: [5, 'repeated string'],
      config: [6, 'map<string,string>'],
      image: [7, 'string'],
      command: [8, 'repeated string'],
      args: [9, 'repeated string'],
      timeout_seconds: [10, 'int32'],
      retry_policy: [11, 'RetryPolicy'],
    },
    RetryPolicy: {
      max_attempts: [1, 'int32'],
      retry_delay_seconds: [2, 'int32'],
      retryable_failures: [3, 'repeated string'],
    },
    PipelineProgress: {
      pipeline_id: [1, 'string'],
      stage_id: [2, 'string'],
      status: [3, 'StageStatus'],
      message: [4, 'string'],
      worker_pod_names: [5, 'repeated string'],
      progress_percentage: [6, 'int32'],
      timestamp: [7, 'string'],
      started_at: [8, 'string'],
      completed_at: [9, 'string'],
      error_message: [10, 'string'],
      metrics: [11, 'StageMetrics'],
    },
    StageMetrics: {
      duration_seconds: [1, 'int32'],
      successful_workers: [2, 'int32'],
      failed_workers: [3, 'int32'],
      total_workers: [4, 'int32'],
      avg_cpu_usage: [5, 'float'],
      avg_memory_mb: [6, 'float'],
    },
    WorkerLogEntry: {
      worker_id: [1, 'string'],
      task_id: [2, 'string'],
      timestamp: [3, 'string'],
      level: [4, 'string'],
      source: [5, 'string'],
      message: [6, 'string'],
      pod_metadata: [7, 'WorkerMetadata'],
      metadata: [8, 'map<string,string>'],
    },
    LogForwardResponse: {
      status: [1, 'LogForwardResponse.Status'],
      message: [2, 'string'],
      sequence: [3, 'int64'],
      throttle_ms: [4, 'int32'],
    },
    WorkerStatusNotification: {
      worker_id: [1, 'string'],
      task_id: [2, 'string'],
      status: [3, 'WorkerStatusNotification.StatusType'],
      timestamp: [4, 'string'],
      reason: [5, 'string'],
      metadata: [6, 'map<string,string>'],
    },
    WorkerStatusAck: {
      status: [1, 'WorkerStatusAck.Status'],
      message: [2, 'string'],
    },
    LogEntry: {
      worker_id: [1, 'string'],
      task_id: [2, 'string'],
      timestamp: [3, 'string'],
      level: [4, 'string'],
      source: [5, 'string'],
      message: [6, 'string'],
      metadata: [7, 'map<string,string>'],
    },
    LogResponse: {
      status: [1, 'LogResponse.Status'],
      message: [2, 'string'],
      sequence: [3, 'int64'],
    },
    WorkerRegistration: {
      worker_id: [1, 'string'],
      task_id: [2, 'string'],
      metadata: [3, 'WorkerMetadata'],
      server_endpoint: [4, 'string'],
    },
    WorkerMetadata: {
      pod_name: [1, 'string'],
      namespace: [2, 'string'],
      node_name: [3, 'string'],
      created_at: [4, 'string'],
      labels: [5, 'map<string,string>'],
    },
    RegistrationResponse: {
      status: [1, 'RegistrationResponse.Status'],
      message: [2, 'string'],
      session_id: [3, 'string'],
      config: [4, 'LoggingConfig'],
    },
    LoggingConfig: {
      rate_limit: [1, 'int32'],
      buffer_size: [2, 'int32'],
      max_message_size: [3, 'int32'],
      include_metadata: [4, 'bool'],
    },
  },
  enums: {
    'ScaleResponse.Status': { SUCCESS: 0, FAILED: 1, PARTIAL_SUCCESS: 2, ALREADY_PROCESSED: 3 },
    StageStatus: {
      STAGE_PENDING: 0,
      STAGE_RUNNING: 1,
      STAGE_COMPLETED: 2,
      STAGE_FAILED: 3,
      STAGE_CANCELLED: 4,
      STAGE_SKIPPED: 5,
      STAGE_RETRYING: 6,
    },
    'LogForwardResponse.Status': { ACK: 0, RETRY: 1, DROP: 2 },
    'WorkerStatusNotification.StatusType': { CREATED: 0, RUNNING: 1, COMPLETED: 2, FAILED: 3, TERMINATED: 4 },
    'WorkerStatusAck.Status': { RECEIVED: 0, IGNORED: 1, ERROR: 2 },
    'LogResponse.Status': { ACK: 0, RETRY: 1, DROP: 2 },
    'RegistrationResponse.Status': {
      SUCCESS: 0,
      ALREADY_REGISTERED: 1,
      SERVER_FULL: 2,
      INVALID_REQUEST: 3,
    },
  },
};
