/** Whatever stands in an entry: it is judged, and a valid one is the command that its fields say. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import { decodeEvent, type DecodedEvent } from '../../../src/redis/decode-event.ts';
import type { Entry } from '../../../src/redis/event-stream.ts';
import { RpcError } from '../../../src/rpc/status.ts';
import { defaultLimits } from '../../../src/rpc/validate/limits.ts';
import { validateScaleDown, validateScaleUp } from '../../../src/rpc/validate/scale.ts';
import { entry, entryId } from '../../support/redis-entries.ts';

const known = [
  'type',
  'pod_count',
  'target_replicas',
  'task_id',
  'event_id',
  'request_id',
  'timestamp',
  '__proto__',
];
const values = [
  '',
  'scale_up',
  'scale_down',
  '0',
  '1',
  '-1',
  '100',
  '2147483648',
  '1e3',
  'NaN',
  '\u202e',
  '\0',
  'ü',
];
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const name = fc.oneof(
  fc.constantFrom(...known).map((text) => Buffer.from(text)),
  bytes,
);
const value = fc.oneof(
  fc.constantFrom(...values).map((text) => Buffer.from(text)),
  bytes,
);
const anyEntry: fc.Arbitrary<Entry> = fc.record({
  id: fc.nat().map(entryId),
  fields: fc.array(fc.tuple(name, value), { maxLength: 12 }),
});

test.prop([anyEntry], { numRuns: 2_000 })('any bytes are a command or malformed with a reason', (given) => {
  const decoded = decodeEvent(given);
  if (decoded.kind === 'malformed') expect(decoded.reason).toMatch(/^[^\0\n\u202e]{5,}$/);
  else expect(codeOf(decoded)).toMatch(/^(?:|INVALID_ARGUMENT)$/);
});

/** How the rules for gRPC's requests judge it: '' where they take it. */
function codeOf({ kind, request }: Exclude<DecodedEvent, { kind: 'malformed' }>): string {
  const validate = kind === 'scale-up' ? validateScaleUp : validateScaleDown;
  try {
    expect(validate(request, defaultLimits).requestId).not.toBe('');
    return '';
  } catch (error) {
    if (error instanceof RpcError) return error.code;
    throw error;
  }
}

const plain = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);

test.prop([
  plain,
  fc.integer({ min: 1, max: 100 }),
  fc.dictionary(plain, plain, { maxKeys: 10 }),
  fc.boolean(),
])(
  'a valid event is the command that its fields say, in whatever order they stand',
  (taskId, workers, extra, isReversed) => {
    const metadata = Object.entries(extra).filter(([key]) => !known.includes(key) && !own.has(key));
    const fields = [
      ['type', 'scale_up'],
      ['task_id', taskId],
      ['pod_count', String(workers)],
      ['event_id', 'e'],
      ...metadata,
    ];
    const decoded = decodeEvent(entry(entryId(1), ...(isReversed ? fields.toReversed() : fields).flat()));
    if (decoded.kind !== 'scale-up') throw new Error(`decoded as ${decoded.kind}`);
    expect(validateScaleUp(decoded.request, defaultLimits)).toMatchObject({
      taskId,
      workerCount: workers,
      requestId: 'e',
      metadata: metadata.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    });
  },
);

const own: ReadonlySet<string> = new Set(['repository', 'commit_sha', 'triggered_by', 'reason']);
