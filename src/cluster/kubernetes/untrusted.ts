/**
 * Reading JSON that others wrote.
 *
 * An API server, an admission webhook or whoever may edit our objects decides what is in it, so nothing
 * here throws and nothing is believed: a field of the wrong type reads as if it were absent.
 */

/** @returns the field of a JSON object, undefined where `value` is no object or has no such field. */
export function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** @returns the string, or '' for everything that is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** @returns the elements, or none for everything that is not an array. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns the string-valued entries; without a prototype, because the keys are user text. */
export function stringMap(value: unknown): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  if (!isObject(value)) return map;
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry === 'string') map[key] = entry;
  }
  return map;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
