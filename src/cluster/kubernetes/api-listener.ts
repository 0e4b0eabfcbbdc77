/** What passes between us and the API server, for whoever counts it. Listeners are called at once and must not throw. */
import type { ApiRequest } from './transport.ts';

export interface ApiCall {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  /** As kubectl writes it: `pods`, `pods/log`, `leases.coordination.k8s.io`. */
  readonly resource: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Of a stream until its headers. */
  readonly tookMs: number;
}

export interface ApiListener {
  called(call: ApiCall): void;
  /** The Pods were listed, for the first time or again. */
  listed(): void;
  /** The watch brought data, or was shown to be quiet and complete. */
  heard(): void;
  /** The watch was lost. */
  broke(): void;
}

const verbs = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** Without names of objects: what is counted by must be few. */
export function kindOf({ method, path, query }: ApiRequest): Pick<ApiCall, 'verb' | 'resource'> {
  const [resource = 'version', name, part] = path.split(/\/namespaces\/[^/]*\//)[1]?.split('/') ?? [];
  const group = /\/apis\/([^/]+)\//.exec(path)?.[1];
  const kind = group === undefined ? resource : `${resource}.${group}`;
  const reading = query?.['watch'] ? 'watch' : name === undefined && resource !== 'version' ? 'list' : 'get';
  return {
    verb: method === 'GET' ? reading : verbs[method],
    resource: part === undefined ? kind : `${kind}/${part}`,
  };
}
