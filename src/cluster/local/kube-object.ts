/**
 * What every Kubernetes object has in common, as plain frozen JSON.
 *
 * Objects inside the store are deeply frozen, so a reader may keep one for ever and nobody can change the
 * store behind its back; a change is always a new object. Because they never change, each is turned into
 * JSON at most once ({@link jsonOf}), however many watchers and lists it is sent to.
 */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Times are RFC 3339 in whole seconds, as Kubernetes writes them. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object on its way into the store: nothing of it is trusted but that it is JSON. */
export type JsonObject = { [field: string]: unknown };

/** The field where it is an object, else an empty one: never undefined, never an array. */
export function objectField(parent: JsonObject | KubeObject, field: string): JsonObject {
  const value = parent[field];
  return isJsonObject(value) ? value : {};
}

/** True for what has gone through the server's hands: an envelope and the metadata that every object has. */
export function isKubeObject(draft: JsonObject): draft is JsonObject & KubeObject {
  return (
    typeof draft['apiVersion'] === 'string' &&
    typeof draft['kind'] === 'string' &&
    isMetadata(draft['metadata'])
  );
}

function isMetadata(value: unknown): value is ObjectMeta {
  return (
    isJsonObject(value) && typeof value['uid'] === 'string' && typeof value['creationTimestamp'] === 'string'
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy that may be changed. Keys such as `__proto__` stay plain data. */
export function thawed<T>(value: T): T;
export function thawed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => thawed(item));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setField(copy, key, thawed(value[key]));
  return copy;
}

/** Removes fields that are null, in place: Go's decoder reads null as absent. */
export function dropNulls(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item);
  else if (isJsonObject(value))
    for (const key of Object.keys(value)) {
      if (value[key] === null) delete value[key];
      else dropNulls(value[key]);
    }
}

/** A deep copy that nobody can change. */
export function frozen<T>(value: T): T;
export function frozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozen(item)));
  if (!isJsonObject(value)) return value;
  if (Object.isFrozen(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field !== undefined) setField(copy, key, frozen(field));
  }
  return Object.freeze(copy);
}

/** Plain assignment to `__proto__` would change the prototype instead of adding a field. */
export function setField(target: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

const jsonCache = new WeakMap<object, string>();

/** The JSON of a frozen object; made once and shared by everyone who sends it. */
export function jsonOf(object: KubeObject): string {
  const known = jsonCache.get(object);
  if (known !== undefined) return known;
  const json = JSON.stringify(object);
  jsonCache.set(object, json);
  return json;
}

/** RFC 3339 in whole seconds: `2026-01-02T03:04:05Z`. */
export function rfc3339Seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
