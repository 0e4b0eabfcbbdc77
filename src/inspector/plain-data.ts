/** Contexts and events as JSON of a bounded size: what is cut says so. Secrets are hidden by `secrets.ts`. */

export interface Bounds {
  readonly depth: number;
  /** Of one list or object. */
  readonly entries: number;
  /** Of one text. */
  readonly chars: number;
  /** Of the whole. */
  readonly nodes: number;
}

export const contextBounds: Bounds = { depth: 8, entries: 100, chars: 2_000, nodes: 3_000 };
export const eventBounds: Bounds = { depth: 6, entries: 20, chars: 400, nodes: 200 };

/** A variable's or an annotation's name, and its value. */
export type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

/** How a text becomes what is shown of it; `name` is the variable's whose value it is, else ''. */
export type ShowText = (text: string, name: string) => string;

/** Under these keys stand pairs of a name and what only the name tells to be a secret. */
const pairKeys: ReadonlySet<string> = new Set(['env', 'metadata']);

/** @returns all pairs within what {@link plainData} would show, also those beyond its bounds in their own list */
export function pairsWithin(
  value: unknown,
  bounds: Bounds,
): { readonly pairs: readonly Pairs[]; readonly texts: ReadonlySet<string> } {
  const pairs: Pairs[] = [];
  const texts = new Set<string>();
  const keep = (text: string) => {
    texts.add(text);
    return text;
  };
  new Copy(bounds, keep, (found) => pairs.push(found)).of(value, '', 0);
  return { pairs, texts };
}

/** @returns undefined where there is nothing to show, such as of a function */
export function plainData(value: unknown, bounds: Bounds, show: ShowText): unknown {
  return new Copy(bounds, show, () => {}).of(value, '', 0);
}

class Copy {
  readonly #bounds: Bounds;
  readonly #show: ShowText;
  readonly #found: (pairs: Pairs) => void;
  readonly #above = new Set<object>();
  #nodes = 0;

  constructor(bounds: Bounds, show: ShowText, found: (pairs: Pairs) => void) {
    this.#bounds = bounds;
    this.#show = show;
    this.#found = found;
  }

  of(value: unknown, key: string, depth: number): unknown {
    if (++this.#nodes > this.#bounds.nodes) return '…';
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'boolean':
        return value;
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? value : this.#object(value, key, depth);
      case 'undefined':
      case 'function':
      case 'symbol':
        return undefined;
    }
  }

  #text(text: string, name = ''): string {
    const shown = this.#show(text, name);
    const { chars } = this.#bounds;
    return shown.length > chars ? `${shown.slice(0, chars)}… (${shown.length - chars} more)` : shown;
  }

  #object(value: object, key: string, depth: number): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Error) return this.#text(`${value.name}: ${value.message}`);
    if ('getSnapshot' in value && 'id' in value) return { actor: this.#text(String(value.id)) };
    if ('transition' in value && 'getInitialSnapshot' in value)
      return 'id' in value ? { chart: value.id } : undefined;
    if (this.#above.has(value) || depth >= this.#bounds.depth) return '…';
    this.#above.add(value);
    const copy =
      value instanceof Set || Array.isArray(value)
        ? this.#list(Array.isArray(value) ? value : [...value], key, depth)
        : this.#fields(value instanceof Map ? value : Object.entries(value), depth);
    this.#above.delete(value);
    return copy;
  }

  #list(values: readonly unknown[], key: string, depth: number): readonly unknown[] {
    const arePairs = pairKeys.has(key) && isPairs(values);
    if (arePairs) this.#found(values);
    const shown: unknown[] = [];
    for (const one of values) {
      if (shown.length >= this.#bounds.entries) break;
      shown.push(arePairs && Array.isArray(one) ? this.#pair(one) : (this.of(one, '', depth + 1) ?? null));
    }
    const more = values.length - shown.length;
    return more > 0 ? [...shown, `… ${more} more`] : shown;
  }

  #pair([name, value]: readonly unknown[]): readonly unknown[] {
    return [this.#text(String(name)), this.#text(String(value), String(name))];
  }

  #fields(entries: Iterable<readonly [unknown, unknown]>, depth: number): Readonly<Record<string, unknown>> {
    const shown: Array<readonly [string, unknown]> = [];
    let more = 0;
    for (const [name, value] of entries) {
      if (shown.length >= this.#bounds.entries) more++;
      else {
        const copy = this.of(value, String(name), depth + 1);
        if (copy !== undefined) shown.push([this.#text(String(name)), copy]);
      }
    }
    return Object.fromEntries(more > 0 ? [...shown, ['…', `${more} more`]] : shown);
  }
}

function isPairs(value: unknown): value is Pairs {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string')
  );
}
