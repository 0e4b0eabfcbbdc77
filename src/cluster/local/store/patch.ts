/**
 * The three patch formats of the Kubernetes API, as pure functions over JSON.
 *
 * The strategic merge knows the merge keys of the lists that we serve and treats every other list as one
 * value; `$patch: delete`, `$patch: replace`, `$deleteFromPrimitiveList` and `$setElementOrder` are understood.
 */
import { ApiError } from '../api-error.ts';
import { isJsonObject, setField, thawed, type JsonObject } from '../kube-object.ts';

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete result[key];
    else setField(result, key, mergePatch(result[key], patch[key]));
  }
  return result;
}

const mergeKeys: Readonly<Record<string, string>> = {
  conditions: 'type',
  containers: 'name',
  initContainers: 'name',
  containerStatuses: 'name',
  initContainerStatuses: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  ownerReferences: 'uid',
  podIPs: 'ip',
};
const primitiveSets: ReadonlySet<string> = new Set(['finalizers']);

export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, ['$patch']);
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (key.startsWith('$')) applyDirective(result, key, patch[key]);
    else if (patch[key] === null) delete result[key];
    else setField(result, key, mergeField(key, result[key], patch[key]));
  }
  return result;
}

function mergeField(key: string, current: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) return strategicMergePatch(current, patch);
  const before: unknown[] = Array.isArray(current) ? current : [];
  const mergeKey = mergeKeys[key];
  if (mergeKey !== undefined) return mergeLists(before, patch, mergeKey);
  return primitiveSets.has(key) ? [...new Set([...before, ...patch])] : patch;
}

function mergeLists(before: readonly unknown[], patch: readonly unknown[], mergeKey: string): unknown[] {
  if (patch.some((item) => isJsonObject(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => !isJsonObject(item) || item['$patch'] === undefined);
  const result = [...before];
  for (const item of patch) {
    if (!isJsonObject(item) || item[mergeKey] === undefined)
      throw new ApiError(
        'BadRequest',
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`,
      );
    const at = result.findIndex((old) => isJsonObject(old) && old[mergeKey] === item[mergeKey]);
    if (item['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = strategicMergePatch(result[at], item);
    else result.push(strategicMergePatch(undefined, item));
  }
  return result;
}

function applyDirective(result: JsonObject, directive: string, value: unknown): void {
  const prefix = '$deleteFromPrimitiveList/';
  if (!directive.startsWith(prefix) || !Array.isArray(value)) return;
  const key = directive.slice(prefix.length);
  const current = result[key];
  if (Array.isArray(current)) result[key] = current.filter((item) => !value.includes(item));
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** RFC 6902 without `move` across its own child. Throws 422 where a path does not exist or a test fails. */
export function jsonPatch(target: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations))
    throw new ApiError('BadRequest', 'a JSON patch must be a list of operations');
  let document: unknown = thawed(target);
  for (const operation of operations) {
    if (!isJsonObject(operation))
      throw new ApiError('BadRequest', 'each operation of a JSON patch must be an object');
    document = applyOperation(document, operation);
  }
  return document;
}

const rejected = (why: string): ApiError =>
  new ApiError('Invalid', `the server rejected our request: ${why}`);

const pointer = (path: unknown): string[] => {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw rejected(`bad path ${String(path)}`);
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
};

function applyOperation(document: unknown, operation: JsonObject): unknown {
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
    case 'replace':
      return written(document, path, operation['value'], operation['op'] === 'replace');
    case 'remove':
      return removed(document, path);
    case 'copy':
      return written(document, path, thawed(valueAt(document, pointer(operation['from']))), false);
    case 'move': {
      const value = valueAt(document, pointer(operation['from']));
      return written(removed(document, pointer(operation['from'])), path, value, false);
    }
    case 'test':
      if (JSON.stringify(valueAt(document, path)) !== JSON.stringify(operation['value']))
        throw rejected(`testing path ${String(operation['path'])} value failed`);
      return document;
    default:
      throw new ApiError('BadRequest', `unknown JSON patch operation ${JSON.stringify(operation['op'])}`);
  }
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    const next = Array.isArray(value)
      ? value[Number(part)]
      : isJsonObject(value) && Object.hasOwn(value, part)
        ? value[part]
        : undefined;
    if (next === undefined) throw rejected(`path /${path.join('/')} does not exist`);
    value = next;
  }
  return value;
}

function written(document: unknown, path: readonly string[], value: unknown, mustExist: boolean): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  if (mustExist) valueAt(document, path);
  const parent = valueAt(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const at = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(at) || at < 0 || at > parent.length) throw rejected(`bad index ${key}`);
    parent.splice(at, mustExist ? 1 : 0, value);
  } else if (isJsonObject(parent)) setField(parent, key, value);
  return document;
}

function removed(document: unknown, path: readonly string[]): unknown {
  valueAt(document, path);
  const parent = valueAt(document, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isJsonObject(parent)) delete parent[key];
  return document;
}
