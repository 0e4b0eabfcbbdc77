/**
 * `metadata` of a command: free data, bounded, with one key of ours.
 *
 * That key is taken out, so that the rest is data and nothing else: `request_id`
 * of a scale command, half of its idempotency key, and `on_failure` of a pipeline.
 */
import type { Limits } from './limits.ts';
import { type Pair, sortedPairs } from './pairs.ts';
import { entryOf, quote, reject } from './reject.ts';
import { byteLength, optionalId, paragraph, requiredId } from './text.ts';

const field = 'metadata';

export interface CommandMetadata {
  /** '' when absent or empty. */
  readonly requestId: string;
  /** Sorted by key, without `request_id`. */
  readonly rest: readonly Pair[];
}

export function commandMetadata(metadata: Readonly<Record<string, string>>, limits: Limits): CommandMetadata {
  const entries = boundedEntries(metadata, limits);
  const requestId = optionalId(entryOf(field, 'request_id'), entries.get('request_id') ?? '', limits);
  return { requestId, rest: freeData(entries, 'request_id', limits) };
}

export interface PipelineMetadata {
  /** `stop` when absent or empty. */
  readonly onFailure: 'stop' | 'continue';
  /** Sorted by key, without `on_failure`. */
  readonly rest: readonly Pair[];
}

/** A run's key is its own id, so `request_id` means nothing here and is data like the rest. */
export function pipelineMetadata(
  metadata: Readonly<Record<string, string>>,
  limits: Limits,
): PipelineMetadata {
  const entries = boundedEntries(metadata, limits);
  const onFailure = entries.get('on_failure') || 'stop';
  if (onFailure !== 'stop' && onFailure !== 'continue')
    reject(entryOf(field, 'on_failure'), `${quote(onFailure)} is unknown; write stop, continue or nothing`);
  return { onFailure, rest: freeData(entries, 'on_failure', limits) };
}

function freeData(entries: ReadonlyMap<string, string>, ours: string, limits: Limits): readonly Pair[] {
  const rest = sortedPairs(entries).filter(([key]) => key !== ours);
  for (const [key, value] of rest) {
    const entry = entryOf(field, key);
    requiredId(`${entry} (its key)`, key, limits);
    paragraph(entry, value, limits.annotationBytesMax);
  }
  return rest;
}

function boundedEntries(
  metadata: Readonly<Record<string, string>>,
  limits: Limits,
): ReadonlyMap<string, string> {
  const entries = new Map(Object.entries(metadata));
  if (entries.size > limits.metadataEntriesMax)
    reject(field, `has ${entries.size} entries; at most ${limits.metadataEntriesMax} are allowed`);
  const bytes = [...entries].reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > limits.annotationBytesMax)
    reject(field, `is ${bytes} bytes in all; at most ${limits.annotationBytesMax} are allowed`);
  return entries;
}
