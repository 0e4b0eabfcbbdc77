/** What becomes of an event, from how its command was answered. Pure. */
import { messageOf } from '../error-message.ts';
import type { ScaleResponse } from '../rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { RpcError } from '../rpc/status.ts';

export type Verdict =
  /** The ledger has the command, now or since before. */
  | { readonly kind: 'accepted'; readonly replayed: boolean }
  /** It will never be accepted. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may be the event's fault: tried again a few times. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It is not the event's fault: tried again for as long as it takes. */
  | { readonly kind: 'unready'; readonly reason: string };

export function judgeAnswer({ status }: ScaleResponse): Verdict {
  // Whatever became of the workers: the command is in the ledger, and its key is taken.
  return { kind: 'accepted', replayed: status === 'ALREADY_PROCESSED' };
}

export function judgeError(error: unknown): Verdict {
  if (!(error instanceof RpcError)) return { kind: 'failed', reason: `internal error: ${firstLine(error)}` };
  const reason = inWordsOfEvents(error.message);
  switch (error.code) {
    case 'INVALID_ARGUMENT':
    case 'ALREADY_EXISTS':
      return { kind: 'refused', reason };
    case 'UNAVAILABLE':
    case 'CANCELLED':
      return { kind: 'unready', reason };
    case 'DEADLINE_EXCEEDED':
    case 'FAILED_PRECONDITION':
    case 'RESOURCE_EXHAUSTED':
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
    case 'NOT_FOUND':
    case 'UNIMPLEMENTED':
    case 'INTERNAL':
      return { kind: 'failed', reason };
  }
}

/** The rules speak of a ScaleRequest's fields; who reads a dead letter has written an event's. */
function inWordsOfEvents(message: string): string {
  return message
    .replace(/^worker_count: /, 'pod_count: ')
    .replaceAll('metadata["request_id"]', 'event_id')
    .replaceAll('request_id', 'event_id');
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
