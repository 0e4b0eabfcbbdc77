/**
 * What stands in the dead-letter stream: why, whence, and the event's own fields, so that it can be corrected and
 * added again. Pure.
 */
import type { Entry } from './event-stream.ts';

type Field = readonly [name: string | Buffer, value: string | Buffer];

/** Of the event's own fields; the event itself is still in its stream. */
const bytesMax = 1024 * 1024;
const reasonCharsMax = 1_000;

export interface DeadLetter {
  readonly stream: string;
  readonly reason: string;
  readonly deliveries: number;
  /** RFC 3339. */
  readonly at: string;
}

/** Names of ours, before those of the event. */
export const deadLetterFields = {
  sourceId: 'otto.source_id',
  reason: 'otto.reason',
} as const;

export function deadLetter(
  { id, fields }: Entry,
  { stream, reason, deliveries, at }: DeadLetter,
): readonly Field[] {
  const kept = withinBytes(fields);
  const leftOut = fields.length - kept.length;
  return [
    [deadLetterFields.sourceId, id],
    ['otto.source_stream', stream],
    [deadLetterFields.reason, reason.slice(0, reasonCharsMax).toWellFormed()],
    ['otto.deliveries', String(deliveries)],
    ['otto.dead_at', at],
    ...(leftOut > 0 ? [['otto.fields_left_out', String(leftOut)] as const] : []),
    ...kept,
  ];
}

function withinBytes(fields: Entry['fields']): Entry['fields'] {
  let bytes = 0;
  return fields.filter(([name, value]) => (bytes += name.length + value.length) <= bytesMax);
}
