/**
 * `GET ...?watch=true`: subscribes a {@link WatchStream} to the store.
 */
import { ApiError } from '../api-error.ts';
import { jsonOf } from '../kube-object.ts';
import { apiVersionOf } from '../store/resource-type.ts';
import type { Subscription, WatchEvent } from '../store/watchers.ts';
import { includeOf, selectionOf, wantsTable, type Call } from './object-handlers.ts';
import { flag, integer } from './query.ts';
import { tableJson } from './table.ts';
import { WatchStream } from './watch-stream.ts';

/** kube-apiserver picks 30 to 60 minutes where the client names no time. */
const defaultTimeoutSeconds = 45 * 60;

export function watchObjects(call: Call, streams: Set<WatchStream>): void {
  const { query, store, response } = call;
  const selection = selectionOf(call);
  const after = startOf(query);
  const timeoutSeconds = integer(query, 'timeoutSeconds') ?? defaultTimeoutSeconds;
  let subscription: Subscription | undefined;
  const stream = new WatchStream(response, {
    encode: wantsTable(call.request) ? tableEncoder(call) : objectLine,
    bookmark: flag(query, 'allowWatchBookmarks') ? () => bookmarkLine(call) : undefined,
    timeoutMs: Math.min(timeoutSeconds, 24 * 3600) * 1000,
    onClose: () => {
      subscription?.close();
      streams.delete(stream);
    },
  });
  streams.add(stream);
  try {
    subscription = store.watch(selection, after === undefined ? {} : { after }, stream.send);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    stream.fail(error);
  }
  if (stream.closed) subscription?.close();
}

/** Undefined for "" and "0": begin with what there is. */
function startOf(query: URLSearchParams): number | undefined {
  const version = query.get('resourceVersion') ?? '';
  if (version === '' || version === '0') return undefined;
  if (/^\d{1,15}$/.test(version)) return Number(version);
  throw new ApiError(
    'BadRequest',
    `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: invalid syntax`,
  );
}

/** Many watchers see the same event one after the other; the line of the last one is kept for the next. */
let lastEvent: { readonly object: object; readonly type: string; readonly line: string } | undefined;

function objectLine({ type, object }: WatchEvent): string {
  if (lastEvent?.object === object && lastEvent.type === type) return lastEvent.line;
  const line = `{"type":"${type}","object":${jsonOf(object)}}`;
  lastEvent = { object, type, line };
  return line;
}

function tableEncoder(call: Call): (event: WatchEvent) => string {
  const include = includeOf(call.query);
  return ({ type, object }) => {
    const { resourceVersion } = object.metadata;
    const view = { type: call.path.type, include, nowMs: call.clock.nowMs(), listMeta: { resourceVersion } };
    return `{"type":"${type}","object":${tableJson(view, [object])}}`;
  };
}

function bookmarkLine({ path, store }: Call): string {
  const { type } = path;
  const metadata = { resourceVersion: String(store.revision), creationTimestamp: null };
  return JSON.stringify({
    type: 'BOOKMARK',
    object: { kind: type.kind, apiVersion: apiVersionOf(type), metadata },
  });
}
