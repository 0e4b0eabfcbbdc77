/** From settings to what each layer is configured with. Pure. */
import type { PushPolicy } from '../actors/pod/worker-pod.ts';
import type { Policy } from '../actors/provide.ts';
import type { Settings } from '../config/settings.ts';
import type { SessionLimits } from '../logs/sessions/sessions.ts';
import type { HandlerFiles } from '../rpc/security/handler-credentials.ts';
import type { SecurityOptions } from '../rpc/security/security.ts';
import { defaultLimits, type Limits } from '../rpc/validate/limits.ts';

/** How long the tombstone of a command that is over answers its replays. */
const tombstoneMs = 24 * 60 * 60_000;
const historyMax = 10_000;

/** @param push absent where workers push no lines */
export function policyOf(s: Settings, push?: PushPolicy): Policy {
  return {
    order: {
      image: s.OTTO_AGENT_IMAGE,
      cpuRequest: s.WORKER_CPU_REQUEST,
      cpuLimit: s.WORKER_CPU_LIMIT,
      memoryRequest: s.WORKER_MEMORY_REQUEST,
      memoryLimit: s.WORKER_MEMORY_LIMIT,
      timeoutSecondsMax: s.WORKER_TIMEOUT_SECONDS,
      pipelineSecondsMax: s.PIPELINE_TIMEOUT_SECONDS,
      limits: {
        queueMs: s.WORKER_QUEUE_SECONDS * 1_000,
        pendingMs: s.WORKER_PENDING_SECONDS * 1_000,
        unreachableMs: 300_000,
        recordMs: 30_000,
        drainMs: s.LOG_DRAIN_SECONDS * 1_000,
        deleteMs: s.WORKER_GRACE_SECONDS * 1_000 + 30_000,
      },
    },
    pod: {
      graceSeconds: s.WORKER_GRACE_SECONDS,
      security: s.WORKER_SECURITY,
      runAsUser: s.WORKER_RUN_AS_USER,
      ...(push ? { push } : {}),
    },
    infrastructureRetriesMax: s.PIPELINE_INFRA_RETRIES,
    liveMax: s.WORKERS_LIVE_MAX,
    historyMs: s.WORKER_HISTORY_SECONDS * 1_000,
    historyMax,
    tombstoneMs,
    drainMs: s.SHUTDOWN_SECONDS * 500,
    secretNames: s.LOG_SECRET_NAMES,
  };
}

export function sessionLimitsOf(s: Settings): SessionLimits {
  return {
    linesPerSecond: s.LOG_RATE_LIMIT,
    windowLines: s.LOG_BUFFER_SIZE,
    messageBytesMax: s.LOG_MESSAGE_BYTES_MAX,
    sessionsMax: s.LOG_SESSIONS_MAX,
  };
}

export function securityOf(s: Settings, log: SecurityOptions['log'], now: () => number): SecurityOptions {
  const clientCa = s.GRPC_TLS_CLIENT_CA === '' ? {} : { clientCa: s.GRPC_TLS_CLIENT_CA };
  return {
    ...(s.GRPC_TLS_CERT === ''
      ? {}
      : { tls: { certificate: s.GRPC_TLS_CERT, key: s.GRPC_TLS_KEY, ...clientCa } }),
    ...(s.GRPC_CREDENTIALS === '' ? {} : { credentialsFile: s.GRPC_CREDENTIALS }),
    callsPerPeerMax: s.GRPC_CALLS_PER_PEER_MAX,
    now,
    log,
  };
}

/** @returns undefined where no otto-handler is called */
export function handlerAddressOf({
  OTTO_HANDLER_HOST: address,
  GRPC_MOCK_MODE: isMocked,
}: Settings): string | undefined {
  return address === '' || isMocked ? undefined : address;
}

export function handlerFilesOf(s: Settings): HandlerFiles {
  return {
    ...(s.OTTO_HANDLER_TLS_CA === '' ? {} : { authority: s.OTTO_HANDLER_TLS_CA }),
    ...(s.OTTO_HANDLER_TLS_CERT === ''
      ? {}
      : { certificate: s.OTTO_HANDLER_TLS_CERT, key: s.OTTO_HANDLER_TLS_KEY }),
    ...(s.OTTO_HANDLER_TOKEN_FILE === '' ? {} : { token: s.OTTO_HANDLER_TOKEN_FILE }),
  };
}

export function limitsOf(s: Settings): Limits {
  return {
    ...defaultLimits,
    workersPerCommandMax: s.WORKERS_PER_COMMAND_MAX,
    timeoutSecondsMax: s.WORKER_TIMEOUT_SECONDS,
    pipelineSecondsMax: s.PIPELINE_TIMEOUT_SECONDS,
    stagesMax: s.PIPELINE_STAGES_MAX,
    pipelineWorkersMax: s.PIPELINE_WORKERS_MAX,
    cpuLimitDefault: s.WORKER_CPU_LIMIT,
    memoryLimitDefault: s.WORKER_MEMORY_LIMIT,
    ...(s.IMAGE_ALLOW_LIST.length > 0 ? { imageAllowList: s.IMAGE_ALLOW_LIST } : {}),
  };
}
