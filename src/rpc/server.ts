/**
 * The gRPC server: services, health, reflection, limits, and an orderly end.
 *
 * The end is in this order: health says NOT_SERVING, streams end with UNAVAILABLE, what else is
 * under way is answered, then connections are told to go away, and at the deadline they are cut.
 */
import { ServerCredentials, type handleServerStreamingCall, type Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { bidiStream } from './bidi-stream.ts';
import { boundedServer, endServer, listen } from './bounded-server.ts';
import { logStreamingService, ottoscalerService } from './contract.ts';
import type { LogStreamingServiceHandlers } from './generated/ottoscaler/v1/LogStreamingService.ts';
import type { OttoscalerServiceHandlers } from './generated/ottoscaler/v1/OttoscalerService.ts';
import type { WatchLogsRequest__Output } from './generated/ottoscaler/v1/WatchLogsRequest.ts';
import { reflectedDefinition } from './reflection.ts';
import { serverStream } from './server-stream.ts';
import { registerWorker, streamLogs, type PushPort } from './services/log-streaming.ts';
import { cancelPipeline, retryPipeline } from './services/pipeline-control.ts';
import { getPipeline, listPipelines } from './services/pipeline-query.ts';
import { executePipeline, watchPipeline } from './services/pipeline-stream.ts';
import type { Security } from './security/security.ts';
import type { PoolPort } from './services/pool-port.ts';
import { scaleDown, scaleUp } from './services/scale.ts';
import { watchLogs, type WatchLogsDeps } from './services/watch-logs.ts';
import { getWorkerStatus, type WorkerStatusDeps } from './services/worker-status.ts';
import { RpcError, type ReportUnexpected } from './status.ts';
import { unary } from './unary.ts';
import type { Limits } from './validate/limits.ts';

export interface RpcServerOptions {
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  readonly pool: PoolPort;
  readonly limits: Limits;
  readonly lastLines: WorkerStatusDeps['lastLines'];
  readonly recent: WatchLogsDeps['recent'];
  /** Absent where workers cannot push their lines: then LogStreamingService is not served. */
  readonly push?: PushPort;
  /** Where workers push to, instead of `port`: there they meet that service alone. 0 = a free one; absent: `port`. */
  readonly workerPort?: number | undefined;
  readonly now: () => number;
  /** Absent: plaintext, and whoever can connect may do everything. Whoever opened it closes it. */
  readonly security?: Security;
  readonly reportUnexpected: ReportUnexpected;
}

export interface RpcServer {
  readonly port: number;
  /** Undefined where workers have none of their own. */
  readonly workerPort: number | undefined;
  setServing(serving: boolean): void;
  /** Ends within `deadlineMs`; calls still open then are cut. */
  close(deadlineMs: number): Promise<void>;
}

const serviceName = 'ottoscaler.v1.OttoscalerService';
/** The lines that WatchLogs answers with are encoded already. */
const servedService = {
  ...ottoscalerService,
  WatchLogs: { ...ottoscalerService.WatchLogs, responseSerialize: (bytes: Buffer) => bytes },
};
const logServiceName = 'ottoscaler.v1.LogStreamingService';

/** @throws Error where the address cannot be listened on, saying which and why. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { limits, security, push, workerPort: askedPort } = options;
  const server = boundedServer(limits.messageBytesMax, security?.interceptors);
  const ending = new AbortController();
  server.addService(servedService, { ...handlers(options, ending.signal) });
  const workers =
    push && askedPort !== undefined
      ? boundedServer(limits.messageBytesMax, security?.interceptors)
      : undefined;
  if (push)
    (workers ?? server).addService(logStreamingService, {
      ...logHandlers({ ...options, push }, ending.signal),
    });
  const serviceNames = ['', serviceName, ...(push && !workers ? [logServiceName] : [])];
  const health = new HealthImplementation(
    Object.fromEntries(serviceNames.map((name) => [name, 'NOT_SERVING' as const])),
  );
  health.addToServer(server);
  new ReflectionService(reflectedDefinition).addToServer(server);
  const insecure = ServerCredentials.createInsecure();
  const port = await listen(server, options.host, options.port, security?.serverCredentials ?? insecure);
  const workerPort =
    workers && (await listen(workers, options.host, askedPort ?? 0, security?.workerCredentials ?? insecure));
  return {
    port,
    workerPort,
    setServing(serving) {
      for (const name of serviceNames) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    },
    async close(deadlineMs) {
      ending.abort(
        new RpcError(
          'UNAVAILABLE',
          'Ottoscaler is shutting down; the workers go on: ask again, for a run re-attach with after_sequence',
        ),
      );
      const all: readonly Server[] = workers ? [server, workers] : [server];
      await Promise.all(all.map((each) => endServer(each, deadlineMs)));
    },
  };
}

type Handlers = Omit<OttoscalerServiceHandlers, 'WatchLogs'> & {
  readonly WatchLogs: handleServerStreamingCall<WatchLogsRequest__Output, Buffer>;
};

function handlers(options: RpcServerOptions, ending: AbortSignal): Handlers {
  const { reportUnexpected } = options;
  return {
    ScaleUp: unary(scaleUp(options), reportUnexpected),
    ScaleDown: unary(scaleDown(options), reportUnexpected),
    GetWorkerStatus: unary(getWorkerStatus(options), reportUnexpected),
    ExecutePipeline: serverStream(executePipeline(options), reportUnexpected, ending),
    WatchPipeline: serverStream(watchPipeline(options), reportUnexpected, ending),
    CancelPipeline: unary(cancelPipeline(options), reportUnexpected),
    GetPipeline: unary(getPipeline(options), reportUnexpected),
    ListPipelines: unary(listPipelines(options), reportUnexpected),
    RetryPipeline: unary(retryPipeline(options), reportUnexpected),
    WatchLogs: serverStream(watchLogs(options), reportUnexpected, ending),
  };
}

function logHandlers(
  options: RpcServerOptions & { readonly push: PushPort },
  ending: AbortSignal,
): LogStreamingServiceHandlers {
  const { reportUnexpected } = options;
  return {
    RegisterWorker: unary(registerWorker(options), reportUnexpected),
    StreamLogs: bidiStream(streamLogs(options), reportUnexpected, ending),
  };
}
