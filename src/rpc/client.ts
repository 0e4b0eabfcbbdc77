/**
 * Calls Ottoscaler and says in one sentence what went wrong.
 *
 * A promise client, for the command-line tools and for programs (src/client): every call can be aborted, has a
 * deadline (streams only if asked for), and fails with an OttoscalerClientError
 * whose message can be printed as it is. Retries are the caller's to decide:
 * scale commands carry a `request_id` that makes repeating them safe, and a
 * stream that broke off goes on after the last `sequence` that was read.
 */
import { type ClientReadableStream, type ClientUnaryCall, type requestCallback } from '@grpc/grpc-js';
import { messageOf } from '../error-message.ts';
import {
  isServiceError,
  OttoscalerClientError,
  toClientError,
  toStreamError,
  type Advice,
  type ClientErrorCode,
  type StreamOf,
} from './client-error.ts';
import { readStream } from './client-stream.ts';
import { OttoscalerServiceClient } from './contract.ts';
import { channelCredentials, tokenOptions, type ClientCredentials } from './security/client-credentials.ts';
import type { CancelPipelineRequest } from './generated/ottoscaler/v1/CancelPipelineRequest.ts';
import type { CancelPipelineResponse__Output } from './generated/ottoscaler/v1/CancelPipelineResponse.ts';
import type { GetPipelineRequest } from './generated/ottoscaler/v1/GetPipelineRequest.ts';
import type { ListPipelinesRequest } from './generated/ottoscaler/v1/ListPipelinesRequest.ts';
import type { ListPipelinesResponse__Output } from './generated/ottoscaler/v1/ListPipelinesResponse.ts';
import type { PipelineProgress__Output } from './generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest } from './generated/ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStatus__Output } from './generated/ottoscaler/v1/PipelineStatus.ts';
import type { RetryPipelineRequest } from './generated/ottoscaler/v1/RetryPipelineRequest.ts';
import type { RetryPipelineResponse__Output } from './generated/ottoscaler/v1/RetryPipelineResponse.ts';
import type { ScaleRequest } from './generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse__Output } from './generated/ottoscaler/v1/ScaleResponse.ts';
import type { WatchLogsRequest } from './generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { WatchPipelineRequest } from './generated/ottoscaler/v1/WatchPipelineRequest.ts';
import type { WorkerLogBatch__Output } from './generated/ottoscaler/v1/WorkerLogBatch.ts';
import type { WorkerStatusRequest } from './generated/ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse__Output } from './generated/ottoscaler/v1/WorkerStatusResponse.ts';

export { OttoscalerClientError };
export type { Advice, ClientCredentials, ClientErrorCode };

export interface CallOptions {
  /**
   * How long to wait for the answer, connecting included; 30 s by default. For a stream: how long it may last;
   * for ever by default.
   */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface OttoscalerClient {
  scaleUp(request: ScaleRequest, options?: CallOptions): Promise<ScaleResponse__Output>;
  scaleDown(request: ScaleRequest, options?: CallOptions): Promise<ScaleResponse__Output>;
  getWorkerStatus(request: WorkerStatusRequest, options?: CallOptions): Promise<WorkerStatusResponse__Output>;
  /** Begins when the first event is asked for. Leaving the loop ends the stream and not the run. */
  executePipeline(request: PipelineRequest, options?: CallOptions): AsyncIterable<PipelineProgress__Output>;
  /** As `executePipeline`, of a run that was accepted before. */
  watchPipeline(
    request: WatchPipelineRequest,
    options?: CallOptions,
  ): AsyncIterable<PipelineProgress__Output>;
  cancelPipeline(
    request: CancelPipelineRequest,
    options?: CallOptions,
  ): Promise<CancelPipelineResponse__Output>;
  getPipeline(request: GetPipelineRequest, options?: CallOptions): Promise<PipelineStatus__Output>;
  listPipelines(request: ListPipelinesRequest, options?: CallOptions): Promise<ListPipelinesResponse__Output>;
  retryPipeline(request: RetryPipelineRequest, options?: CallOptions): Promise<RetryPipelineResponse__Output>;
  /** Begins when the first lines are asked for. */
  watchLogs(request: WatchLogsRequest, options?: CallOptions): AsyncIterable<WorkerLogBatch__Output>;
  close(): void;
}

type StartCall<Response> = (
  options: { deadline: number },
  done: requestCallback<Response>,
) => ClientUnaryCall;

type StartStream<Message> = (options: { deadline?: number }) => ClientReadableStream<Message>;

const timeoutDefaultMs = 30_000;

/** A run may be silent for hours; a connection that is gone without a word is noticed within a minute. */
const channelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_retries': 0,
};

