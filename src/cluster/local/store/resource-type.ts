/**
 * What the store must know about a kind of object: its names, its rules and how it is deleted.
 *
 * Rules are pure functions over JSON. `validate` sees a draft with defaults already filled in and names every
 * fault it finds; the store turns a non-empty list into one 422.
 */
import type { StatusCause } from '../api-error.ts';
import type { JsonObject, KubeObject } from '../kube-object.ts';

export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** True where `status` is written through its own subresource and ignored elsewhere. */
  readonly statusApart: boolean;
  /** False where an update must carry a resourceVersion (leases). */
  readonly unconditionalUpdate: boolean;
  /** True where an update of what does not exist creates it (leases, events). */
  readonly createOnUpdate: boolean;
  /** True where a deletion answers with the object and not with a bare `Status`. */
  readonly returnsDeleted: boolean;
  /** Checks the JSON types of known fields; returns what is wrong with the first bad one. */
  readonly malformed: (draft: JsonObject) => string | undefined;
  /** Fills in defaults in place and drops what only the server may set. */
  readonly prepareCreate: (draft: JsonObject) => void;
  readonly validate: (draft: KubeObject) => readonly StatusCause[];
  readonly validateUpdate: (draft: KubeObject, current: KubeObject) => readonly StatusCause[];
  /** Why a name is not acceptable; undefined where it is. */
  readonly badName: (name: string) => string | undefined;
  /** Fields that `fieldSelector` may name, beside metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  /** Seconds between a request to delete and the deletion; 0 deletes at once. */
  readonly graceSeconds: (object: KubeObject, requestedSeconds: number | undefined) => number;
}

export const apiVersionOf = (type: Pick<ResourceType, 'group' | 'version'>): string =>
  type.group === '' ? type.version : `${type.group}/${type.version}`;
