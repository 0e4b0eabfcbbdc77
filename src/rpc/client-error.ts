/**
 * Failed calls, as one sentence each that can be printed as it is.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import { tlsFailure } from './security/tls-failure.ts';

/** gRPC's names of statuses. */
export type ClientErrorCode = Exclude<keyof typeof status, 'OK'>;

export class OttoscalerClientError extends Error {
  override readonly name = 'OttoscalerClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** grpc-js gives these details itself where no connection came about; everything else was said by a server. */
const neverConnected = /^(?:No connection established|Name resolution failed)/;

/** What the reader of a message can do, in words of the program that shows it. */
export interface Advice {
  readonly unreachable: string;
  readonly tooLate: string;
}

const atTheTerminal: Advice = {
  unreachable: 'start one with `npm start` or name another with -server',
  tooLate: 'allow more with -timeout',
};

/** What a failed call to `address` means; `timeoutMs` is how long it was given. */
export function toClientError(
  error: ServiceError,
  address: string,
  timeoutMs: number,
  advice = atTheTerminal,
): OttoscalerClientError {
  const code = codeName(error.code);
  const message = sentence(code, { details: error.details, address, timeoutMs, advice });
  return new OttoscalerClientError(code, message, error);
}

/** grpc-js gives these details itself where a stream broke off; it names some of them faults of the server. */
const brokeOff = /^(?:Call cancelled$|Connection dropped$|Received RST_STREAM with code |read E[A-Z]+$)/;

/** Whether a stream tells of a run or of what workers write. */
export type StreamOf = 'run' | 'output';

const afterLoss: Readonly<Record<StreamOf, string>> = {
  run: 'the run goes on, attach again',
  output: 'the workers go on, ask again',
};
const tooLate: Readonly<Record<StreamOf, string>> = {
  run: 'the run did not end',
  output: 'not all lines came',
};

export interface FailedStream {
  readonly address: string;
  /** How long it was given; undefined = for ever. */
  readonly timeoutMs: number | undefined;
  /** By its reader. */
  readonly cancelled: boolean;
  readonly of?: StreamOf | undefined;
  readonly advice?: Advice | undefined;
}

/**
 * What a failed stream means. One that broke off without a word of the server is UNAVAILABLE, so that a reader may
 * attach again, unless the reader itself cancelled it.
 */
export function toStreamError(error: ServiceError, stream: FailedStream): OttoscalerClientError {
  const { address, timeoutMs, cancelled, of = 'run', advice = atTheTerminal } = stream;
  if (cancelled) return new OttoscalerClientError('CANCELLED', `the call to ${address} was cancelled`, error);
  const code = codeName(error.code);
  if (brokeOff.test(error.details))
    return new OttoscalerClientError(
      'UNAVAILABLE',
      `the connection to Ottoscaler at ${address} was lost (${error.details}); ${afterLoss[of]}`,
      error,
    );
  if (code === 'DEADLINE_EXCEEDED' && timeoutMs !== undefined)
    return new OttoscalerClientError(
      code,
      `${tooLate[of]} within ${timeoutMs / 1000} s; ${of === 'run' ? 'it goes on, ' : ''}${advice.tooLate}`,
      error,
    );
  return toClientError(error, address, timeoutMs ?? 0, advice);
}

interface FailedCall {
  readonly details: string;
  readonly address: string;
  readonly timeoutMs: number;
  readonly advice: Advice;
}

function sentence(code: ClientErrorCode, { details, address, timeoutMs, advice }: FailedCall): string {
  switch (code) {
    case 'UNAVAILABLE': {
      const tls = tlsFailure(details);
      if (tls !== undefined) return `the server at ${address} ${tls}`;
      return neverConnected.test(details)
        ? `no Ottoscaler answers at ${address}; ${advice.unreachable}`
        : `Ottoscaler at ${address} cannot take the call now: ${details}`;
    }
    case 'DEADLINE_EXCEEDED':
      return `Ottoscaler at ${address} did not answer within ${timeoutMs / 1000} s; ${advice.tooLate}`;
    case 'CANCELLED':
      return `the call to ${address} was cancelled`;
    case 'UNIMPLEMENTED':
      return `the server at ${address} does not know this call: ${details}; is it an Ottoscaler?`;
    case 'UNKNOWN':
    case 'INTERNAL':
    case 'DATA_LOSS':
      return `Ottoscaler at ${address} failed: ${details}`;
    case 'INVALID_ARGUMENT':
    case 'NOT_FOUND':
    case 'ALREADY_EXISTS':
    case 'PERMISSION_DENIED':
    case 'RESOURCE_EXHAUSTED':
    case 'FAILED_PRECONDITION':
    case 'ABORTED':
    case 'OUT_OF_RANGE':
    case 'UNAUTHENTICATED':
      // Written for the caller by the server: the field and the rule.
      return details;
  }
}

/** Whether grpc-js threw it of a call. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && typeof error.details === 'string';
}

function codeName(number: number): ClientErrorCode {
  const name: string | undefined = status[number];
  return isClientErrorCode(name) ? name : 'UNKNOWN';
}

function isClientErrorCode(name: string | undefined): name is ClientErrorCode {
  return name !== undefined && name !== 'OK' && name in status;
}
