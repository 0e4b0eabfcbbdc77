/**
 * A YAML or JSON text as a value whose every part knows its line and column.
 *
 * YAML 1.2, one document, no tags of one's own. Values that are text by nature
 * (variables, arguments, metadata, a matrix) are taken as they are written:
 * `1.10` stays `1.10`.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
} from 'yaml';
import { messageOf } from '../../../error-message.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface Located {
  readonly value: unknown;
  /**
   * Where the part at this path begins; where it is missing, the innermost part that is there.
   * @param key the name of a map's entry, not its value.
   */
  placeOf(path: readonly PropertyKey[], key?: string): Place;
}

export interface SyntaxProblem {
  readonly place: Place;
  readonly rule: string;
}

const textual: ReadonlySet<unknown> = new Set(['env', 'metadata', 'matrix', 'command', 'args']);

export function readDocument(
  text: string,
): { readonly located: Located } | { readonly problems: SyntaxProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const syntax = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    place: placeAt(pos[0]),
    rule: syntaxRule(code, message),
  }));
  const unusable = unusableNames(document).map((offset) => ({
    place: placeAt(offset),
    rule: '"__proto__" cannot be used as a name',
  }));
  if (syntax.length > 0 || unusable.length > 0) return { problems: [...syntax, ...unusable] };
  keepText(document);
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { located: { value, placeOf: (path, key) => placeAt(offsetOf(document, path, key)) } };
  } catch (error) {
    // An alias without an anchor, or a bomb made of them.
    const rule = messageOf(error);
    return { problems: [{ place: { line: 1, column: 1 }, rule }] };
  }
}

function syntaxRule(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'stands twice in the same map';
  return code === 'MULTIPLE_DOCS' ? 'begins a second document; a file holds one pipeline' : message;
}

/** The one name that JavaScript keeps for itself, and that would silently be lost. */
function unusableNames(document: Document.Parsed): number[] {
  const offsets: number[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__') offsets.push(startOf(key) ?? 0);
    },
  });
  return offsets;
}

/** Puts the source of numbers and truth values in their place where text is meant. */
function keepText(document: Document.Parsed): void {
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || node.source === undefined) return;
      const inText = path.some((step) => 'key' in step && isScalar(step.key) && textual.has(step.key.value));
      if (inText && (typeof node.value === 'number' || typeof node.value === 'boolean'))
        node.value = node.source;
    },
  });
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], key?: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of [...path, ...(key === undefined ? [] : [key])].entries()) {
    const at = isAlias(node) ? node.resolve(document) : node;
    if (isMap(at)) {
      const pair = at.items.find(
        (item: Pair) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) return offset;
      const isKey = key !== undefined && depth === path.length;
      offset = (isKey ? undefined : startOf(pair.value)) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(at) && typeof step === 'number' && step in at.items) {
      node = at.items[step];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return undefined;
  // A value that is left out has a place of its own, behind its name: the name says more.
  if (isScalar(node) && node.value === null && node.source === '') return undefined;
  return node.range?.[0] ?? undefined;
}
