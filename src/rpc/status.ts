/**
 * Errors as callers see them.
 *
 * An `RpcError` is meant for the caller: its message names the field and the
 * rule, or the reason, in words that are safe to send. Everything else that is
 * thrown is a defect or a fault of ours. The caller learns a correlation id and
 * nothing more, because foreign messages carry stacks, headers and addresses;
 * the real error goes to the log under the same id.
 */
import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** The gRPC statuses Ottoscaler answers with. A closed set, so that `statusNumber` stays exhaustive. */
export type RpcCode =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED';

/** An error whose message may be sent to the caller as it is. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcCode;

  constructor(code: RpcCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes an error that no caller may see. Logs it under the id the caller was given; must not throw. */
export type ReportUnexpected = (error: unknown, correlationId: string) => void;

/** Details travel percent-encoded in a header, at most nine characters for one: this keeps them under 8 KiB. */
const detailsCharsMax = 800;

export function statusNumber(code: RpcCode): status {
  switch (code) {
    case 'CANCELLED':
      return status.CANCELLED;
    case 'INVALID_ARGUMENT':
      return status.INVALID_ARGUMENT;
    case 'DEADLINE_EXCEEDED':
      return status.DEADLINE_EXCEEDED;
    case 'NOT_FOUND':
      return status.NOT_FOUND;
    case 'ALREADY_EXISTS':
      return status.ALREADY_EXISTS;
    case 'PERMISSION_DENIED':
      return status.PERMISSION_DENIED;
    case 'RESOURCE_EXHAUSTED':
      return status.RESOURCE_EXHAUSTED;
    case 'FAILED_PRECONDITION':
      return status.FAILED_PRECONDITION;
    case 'UNIMPLEMENTED':
      return status.UNIMPLEMENTED;
    case 'INTERNAL':
      return status.INTERNAL;
    case 'UNAVAILABLE':
      return status.UNAVAILABLE;
    case 'UNAUTHENTICATED':
      return status.UNAUTHENTICATED;
  }
}

/** Turns whatever was thrown into the status the caller gets. */
export function toServiceError(thrown: unknown, reportUnexpected: ReportUnexpected): ServiceError {
  if (thrown instanceof RpcError) return serviceError(thrown);
  const correlationId = randomUUID();
  reportUnexpected(thrown, correlationId);
  return serviceError(new RpcError('INTERNAL', `internal error; the log has it under ${correlationId}`));
}

function serviceError(error: RpcError): ServiceError {
  // grpc-js passes details to encodeURI, which throws on an unpaired surrogate and would end the process;
  // cutting first may split a pair, so well-formedness comes last.
  const details = error.message.slice(0, detailsCharsMax).toWellFormed();
  return Object.assign(new Error(details), {
    code: statusNumber(error.code),
    details,
    metadata: new Metadata(),
  });
}
