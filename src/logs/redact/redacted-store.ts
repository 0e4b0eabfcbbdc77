/** A store that never sees the secrets of the workers whose lines it keeps: neither its disk nor its readers do. */
import type { LineOrigin, WorkerLine } from '../line.ts';
import type { LineStore } from '../store.ts';
import type { Redact } from './secret-values.ts';

/** @param redactionOf is asked once for each origin */
export function redactedStore(
  store: LineStore,
  redactionOf: (origin: LineOrigin) => Redact | undefined,
): LineStore {
  const known = new WeakMap<LineOrigin, { readonly redact: Redact | undefined }>();
  const redactLine = (line: WorkerLine): WorkerLine => {
    let found = known.get(line.origin);
    if (!found) {
      found = { redact: redactionOf(line.origin) };
      known.set(line.origin, found);
    }
    const text = found.redact?.(line.text) ?? line.text;
    return text === line.text ? line : { ...line, text };
  };
  return {
    append: (lines, mark) => store.append(lines.map(redactLine), mark),
    markOf: (key) => store.markOf(key),
    forget: (key) => store.forget(key),
  };
}
