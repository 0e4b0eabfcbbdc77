/**
 * The query parameters of the Kubernetes API, parsed and checked.
 */
import { ApiError } from '../api-error.ts';
import type { DeleteOptions, Propagation } from '../store/deletion.ts';
import type { ResourceType } from '../store/resource-type.ts';
import { both, parseFieldSelector, parseLabelSelector, type Matches } from '../store/selector.ts';
import { isJsonObject, type JsonObject } from '../kube-object.ts';

export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== 'false' && value !== '0';
}

export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  throw new ApiError(
    'BadRequest',
    `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax (${name})`,
  );
}

export function matcher(query: URLSearchParams, type: ResourceType): Matches | undefined {
  return both(
    parseLabelSelector(query.get('labelSelector') ?? ''),
    parseFieldSelector(query.get('fieldSelector') ?? '', type),
  );
}

/** The server has only one mode of dry run, and refuses any other word. */
export function isDryRun(query: URLSearchParams, body: JsonObject = {}): boolean {
  const inBody = Array.isArray(body['dryRun']) ? body['dryRun'] : [];
  const values: unknown[] = [...query.getAll('dryRun'), ...inBody];
  const bad = values.find((value) => value !== 'All');
  if (bad !== undefined)
    throw new ApiError(
      'BadRequest',
      `dryRun: Unsupported value: ${JSON.stringify(bad)}: supported values: "All"`,
    );
  return values.length > 0;
}

const propagations: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];

function propagationOf(query: URLSearchParams, body: JsonObject): Propagation | undefined {
  const value = body['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined;
  const known = propagations.find((policy) => policy === value);
  if (value !== undefined && known === undefined)
    throw new ApiError('BadRequest', `invalid propagationPolicy ${JSON.stringify(value)}`);
  return known;
}

/** A body of DeleteOptions and the query may each carry the options; the body wins. */
export function deleteOptions(query: URLSearchParams, body: JsonObject): DeleteOptions {
  const preconditions = isJsonObject(body['preconditions']) ? body['preconditions'] : {};
  const { uid, resourceVersion } = preconditions;
  const grace = body['gracePeriodSeconds'] ?? integer(query, 'gracePeriodSeconds');
  if (grace !== undefined && grace !== null && typeof grace !== 'number')
    throw new ApiError('BadRequest', 'gracePeriodSeconds must be an integer');
  const propagation = propagationOf(query, body);
  return {
    ...(typeof grace === 'number' ? { graceSeconds: grace } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(propagation === undefined ? {} : { propagation }),
    dryRun: isDryRun(query, body),
  };
}
