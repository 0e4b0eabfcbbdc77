/**
 * Log lines as bytes of `WorkerLogEntry` and `WorkerLogBatch`.
 *
 * Written by hand because most of an entry is the same for all lines of a stream: it is encoded once. The proto files
 * stay the judge: a test decodes what is written here by them.
 */
import type { LineOrigin, WorkerLine } from '../../logs/line.ts';
import { firstSeqOf } from '../../logs/spool/loss.ts';

/** Field number and wire type "length-delimited", as protobuf's tag. */
const tag = (field: number): number => (field << 3) | 2;
const entryTag = {
  workerId: tag(1),
  taskId: tag(2),
  timestamp: tag(3),
  level: tag(4),
  source: tag(5),
  message: tag(6),
  podMetadata: tag(7),
  metadata: tag(8),
} as const;
const batchEntries = tag(1);
const seqKey = Buffer.concat([Buffer.from([tag(1), 8]), Buffer.from('otto.seq'), Buffer.from([tag(2)])]);

interface Shared {
  /** Fields that all lines of the stream have. */
  readonly every: Buffer;
  /** Fields of the first line of a worker in a message. */
  readonly podMetadata: Buffer;
}

const sharedByOrigin = new WeakMap<LineOrigin, Map<string, Shared>>();
const levelBytes = {
  INFO: textField(entryTag.level, 'INFO'),
  ERROR: textField(entryTag.level, 'ERROR'),
  DEBUG: textField(entryTag.level, 'DEBUG'),
  WARN: textField(entryTag.level, 'WARN'),
} as const;
const sourceBytes = {
  stdout: textField(entryTag.source, 'stdout'),
  stderr: textField(entryTag.source, 'stderr'),
} as const;
const noBytes = Buffer.alloc(0);

/** One message of ForwardWorkerLogs. */
export function encodeEntry(line: WorkerLine): Buffer {
  const shared = sharedOf(line);
  const extra = line.gap ? gapFields(line) : noBytes;
  const size = sizeOf(line, shared.every.length + shared.podMetadata.length + extra.length);
  const bytes = Buffer.allocUnsafe(size.entry);
  writeEntry(bytes, 0, line, size, [shared.every, shared.podMetadata, extra]);
  return bytes;
}

/** One message of ForwardWorkerLogBatches. */
export function encodeBatch(lines: readonly WorkerLine[]): Buffer {
  const seen = new Set<string>();
  const parts = lines.map((line) => {
    const shared = sharedOf(line);
    const isFirst = !seen.has(line.origin.podUid);
    if (isFirst) seen.add(line.origin.podUid);
    const podMetadata = isFirst ? shared.podMetadata : noBytes;
    const extra = line.gap ? gapFields(line) : noBytes;
    const size = sizeOf(line, shared.every.length + podMetadata.length + extra.length);
    return { line, size, fields: [shared.every, podMetadata, extra] };
  });
  const length = parts.reduce((sum, { size }) => sum + 1 + varintLength(size.entry) + size.entry, 0);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { line, size, fields } of parts) {
    bytes[at++] = batchEntries;
    at = writeVarint(bytes, at, size.entry);
    at = writeEntry(bytes, at, line, size, fields);
  }
  return bytes;
}

interface Size {
  readonly entry: number;
  readonly time: number;
  readonly text: number;
}

function sizeOf({ seq, time, text, level, source }: WorkerLine, otherBytes: number): Size {
  const timeBytes = Buffer.byteLength(time);
  const textBytes = Buffer.byteLength(text);
  const seqEntry = seqKey.length + 1 + digitsOf(seq);
  const entry =
    otherBytes +
    (timeBytes === 0 ? 0 : 1 + varintLength(timeBytes) + timeBytes) +
    levelBytes[level].length +
    sourceBytes[source].length +
    (textBytes === 0 ? 0 : 1 + varintLength(textBytes) + textBytes) +
    2 +
    seqEntry;
  return { entry, time: timeBytes, text: textBytes };
}

function writeEntry(
  bytes: Buffer,
  from: number,
  { seq, time, text, level, source }: WorkerLine,
  size: Size,
  fields: readonly Buffer[],
): number {
  let at = from;
  for (const field of [...fields, levelBytes[level], sourceBytes[source]]) {
    bytes.set(field, at);
    at += field.length;
  }
  if (size.time > 0) {
    bytes[at++] = entryTag.timestamp;
    at = writeVarint(bytes, at, size.time);
    at += bytes.write(time, at);
  }
  if (size.text > 0) {
    bytes[at++] = entryTag.message;
    at = writeVarint(bytes, at, size.text);
    at += bytes.write(text, at);
  }
  const digits = digitsOf(seq);
  bytes[at++] = entryTag.metadata;
  bytes[at++] = seqKey.length + 1 + digits;
  bytes.set(seqKey, at);
  at += seqKey.length;
  bytes[at++] = digits;
  return at + bytes.write(String(seq), at);
}

function sharedOf({ origin, stream }: WorkerLine): Shared {
  let byStream = sharedByOrigin.get(origin);
  if (!byStream) {
    byStream = new Map();
    sharedByOrigin.set(origin, byStream);
  }
  let shared = byStream.get(stream);
  if (!shared) {
    shared = encodeShared(origin, stream);
    byStream.set(stream, shared);
  }
  return shared;
}

function encodeShared(origin: LineOrigin, stream: string): Shared {
  const { workerId, taskId, pipelineId, stageId, podName, namespace, nodeName, createdAt, labels } = origin;
  const pod = Buffer.concat([
    textField(tag(1), podName),
    textField(tag(2), namespace),
    textField(tag(3), nodeName),
    textField(tag(4), createdAt),
    ...Object.entries(labels).map(([key, value]) => mapEntry(tag(5), key, value)),
  ]);
  return {
    every: Buffer.concat([
      textField(entryTag.workerId, workerId),
      textField(entryTag.taskId, taskId),
      mapEntry(entryTag.metadata, 'otto.stream', stream),
      ...(pipelineId === '' ? [] : [mapEntry(entryTag.metadata, 'otto.pipeline', pipelineId)]),
      ...(stageId === '' ? [] : [mapEntry(entryTag.metadata, 'otto.stage', stageId)]),
    ]),
    podMetadata: bytesField(entryTag.podMetadata, pod),
  };
}

function gapFields(line: WorkerLine): Buffer {
  const { gap } = line;
  if (!gap) return noBytes;
  const first = firstSeqOf(line);
  return Buffer.concat([
    mapEntry(entryTag.metadata, 'otto.gap', gap.reason),
    ...(gap.lines === undefined ? [] : [mapEntry(entryTag.metadata, 'otto.gap.lines', String(gap.lines))]),
    ...(first === line.seq ? [] : [mapEntry(entryTag.metadata, 'otto.gap.first', String(first))]),
  ]);
}

function mapEntry(fieldTag: number, key: string, value: string): Buffer {
  return bytesField(fieldTag, Buffer.concat([textField(tag(1), key), textField(tag(2), value)]));
}

function textField(fieldTag: number, text: string): Buffer {
  return text === '' ? Buffer.alloc(0) : bytesField(fieldTag, Buffer.from(text));
}

function bytesField(fieldTag: number, value: Buffer): Buffer {
  const head = Buffer.allocUnsafe(1 + varintLength(value.length));
  head[0] = fieldTag;
  writeVarint(head, 1, value.length);
  return Buffer.concat([head, value]);
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

function writeVarint(bytes: Buffer, from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

function digitsOf(seq: number): number {
  let digits = 1;
  for (let power = 10; seq >= power; power *= 10) digits++;
  return digits;
}
