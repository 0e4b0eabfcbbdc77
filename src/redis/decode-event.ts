/**
 * From an entry of the stream to the ScaleRequest that a gRPC caller would have sent. Pure and total.
 *
 * Only the form is judged here; what a request may say is judged where gRPC's are, by the same rules. Nothing is
 * repaired: two entries that differ must not end as one command.
 */
import type { ScaleRequest__Output } from '../rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import { quote } from '../rpc/validate/reject.ts';
import type { Entry } from './event-stream.ts';

export type DecodedEvent =
  | { readonly kind: 'scale-up' | 'scale-down'; readonly request: ScaleRequest__Output }
  | { readonly kind: 'malformed'; readonly reason: string };

/** As a message over gRPC. */
const bytesMax = 1024 * 1024;
const fieldsMax = 128;

const kinds: ReadonlyMap<string, 'scale-up' | 'scale-down'> = new Map([
  ['scale_up', 'scale-up'],
  ['scale_down', 'scale-down'],
]);

/** Fields with a meaning; all others are metadata. `timestamp` says when a producer wrote, which is no content. */
const meaningful: ReadonlySet<string> = new Set([
  'type',
  'pod_count',
  'target_replicas',
  'task_id',
  'event_id',
  'request_id',
  'timestamp',
  'repository',
  'commit_sha',
  'triggered_by',
  'reason',
]);

export function decodeEvent(entry: Entry): DecodedEvent {
  try {
    return decode(entry.id, readFields(entry));
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', reason: error.message };
    throw error;
  }
}

class Malformed extends Error {}

function decode(id: string, fields: ReadonlyMap<string, string>): DecodedEvent {
  const given = (name: string) => fields.get(name) ?? '';
  const kind = kinds.get(given('type'));
  if (kind === undefined)
    throw new Malformed(
      given('type') === ''
        ? 'type: is required; write scale_up or scale_down'
        : `type: ${quote(given('type'))} is unknown; write scale_up or scale_down`,
    );
  const eventId = agreed('event_id', 'request_id', fields);
  const metadata = [...fields].filter(([name]) => !meaningful.has(name));
  return {
    kind,
    request: {
      task_id: given('task_id') || (kind === 'scale-up' ? eventId || id : ''),
      repository: given('repository'),
      commit_sha: given('commit_sha'),
      worker_count: workerCount(agreed('pod_count', 'target_replicas', fields)),
      build_config: {},
      triggered_by: given('triggered_by'),
      reason: given('reason'),
      metadata: Object.fromEntries([...metadata, ['request_id', eventId || id]]),
    },
  };
}

/** Two names of one thing, of which either may be given. */
function agreed(name: string, otherName: string, fields: ReadonlyMap<string, string>): string {
  const [one, other] = [fields.get(name) ?? '', fields.get(otherName) ?? ''];
  if (one !== '' && other !== '' && one !== other)
    throw new Malformed(`${name}: ${quote(one)} and ${otherName} ${quote(other)} differ`);
  return one || other;
}

function workerCount(text: string): number {
  if (text === '') throw new Malformed('pod_count: is required; write a whole number');
  if (!/^-?\d{1,10}$/.test(text)) throw new Malformed(`pod_count: ${quote(text)} is not a whole number`);
  return Number(text);
}

function readFields({ fields }: Entry): ReadonlyMap<string, string> {
  if (fields.length > fieldsMax)
    throw new Malformed(`the event has ${fields.length} fields; at most ${fieldsMax} are allowed`);
  const bytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > bytesMax) throw new Malformed(`the event is ${bytes} bytes; at most ${bytesMax} are allowed`);
  const read = new Map<string, string>();
  for (const [nameBytes, valueBytes] of fields) {
    const name = decoded('the name of a field', nameBytes);
    if (read.has(name)) throw new Malformed(`${quote(name)}: is given twice`);
    read.set(name, decoded(quote(name), valueBytes));
  }
  return read;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(what: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed(`${what}: is not UTF-8`);
  }
}
