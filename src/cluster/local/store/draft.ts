/**
 * What the server does to an object on its way in, before any rule of its kind: the envelope must fit the
 * request, and only the server writes the fields that it owns.
 */
import { isDeepStrictEqual } from 'node:util';

import { ApiError, conflict, invalid, modified } from '../api-error.ts';
import { invalidValue } from '../field-cause.ts';
import {
  isKubeObject,
  objectField,
  rfc3339Seconds,
  type JsonObject,
  type KubeObject,
  type ObjectMeta,
} from '../kube-object.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';

export interface UpdateOptions {
  /** `status`: only `status` is taken from the draft. `all`: the node and the scheduler, which may write both. */
  readonly part?: 'main' | 'status' | 'all';
}

/** Throws 400 where the draft is not an object of this kind in this namespace. */
export function checkEnvelope(type: ResourceType, namespace: string, draft: JsonObject): void {
  const version = apiVersionOf(type);
  if (draft['kind'] !== type.kind || draft['apiVersion'] !== version)
    throw new ApiError(
      'BadRequest',
      `${String(draft['kind'])} in version ${JSON.stringify(draft['apiVersion'] ?? '')} cannot be handled as a ` +
        `${type.kind}: expected kind ${type.kind} of ${version}`,
    );
  const wrong = type.malformed(draft);
  if (wrong !== undefined)
    throw new ApiError(
      'BadRequest',
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${wrong}`,
    );
  const given = objectField(draft, 'metadata')['namespace'];
  if (type.namespaced && typeof given === 'string' && given !== '' && given !== namespace)
    throw new ApiError(
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    );
}

/** Sets what the server owns. */
export function cleanCreateMetadata(
  draft: JsonObject,
  namespace: string,
  fresh: { readonly nowMs: number; readonly uid: string; readonly suffix: string },
): void {
  const metadata = objectField(draft, 'metadata');
  draft['metadata'] = metadata;
  if (typeof metadata['resourceVersion'] === 'string' && metadata['resourceVersion'] !== '')
    throw new ApiError('InternalError', 'resourceVersion should not be set on objects to be created');
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields'])
    delete metadata[field];
  const { name, generateName } = metadata;
  // A long generateName is cut so that the whole name fits, as names.SimpleNameGenerator does.
  if ((name === undefined || name === '') && typeof generateName === 'string' && generateName !== '')
    metadata['name'] = `${generateName.slice(0, 58)}${fresh.suffix}`;
  if (namespace !== '') metadata['namespace'] = namespace;
  metadata['uid'] = fresh.uid;
  metadata['creationTimestamp'] = rfc3339Seconds(fresh.nowMs);
}

const serverOwned = [
  'uid',
  'creationTimestamp',
  'namespace',
  'generateName',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'resourceVersion',
] as const;

/** The object to store, or undefined where the draft changes nothing. Throws 400, 409 or 422. */
export function mergedUpdate(
  type: ResourceType,
  current: KubeObject,
  draft: JsonObject,
  options: UpdateOptions,
): KubeObject | undefined {
  const given = objectField(draft, 'metadata');
  checkIdentity(type, current.metadata, given);
  const next: JsonObject = { ...draft, metadata: mergedMetadata(current.metadata, given) };
  const part = options.part ?? 'main';
  if (part === 'main' && type.statusApart) keep(next, current['status'], 'status');
  const merged: JsonObject = part === 'status' ? { ...current, status: draft['status'] } : next;
  if (!isKubeObject(merged) || isDeepStrictEqual(stripped(merged), stripped(current))) return undefined;
  return merged;
}

function checkIdentity(type: ResourceType, current: ObjectMeta, given: JsonObject): void {
  const { name, uid, resourceVersion } = given;
  if (typeof name === 'string' && name !== '' && name !== current.name)
    throw new ApiError(
      'BadRequest',
      `the name of the object (${name}) does not match the name on the URL (${current.name})`,
    );
  if (typeof uid === 'string' && uid !== '' && uid !== current.uid)
    throw conflict(
      type,
      current.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`,
    );
  if (typeof resourceVersion === 'string' && resourceVersion !== '') {
    if (resourceVersion !== current.resourceVersion) throw conflict(type, current.name, modified);
  } else if (!type.unconditionalUpdate)
    throw invalid(type, current.name, [
      invalidValue('metadata.resourceVersion', '', 'must be specified for an update'),
    ]);
}

function mergedMetadata(current: ObjectMeta, given: JsonObject): JsonObject {
  const metadata: JsonObject = { ...given, name: current.name };
  delete metadata['managedFields'];
  delete metadata['selfLink'];
  for (const field of serverOwned) keep(metadata, current[field], field);
  return metadata;
}

function keep(target: JsonObject, value: unknown, field: string): void {
  if (value === undefined) delete target[field];
  else target[field] = value;
}

/** Undefined fields are absent fields. */
function stripped(object: KubeObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
