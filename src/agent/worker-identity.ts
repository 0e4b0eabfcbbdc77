/** Who pushes, as its environment says, and what is told to the server and heard from it. */
import { pushedMetadata } from '../logs/sessions/pushed-metadata.ts';
import type { LogEntry, Registered, WorkerRegistration } from '../rpc/push-client.ts';
import type { Lane, Numbered } from './lane.ts';

export interface WorkerIdentity {
  readonly workerId: string;
  readonly taskId: string;
  /** OTTO_WORKER_TOKEN; '' = none. */
  readonly token: string;
  readonly podName: string;
  readonly namespace: string;
  readonly nodeName: string;
  /** RFC 3339; of this run of the agent. */
  readonly createdAt: string;
}

export interface ServerConfig {
  readonly linesPerSecond: number;
  readonly windowLines: number;
  readonly messageBytesMax: number;
}

/** The platform's, where a server leaves them out. */
const defaults: ServerConfig = { linesPerSecond: 100, windowLines: 50, messageBytesMax: 1_024 };
/** Below this a message holds hardly more than its own mark of continuation. */
const messageBytesMin = 16;

export function identityOf(env: NodeJS.Dict<string>, nowMs: number): WorkerIdentity {
  const workerId = env['OTTO_WORKER_ID'] ?? env['POD_NAME'] ?? env['HOSTNAME'] ?? '';
  return {
    workerId,
    taskId: env['OTTO_TASK_ID'] ?? '',
    token: env['OTTO_WORKER_TOKEN'] ?? '',
    podName: env['POD_NAME'] ?? workerId,
    namespace: env['NAMESPACE'] ?? env['POD_NAMESPACE'] ?? '',
    nodeName: env['NODE_NAME'] ?? '',
    createdAt: new Date(nowMs).toISOString(),
  };
}

/**
 * The run stands in it because a worker may run the agent several times, one command after the other: under one
 * name the second's numbers, which begin at 1 again, would read as repetitions of the first's.
 */
export function streamName(workerId: string, run: string, source: 'stdout' | 'stderr'): string {
  return `${workerId}/worker~${run}/${source}`;
}

export function registrationOf(identity: WorkerIdentity, endpoint: string): WorkerRegistration {
  return {
    worker_id: identity.workerId,
    task_id: identity.taskId,
    server_endpoint: endpoint,
    metadata: {
      pod_name: identity.podName,
      namespace: identity.namespace,
      node_name: identity.nodeName,
      created_at: identity.createdAt,
      labels: {},
    },
  };
}

export function configOf(config: Registered['config']): ServerConfig {
  return {
    linesPerSecond: orDefault(config?.rate_limit, defaults.linesPerSecond),
    windowLines: orDefault(config?.buffer_size, defaults.windowLines),
    messageBytesMax: Math.max(messageBytesMin, orDefault(config?.max_message_size, defaults.messageBytesMax)),
  };
}

function orDefault(value: number | undefined, otherwise: number): number {
  return value && value > 0 ? value : otherwise;
}

export function entryOf({ workerId, taskId }: WorkerIdentity, lane: Lane, line: Numbered): LogEntry {
  return {
    worker_id: workerId,
    task_id: taskId,
    timestamp: line.time,
    level: line.gapLines > 0 ? 'WARN' : lane.source === 'stderr' ? 'ERROR' : 'INFO',
    source: lane.source,
    message: line.text,
    metadata: {
      [pushedMetadata.seq]: String(line.seq),
      [pushedMetadata.stream]: lane.stream,
      ...(line.continues ? { [pushedMetadata.continues]: 'true' } : {}),
      ...(line.gapLines > 0 ? { [pushedMetadata.gap]: String(line.gapLines) } : {}),
    },
  };
}
