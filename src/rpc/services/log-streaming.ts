/**
 * LogStreamingService: workers announce themselves and push their lines, each of which is answered once.
 *
 * Who calls is decided by the worker's token alone, and whose lines they are by what we know of that worker:
 * nothing that a worker says of itself is believed.
 */
import type { Metadata } from '@grpc/grpc-js';
import type { LineOrigin } from '../../logs/line.ts';
import type { PushedLine } from '../../logs/sessions/judge-line.ts';
import type { Session } from '../../logs/sessions/session.ts';
import type { Sessions } from '../../logs/sessions/sessions.ts';
import type { BidiHandler } from '../bidi-stream.ts';
import type { LogEntry__Output } from '../generated/ottoscaler/v1/LogEntry.ts';
import type { LogResponse } from '../generated/ottoscaler/v1/LogResponse.ts';
import type { RegistrationResponse } from '../generated/ottoscaler/v1/RegistrationResponse.ts';
import type { WorkerRegistration__Output } from '../generated/ottoscaler/v1/WorkerRegistration.ts';
import { RpcError } from '../status.ts';
import type { UnaryHandler } from '../unary.ts';
import type { Limits } from '../validate/limits.ts';
import { optionalId, requiredId } from '../validate/text.ts';
import type { PoolPort } from './pool-port.ts';
import { requireRecovered } from './readiness.ts';

/** What workers push to. */
export interface PushPort {
  readonly sessions: Sessions;
  /** Whether the `authorization` header is that worker's. */
  readonly isFrom: (workerId: string, header: string) => boolean;
  /** What is known of a worker that lives; undefined where there is none of that id. */
  readonly originOf: (workerId: string) => LineOrigin | undefined;
}

interface PushDeps {
  readonly push: PushPort;
  readonly pool: PoolPort;
  readonly limits: Limits;
}

export function registerWorker(
  deps: PushDeps,
): UnaryHandler<WorkerRegistration__Output, RegistrationResponse> {
  const { push, pool, limits } = deps;
  return async (request, { metadata }) => {
    try {
      requiredId('worker_id', request.worker_id, limits);
      optionalId('task_id', request.task_id, limits);
    } catch (error) {
      if (error instanceof RpcError) return { status: 'INVALID_REQUEST', message: error.message };
      throw error;
    }
    // First: until then the key of the tokens may not be known, and a refusal would be for good.
    requireRecovered(pool);
    authenticate(push, request.worker_id, metadata);
    const origin = push.originOf(request.worker_id);
    if (!origin) return { status: 'INVALID_REQUEST', message: 'worker_id: no worker of this id lives here' };
    if (request.task_id !== '' && request.task_id !== origin.taskId)
      return { status: 'INVALID_REQUEST', message: 'task_id: the worker belongs to another task' };
    return answerTo(push.sessions, origin);
  };
}

function answerTo(sessions: Sessions, origin: LineOrigin): RegistrationResponse {
  const registered = sessions.register(origin);
  if (registered.kind === 'full')
    return {
      status: 'SERVER_FULL',
      message: `${sessions.limits.sessionsMax} workers push already; try again later`,
    };
  const { linesPerSecond, windowLines, messageBytesMax } = sessions.limits;
  return {
    status: registered.kind === 'known' ? 'ALREADY_REGISTERED' : 'SUCCESS',
    message: '',
    session_id: registered.sessionId,
    config: {
      rate_limit: linesPerSecond,
      buffer_size: windowLines,
      max_message_size: messageBytesMax,
      include_metadata: true,
    },
  };
}

/** What has arrived is settled together, while the next arrives. */
export function streamLogs({ push, pool }: PushDeps): BidiHandler<LogEntry__Output, LogResponse, PushedLine> {
  const { sessions } = push;
  return ({ metadata }) => {
    let session: Session | undefined;
    let workerId = '';
    const seen = new Set<string>();
    const open = (entry: LogEntry__Output): Session => {
      requireRecovered(pool);
      authenticate(push, entry.worker_id, metadata);
      const found = sessions.find(entry.worker_id);
      if (!found)
        throw new RpcError('FAILED_PRECONDITION', 'worker_id: not registered; call RegisterWorker first');
      workerId = entry.worker_id;
      return found;
    };
    return {
      waitingMax: 2 * sessions.limits.windowLines,
      read(entry) {
        session ??= open(entry);
        if (entry.worker_id !== workerId)
          throw new RpcError('PERMISSION_DENIED', 'worker_id: a stream carries the lines of one worker');
        return sessions.read(session, entry, seen);
      },
      answer: async (lines) => (session ? await sessions.settle(session, lines) : []),
      forget: (lines) => sessions.forget(lines),
    };
  };
}

function authenticate(push: PushPort, workerId: string, metadata: Metadata): void {
  const [header] = metadata.get('authorization');
  if (!push.isFrom(workerId, typeof header === 'string' ? header : ''))
    throw new RpcError('UNAUTHENTICATED', 'authorization: not the token of this worker (OTTO_WORKER_TOKEN)');
}
