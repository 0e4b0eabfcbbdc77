/**
 * Failed calls, as one sentence each that can be printed as it is.
 */
import { type ServiceError, status } from '@grpc/grpc-js';

type ClientErrorCode = Exclude<keyof typeof status, 'OK'>;

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

/** What a failed call to `address` means; `timeoutMs` is how long it was given. */
export function toClientError(
  error: ServiceError,
  address: string,
  timeoutMs: number,
): OttoscalerClientError {
  const code = codeName(error.code);
  return new OttoscalerClientError(code, sentence(code, error.details, address, timeoutMs), error);
}

function sentence(code: ClientErrorCode, details: string, address: string, timeoutMs: number): string {
  switch (code) {
    case 'UNAVAILABLE':
      return neverConnected.test(details)
        ? `no Ottoscaler answers at ${address}; start one with \`npm start\` or name another with -server`
        : `Ottoscaler at ${address} cannot take the call now: ${details}`;
    case 'DEADLINE_EXCEEDED':
      return `Ottoscaler at ${address} did not answer within ${timeoutMs / 1000} s; allow more with -timeout`;
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

function codeName(number: number): ClientErrorCode {
  const name: string | undefined = status[number];
  return isClientErrorCode(name) ? name : 'UNKNOWN';
}

function isClientErrorCode(name: string | undefined): name is ClientErrorCode {
  return name !== undefined && name !== 'OK' && name in status;
}
