/**
 * Calls Ottoscaler and says in one sentence what went wrong.
 *
 * A promise client for people at a terminal: every call has a deadline, can be
 * aborted, and fails with an OttoscalerClientError whose message can be printed
 * as it is. Retries are the caller's to decide; scale commands carry a
 * `request_id` that makes repeating them safe.
 */
import { type ClientUnaryCall, type requestCallback, credentials } from '@grpc/grpc-js';
import { OttoscalerClientError, toClientError } from './client-error.ts';
import { OttoscalerServiceClient } from './contract.ts';
import type { ScaleRequest } from './generated/ottoscaler/v1/ScaleRequest.ts';
import type { ScaleResponse__Output } from './generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerStatusRequest } from './generated/ottoscaler/v1/WorkerStatusRequest.ts';
import type { WorkerStatusResponse__Output } from './generated/ottoscaler/v1/WorkerStatusResponse.ts';

export { OttoscalerClientError };

export interface CallOptions {
  /** How long to wait for the answer, connecting included; 30 s by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface OttoscalerClient {
  scaleUp(request: ScaleRequest, options?: CallOptions): Promise<ScaleResponse__Output>;
  scaleDown(request: ScaleRequest, options?: CallOptions): Promise<ScaleResponse__Output>;
  getWorkerStatus(request: WorkerStatusRequest, options?: CallOptions): Promise<WorkerStatusResponse__Output>;
  close(): void;
}

type StartCall<Response> = (
  options: { deadline: number },
  done: requestCallback<Response>,
) => ClientUnaryCall;

const timeoutDefaultMs = 30_000;

/**
 * @param address `host:port`; nothing is contacted before the first call.
 * @throws OttoscalerClientError INVALID_ARGUMENT where it is not an address.
 */
export function createOttoscalerClient(address: string): OttoscalerClient {
  const port = /^\S+:(\d{1,5})$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65_535)
    throw new OttoscalerClientError('INVALID_ARGUMENT', `"${address}" is not an address; write host:port`);
  const client = new OttoscalerServiceClient(address, credentials.createInsecure());

  /** Settles one call; `start` begins it with the deadline and the callback it is given. */
  const call = <Response>(options: CallOptions, start: StartCall<Response>): Promise<Response> => {
    const { timeoutMs = timeoutDefaultMs, signal } = options;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const running = start({ deadline: Date.now() + timeoutMs }, (error, response) => {
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(toClientError(error, address, timeoutMs));
      else if (response) resolve(response);
    });
    const onAbort = () => running.cancel();
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    return promise;
  };

  return {
    scaleUp: (request, options = {}) => call(options, (on, done) => client.scaleUp(request, on, done)),
    scaleDown: (request, options = {}) => call(options, (on, done) => client.scaleDown(request, on, done)),
    getWorkerStatus: (request, options = {}) =>
      call(options, (on, done) => client.getWorkerStatus(request, on, done)),
    close: () => client.close(),
  };
}