/**
 * @param address `host:port`; nothing is contacted before the first call.
 * @param shown absent: plaintext, and nothing is shown
 * @param advice ends the messages of errors; absent: for whoever sits at a terminal
 * @throws OttoscalerClientError INVALID_ARGUMENT where it is not an address.
 */
export function createOttoscalerClient(
  address: string,
  shown: ClientCredentials = {},
  advice?: Advice,
): OttoscalerClient {
  const port = /^\S+:(\d{1,5})$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65_535)
    throw new OttoscalerClientError('INVALID_ARGUMENT', `"${address}" is not an address; write host:port`);
  const client = new OttoscalerServiceClient(address, channelCredentials(shown), {
    ...channelOptions,
    ...tokenOptions(shown),
  });

  /** Settles one call; `start` begins it with the deadline and the callback it is given. */
  const call = <Response>(options: CallOptions, start: StartCall<Response>): Promise<Response> => {
    const { timeoutMs = timeoutDefaultMs, signal } = options;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    let running: ClientUnaryCall;
    try {
      running = start({ deadline: Date.now() + timeoutMs }, (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error) reject(toClientError(error, address, timeoutMs, advice));
        else if (response) resolve(response);
      });
    } catch (error) {
      return Promise.reject(neverBegun(error));
    }
    const onAbort = () => running.cancel();
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    return promise;
  };

  const stream = <Message>(
    options: CallOptions,
    start: StartStream<Message>,
    of?: StreamOf,
  ): AsyncGenerator<Message, void, void> => {
    const { timeoutMs, signal } = options;
    return readStream(
      () => {
        try {
          return start(timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs });
        } catch (error) {
          throw neverBegun(error);
        }
      },
      signal,
      (error) => {
        if (isServiceError(error))
          return toStreamError(error, {
            address,
            timeoutMs,
            cancelled: signal?.aborted ?? false,
            of,
            advice,
          });
        return new OttoscalerClientError(
          'UNKNOWN',
          `Ottoscaler at ${address} failed: ${String(error)}`,
          error,
        );
      },
    );
  };

  return {
    scaleUp: (request, options = {}) => call(options, (on, done) => client.scaleUp(request, on, done)),
    scaleDown: (request, options = {}) => call(options, (on, done) => client.scaleDown(request, on, done)),
    getWorkerStatus: (request, options = {}) =>
      call(options, (on, done) => client.getWorkerStatus(request, on, done)),
    executePipeline: (request, options = {}) => stream(options, (on) => client.executePipeline(request, on)),
    watchPipeline: (request, options = {}) => stream(options, (on) => client.watchPipeline(request, on)),
    cancelPipeline: (request, options = {}) =>
      call(options, (on, done) => client.cancelPipeline(request, on, done)),
    getPipeline: (request, options = {}) =>
      call(options, (on, done) => client.getPipeline(request, on, done)),
    listPipelines: (request, options = {}) =>
      call(options, (on, done) => client.listPipelines(request, on, done)),
    retryPipeline: (request, options = {}) =>
      call(options, (on, done) => client.retryPipeline(request, on, done)),
    watchLogs: (request, options = {}) => stream(options, (on) => client.watchLogs(request, on), 'output'),
    close: () => client.close(),
  };
}

/** A token that could not be had, where the caller gave a function for it. */
function neverBegun(error: unknown): OttoscalerClientError {
  const why = messageOf(error);
  return new OttoscalerClientError('UNAUTHENTICATED', `the call was not begun: ${why}`, error);
}
