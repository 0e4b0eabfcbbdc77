/**
 * Which object or collection a URL of the Kubernetes API names.
 */
import { ApiError } from '../api-error.ts';
import type { ResourceType } from '../store/resource-type.ts';

export interface ResourcePath {
  readonly type: ResourceType;
  /** Empty for cluster-scoped resources; undefined for all namespaces. */
  readonly namespace: string | undefined;
  /** Empty for a collection. */
  readonly name: string;
  /** For example `status`, `log`, `binding`; empty for the object itself. */
  readonly subresource: string;
}

const noResource = (): ApiError =>
  new ApiError('NotFound', 'the server could not find the requested resource', {});

/** Undefined where the path is not of a resource (discovery, health). Throws 404 for what is not served. */
export function parseResourcePath(
  path: string,
  resources: readonly ResourceType[],
): ResourcePath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const group = isCore ? '' : (parts[1] ?? '');
  const version = parts[isCore ? 1 : 2];
  const rest = parts.slice(isCore ? 2 : 3);
  if (version === undefined || rest.length === 0) return undefined;
  const find = (plural: string | undefined, namespaced?: boolean): ResourceType => {
    const found = resources.find(
      (type) =>
        type.group === group &&
        type.version === version &&
        type.plural === plural &&
        (namespaced === undefined || type.namespaced === namespaced),
    );
    if (found === undefined) throw noResource();
    return found;
  };
  // `/namespaces/x/pods` is in a namespace; `/namespaces/x` and `/namespaces/x/status` are the object itself.
  if (rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') {
    if (rest.length > 5) throw noResource();
    return {
      type: find(rest[2], true),
      namespace: rest[1] ?? '',
      name: rest[3] ?? '',
      subresource: rest[4] ?? '',
    };
  }
  const type = find(rest[0]);
  if (type.namespaced) {
    if (rest.length > 1) throw noResource();
    return { type, namespace: undefined, name: '', subresource: '' };
  }
  if (rest.length > 3) throw noResource();
  return { type, namespace: '', name: rest[1] ?? '', subresource: rest[2] ?? '' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError('BadRequest', `malformed percent-encoding in the path: ${part.slice(0, 80)}`);
  }
}
