/**
 * The messages of proto/ottoscaler/v1 that are used here, as the loader reads and writes them (proto.ts). Written by
 * hand; a larger handler would generate them, with @grpc/proto-loader's own generator or ts-proto.
 */

export type LineStatus = 'ACK' | 'RETRY' | 'DROP';
export type Level = 'INFO' | 'ERROR' | 'DEBUG' | 'WARN';
type Text = Readonly<Record<string, string>>;

export interface WorkerMetadata {
  readonly pod_name: string;
  readonly namespace: string;
  readonly node_name: string;
  readonly created_at: string;
  readonly labels: Text;
}

/** LogEntry, which workers push, and WorkerLogEntry, which Ottoscaler forwards, share these fields. */
export interface LogEntry {
  readonly worker_id: string;
  readonly task_id: string;
  readonly timestamp: string;
  readonly level: string;
  readonly source: string;
  readonly message: string;
  readonly metadata: Text;
}

export interface WorkerLogEntry extends LogEntry {
  /** null where it is absent: in a batch only the first line of each worker has it. */
  readonly pod_metadata: WorkerMetadata | null;
}

export interface WorkerLogBatch {
  readonly entries: readonly WorkerLogEntry[];
}

/** LogForwardResponse, LogBatchResponse. */
export interface LogForwardResponse {
  readonly status: LineStatus;
  readonly message: string;
  readonly sequence: number;
  readonly throttle_ms: number;
}

export interface LogResponse {
  readonly status: LineStatus;
  readonly message: string;
  readonly sequence: number;
}

export interface WorkerStatusNotification {
  readonly worker_id: string;
  readonly task_id: string;
  readonly status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'TERMINATED';
  readonly timestamp: string;
  readonly reason: string;
  readonly metadata: Text;
}

export interface WorkerStatusAck {
  readonly status: 'RECEIVED' | 'IGNORED' | 'ERROR';
  readonly message: string;
}

export interface WorkerRegistration {
  readonly worker_id: string;
  readonly task_id: string;
  readonly metadata: WorkerMetadata | null;
  readonly server_endpoint: string;
}

export interface RegistrationResponse {
  readonly status: 'SUCCESS' | 'ALREADY_REGISTERED' | 'SERVER_FULL' | 'INVALID_REQUEST';
  readonly message: string;
  readonly session_id?: string;
  readonly config?: {
    readonly rate_limit: number;
    readonly buffer_size: number;
    readonly max_message_size: number;
    readonly include_metadata: boolean;
  };
}

/** What is left out is sent as proto3's default. */
export interface ScaleRequest {
  readonly task_id: string;
  readonly worker_count: number;
  readonly repository?: string;
  readonly commit_sha?: string;
  readonly build_config?: Text;
  readonly triggered_by?: string;
  readonly reason?: string;
  /** `request_id` makes it safe to ask again. */
  readonly metadata?: Text;
}

export interface ScaleResponse {
  readonly status: 'SUCCESS' | 'FAILED' | 'PARTIAL_SUCCESS' | 'ALREADY_PROCESSED';
  readonly message: string;
  readonly processed_count: number;
  readonly worker_pod_names: readonly string[];
}

export interface WorkerStatusRequest {
  readonly task_id?: string;
  readonly worker_pod_name?: string;
  readonly status_filter?: 'running' | 'pending' | 'succeeded' | 'failed';
}

export interface WorkerStatusResponse {
  readonly total_count: number;
  readonly running_count: number;
  readonly pending_count: number;
  readonly succeeded_count: number;
  readonly failed_count: number;
  readonly workers: readonly {
    readonly pod_name: string;
    readonly task_id: string;
    readonly status: string;
    readonly error_message: string;
    readonly reason: string;
  }[];
}

export interface PipelineStage {
  readonly stage_id: string;
  readonly worker_count: number;
  readonly type?: 'build' | 'test' | 'deploy' | 'custom';
  readonly depends_on?: readonly string[];
  readonly config?: Text;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

export interface PipelineRequest {
  readonly pipeline_id: string;
  readonly stages: readonly PipelineStage[];
  readonly name?: string;
  readonly repository?: string;
  readonly commit_sha?: string;
  readonly triggered_by?: string;
  readonly metadata?: Text;
  /** Events up to this number are left out. */
  readonly after_sequence?: number;
}

export interface PipelineProgress {
  readonly pipeline_id: string;
  /** '' = the pipeline itself. */
  readonly stage_id: string;
  readonly status: `STAGE_${'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'SKIPPED' | 'RETRYING'}`;
  readonly message: string;
  readonly progress_percentage: number;
  readonly timestamp: string;
  readonly error_message: string;
  /** From 1, without gaps. */
  readonly sequence: number;
}

export interface CancelPipelineRequest {
  readonly pipeline_id: string;
  readonly reason?: string;
}

export interface CancelPipelineResponse {
  readonly pipeline_id: string;
  readonly message: string;
}
