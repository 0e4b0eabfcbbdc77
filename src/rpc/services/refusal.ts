/** What callers get where a command could not be accepted. */
import type { RefusalCode, Refused } from '../../machines/scale/replies.ts';
import { RpcError, type RpcCode } from '../status.ts';

export function refusalError({ code, reason }: Refused): RpcError {
  return new RpcError(rpcCodeOf(code), reason);
}

function rpcCodeOf(code: RefusalCode): RpcCode {
  switch (code) {
    case 'differs':
      return 'ALREADY_EXISTS';
    case 'invalid':
      return 'INVALID_ARGUMENT';
    case 'forbidden':
    case 'precondition':
      return 'FAILED_PRECONDITION';
    case 'exhausted':
      return 'RESOURCE_EXHAUSTED';
    case 'unavailable':
      return 'UNAVAILABLE';
  }
}
