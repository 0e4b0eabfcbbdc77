/** Entries of a stream as a test writes them. */
import type { Delivery, Entry } from '../../src/redis/event-stream.ts';

export const entryId = (number: number): string => `${Date.UTC(2026, 0, 1)}-${number}`;

/** @param fields names and values in turn */
export function entry(id: string, ...fields: readonly (string | Buffer)[]): Entry {
  const bytes = fields.map((field) => Buffer.from(field));
  const pairs = bytes.flatMap((name, at) => {
    const value = bytes[at + 1];
    return at % 2 === 0 && value ? [[name, value] as const] : [];
  });
  return { id, fields: pairs };
}

/** A scale-up of one worker that was handed out once. */
export function upOf(number: number, taskId: string, ...fields: readonly string[]): Delivery {
  const own = ['type', 'scale_up', 'pod_count', '1', 'task_id', taskId, ...fields];
  return { entry: entry(entryId(number), ...own), deliveries: 1 };
}
