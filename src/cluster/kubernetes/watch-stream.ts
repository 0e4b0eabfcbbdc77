/**
 * One watch: the events of an open HTTP answer, in batches as the network delivered them.
 *
 * Ends when the server ends it, throws a ClusterError when it breaks: `expired` where the position is too
 * old, whether the server says so as HTTP status or as an ERROR event.
 */
import { ClusterError } from '../port.ts';
import { errorFromAnswer } from './errors.ts';
import { LineSplitter, LineTooLongError } from './json-lines.ts';
import type { Transport } from './transport.ts';
import { field, text } from './untrusted.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  /** '' where the object carries none. */
  readonly resourceVersion: string;
}

export interface WatchRequest {
  readonly path: string;
  readonly labelSelector: string;
  readonly resourceVersion: string;
  /** After how long the server is to end the watch. */
  readonly timeoutSeconds: number;
  readonly what: string;
}

/** An etcd object may have 1.5 MiB; managedFields and escapes do not multiply that by five. */
const lineCharsMax = 8 * 1024 * 1024;

/** @param opened called once the server has accepted the watch. */
export async function* watchEvents(
  transport: Transport,
  request: WatchRequest,
  signal: AbortSignal,
  opened: () => void,
): AsyncGenerator<readonly WatchEvent[]> {
  const stream = await transport.stream(
    {
      method: 'GET',
      path: request.path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector: request.labelSelector,
        resourceVersion: request.resourceVersion,
        timeoutSeconds: request.timeoutSeconds,
      },
      what: request.what,
      lane: 'watch',
    },
    signal,
  );
  try {
    opened();
    const lines = new LineSplitter(lineCharsMax);
    for await (const chunk of stream.chunks) {
      const { events, failure } = readLines(splitLines(lines, chunk, request.what), request.what);
      if (events.length > 0) yield events;
      if (failure) throw failure;
    }
  } finally {
    stream.close();
  }
}

/** What came before a broken line is true all the same and must not be lost with it. */
function readLines(
  lines: readonly string[],
  what: string,
): { readonly events: readonly WatchEvent[]; readonly failure?: ClusterError } {
  const events: WatchEvent[] = [];
  for (const line of lines) {
    const event = parseLine(line, what);
    if (event instanceof ClusterError) return { events, failure: event };
    if (event !== undefined) events.push(event);
  }
  return { events };
}

function parseLine(line: string, what: string): WatchEvent | ClusterError | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return new ClusterError('unavailable', `${what}: an event is not JSON`);
  }
  const type = field(parsed, 'type');
  const object = field(parsed, 'object');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object, resourceVersion: text(field(field(object, 'metadata'), 'resourceVersion')) };
    case 'ERROR':
      return errorEvent(object, what);
    default:
      // A type that a later Kubernetes may add says nothing that we ask for.
      return undefined;
  }
}

function errorEvent(status: unknown, what: string): ClusterError {
  const code = field(status, 'code');
  return errorFromAnswer({ what, status: typeof code === 'number' ? code : 500, body: status, nowMs: 0 });
}

function splitLines(lines: LineSplitter, chunk: Buffer, what: string): readonly string[] {
  try {
    return lines.push(chunk);
  } catch (error) {
    if (error instanceof LineTooLongError) throw new ClusterError('unavailable', `${what}: ${error.message}`);
    throw error;
  }
}
