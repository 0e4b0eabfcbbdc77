/**
 * `metadata` of a command: free data, bounded, with one key of ours.
 *
 * `request_id` is half of the idempotency key and is taken out, so that the
 * rest is data and nothing else.
 */
import type { Limits } from './limits.ts';
import { type Pair, sortedPairs } from './pairs.ts';
import { entryOf, reject } from './reject.ts';
import { byteLength, optionalId, paragraph, requiredId } from './text.ts';

const field = 'metadata';

export interface CommandMetadata {
  /** '' when absent or empty. */
  readonly requestId: string;
  /** Sorted by key, without `request_id`. */
  readonly rest: readonly Pair[];
}

export function commandMetadata(metadata: Readonly<Record<string, string>>, limits: Limits): CommandMetadata {
  const entries = new Map(Object.entries(metadata));
  withinAnnotations(entries, limits);
  const requestId = optionalId(entryOf(field, 'request_id'), entries.get('request_id') ?? '', limits);
  const rest = sortedPairs(entries).filter(([key]) => key !== 'request_id');
  for (const [key, value] of rest) {
    const entry = entryOf(field, key);
    requiredId(`${entry} (its key)`, key, limits);
    paragraph(entry, value, limits.annotationBytesMax);
  }
  return { requestId, rest };
}

function withinAnnotations(entries: ReadonlyMap<string, string>, limits: Limits): void {
  if (entries.size > limits.metadataEntriesMax)
    reject(field, `has ${entries.size} entries; at most ${limits.metadataEntriesMax} are allowed`);
  const bytes = [...entries].reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > limits.annotationBytesMax)
    reject(field, `is ${bytes} bytes in all; at most ${limits.annotationBytesMax} are allowed`);
}
