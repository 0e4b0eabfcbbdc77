/**
 * `GET pods/{name}/log`: checks the options as kube-apiserver does and streams what the node reads.
 */
import { once } from 'node:events';

import { ApiError, invalid } from '../api-error.ts';
import { invalidValue } from '../field-cause.ts';
import { asPod, type Pod } from '../pod.ts';
import type { LogQuery, LogSource } from './log-source.ts';
import type { Call } from './object-handlers.ts';
import { flag, integer } from './query.ts';
import { sendText } from './respond.ts';

export async function streamLog(call: Call, source: LogSource | undefined): Promise<void> {
  const { path, store, query, response } = call;
  const pod = asPod(store.get(path.type, path.namespace ?? '', path.name));
  const options = logQuery(pod, query, call.clock.nowMs());
  // As kube-apiserver answers for a Pod that no node runs yet.
  if (source === undefined || (pod.spec.nodeName ?? '') === '') return sendText(response, 200, '');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const pieces = source.readLog(pod, options, gone.signal)[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  for (let next = first; next.done !== true && !gone.signal.aborted; next = await pieces.next())
    if (!response.write(next.value)) await drained(response, gone.signal);
  await pieces.return?.();
  response.end();
}

async function drained(response: Call['response'], signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch {
    // Aborted: the client went away, and the loop above ends.
  }
}

function logQuery(pod: Pod, query: URLSearchParams, nowMs: number): LogQuery {
  const sinceMs = sinceOf(pod, query, nowMs);
  const tailLines = atLeast(pod, query, 'tailLines', 0);
  const limitBytes = atLeast(pod, query, 'limitBytes', 1);
  return {
    container: containerOf(pod, query.get('container') ?? ''),
    previous: flag(query, 'previous'),
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}

function atLeast(pod: Pod, query: URLSearchParams, field: string, least: number): number | undefined {
  const value = integer(query, field);
  if (value === undefined || value >= least) return value;
  const rule = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
  throw invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name, [invalidValue(field, value, rule)]);
}

/** `sinceTime` is cut to whole seconds: Kubernetes' own time type has no more (k8s#92389). */
function sinceOf(pod: Pod, query: URLSearchParams, nowMs: number): number | undefined {
  const seconds = atLeast(pod, query, 'sinceSeconds', 1);
  const time = query.get('sinceTime') ?? '';
  if (time === '') return seconds === undefined ? undefined : nowMs - seconds * 1000;
  if (seconds !== undefined)
    throw invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name, [
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
        field: '',
      },
    ]);
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs) || !/^\d{4}-\d\d-\d\dT/.test(time))
    throw new ApiError(
      'BadRequest',
      `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse`,
    );
  return Math.floor(timeMs / 1000) * 1000;
}

function containerOf(pod: Pod, asked: string): string {
  const names = pod.spec.containers.map((container) => container.name);
  const init = (pod.spec.initContainers ?? []).map((container) => container.name);
  const { name } = pod.metadata;
  if (asked !== '') {
    if ([...names, ...init].includes(asked)) return asked;
    throw new ApiError('BadRequest', `container ${asked} is not valid for pod ${name}`);
  }
  if (names.length === 1) return names[0] ?? '';
  const also = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  throw new ApiError(
    'BadRequest',
    `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]${also}`,
  );
}
