/** The settings by concern, for docs/configuration.md. One that is missing here fails `npm run check:docs`. */
import type { settings } from '../src/config/settings.ts';

export type Name = keyof typeof settings;

interface Group {
  readonly english: string;
  readonly korean: string;
  readonly names: readonly Name[];
}

/** What a newcomer sets first, for README.md. */
export const firstNames: readonly Name[] = [
  'NAMESPACE',
  'GRPC_PORT',
  'HTTP_PORT',
  'OTTO_AGENT_IMAGE',
  'OTTO_HANDLER_HOST',
  'ENV_FILE',
];

export const groups: readonly Group[] = [
  {
    english: 'The gRPC port and its callers',
    korean: 'gRPC 포트와 호출자',
    names: [
      'GRPC_HOST',
      'GRPC_PORT',
      'GRPC_PLAINTEXT',
      'GRPC_TLS_CERT',
      'GRPC_TLS_KEY',
      'GRPC_TLS_CLIENT_CA',
      'GRPC_CREDENTIALS',
      'GRPC_CALLS_PER_PEER_MAX',
    ],
  },
  {
    english: 'The HTTP port',
    korean: 'HTTP 포트',
    names: ['HTTP_HOST', 'HTTP_PORT', 'HTTP_TLS_CERT', 'HTTP_TLS_KEY'],
  },
  {
    english: 'The cluster and its leader',
    korean: '클러스터와 리더',
    names: [
      'OTTO_CLUSTER',
      'LOCAL_CLUSTER_DIR',
      'NAMESPACE',
      'KUBERNETES_EVENTS',
      'LEADER_ELECTION',
      'LEASE_NAME',
      'LEASE_SECONDS',
      'LEASE_RENEW_SECONDS',
      'LEASE_RETRY_SECONDS',
      'OTTO_IDENTITY',
    ],
  },
  {
    english: 'Workers',
    korean: 'Worker',
    names: [
      'OTTO_AGENT_IMAGE',
      'IMAGE_ALLOW_LIST',
      'WORKERS_LIVE_MAX',
      'WORKERS_PER_COMMAND_MAX',
      'WORKER_CPU_REQUEST',
      'WORKER_CPU_LIMIT',
      'WORKER_MEMORY_REQUEST',
      'WORKER_MEMORY_LIMIT',
      'WORKER_SECURITY',
      'WORKER_RUN_AS_USER',
      'WORKER_QUEUE_SECONDS',
      'WORKER_PENDING_SECONDS',
      'WORKER_TIMEOUT_SECONDS',
      'WORKER_GRACE_SECONDS',
      'WORKER_HISTORY_SECONDS',
    ],
  },
  {
    english: 'Pipelines',
    korean: 'Pipeline',
    names: [
      'PIPELINE_TIMEOUT_SECONDS',
      'PIPELINE_STAGES_MAX',
      'PIPELINE_WORKERS_MAX',
      'PIPELINE_INFRA_RETRIES',
    ],
  },
  {
    english: "otto-handler and workers' lines",
    korean: 'otto-handler와 Worker 로그',
    names: [
      'OTTO_HANDLER_HOST',
      'OTTO_HANDLER_TLS_CA',
      'OTTO_HANDLER_TLS_CERT',
      'OTTO_HANDLER_TLS_KEY',
      'OTTO_HANDLER_TOKEN_FILE',
      'GRPC_MOCK_MODE',
      'SPOOL_DIR',
      'SPOOL_MB_MAX',
      'LOG_FOLLOWS_MAX',
      'LOG_DRAIN_SECONDS',
      'LOG_SECRET_NAMES',
    ],
  },
  {
    english: 'Workers that push their lines',
    korean: '로그를 push하는 Worker',
    names: [
      'WORKER_LOG_ENDPOINT',
      'WORKER_LOG_PORT',
      'WORKER_LOG_CA',
      'WORKER_TOKEN_KEY',
      'LOG_RATE_LIMIT',
      'LOG_BUFFER_SIZE',
      'LOG_MESSAGE_BYTES_MAX',
      'LOG_SESSIONS_MAX',
    ],
  },
  {
    english: 'Events from Redis',
    korean: 'Redis에서 오는 이벤트',
    names: [
      'REDIS_HOST',
      'REDIS_PORT',
      'REDIS_USERNAME',
      'REDIS_PASSWORD',
      'REDIS_DB',
      'REDIS_TLS',
      'REDIS_STREAM',
      'REDIS_GROUP',
      'REDIS_CONSUMER',
      'REDIS_DEAD_LETTERS',
      'REDIS_CLAIM_SECONDS',
    ],
  },
  {
    english: 'The program itself',
    korean: '프로그램 자체',
    names: ['ENV_FILE', 'SHUTDOWN_SECONDS', 'LOG_LEVEL', 'LOG_FORMAT', 'RECORD_FILE', 'RECORD_MB_MAX'],
  },
];
