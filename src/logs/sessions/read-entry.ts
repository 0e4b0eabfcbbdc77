/**
 * A LogEntry as a line, or what is wrong with it. What a worker sends is untrusted: nothing of it is kept beyond
 * its bounds, and it can name no stream of another worker's.
 */
import type { PushedLine } from './judge-line.ts';
import { pushedMetadata } from './pushed-metadata.ts';

/** The part of the wire's LogEntry that is read here. */
export interface PushedEntry {
  readonly timestamp: string;
  readonly level: string;
  readonly source: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const streamCharsMax = 320;
const seqPattern = /^[1-9]\d{0,14}$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/** Control and bidirectional characters, as in ids everywhere. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const hidden = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;

/**
 * @param numberOf the next number of a stream whose lines come without
 * @param nowTime RFC 3339, for a line that tells no time
 */
export function readEntry(
  entry: PushedEntry,
  workerId: string,
  messageBytesMax: number,
  numberOf: (stream: string) => number,
  nowTime: string,
): Omit<PushedLine, 'begins'> {
  const { metadata, message } = entry;
  const source = entry.source === 'stderr' ? 'stderr' : 'stdout';
  const named = metadata[pushedMetadata.stream];
  const numbered = metadata[pushedMetadata.seq];
  const isIdentified = named !== undefined && numbered !== undefined;
  const isSound =
    isIdentified &&
    seqPattern.test(numbered) &&
    named.length <= streamCharsMax &&
    named.startsWith(`${workerId}/`) &&
    !hidden.test(named);
  const stream = isSound ? named : `${workerId}/worker/${source}`;
  const bytes = Buffer.byteLength(message);
  const broken =
    isIdentified && !isSound
      ? `${pushedMetadata.seq} must be a whole number from 1, and ${pushedMetadata.stream} begin with the worker's id`
      : bytes > messageBytesMax
        ? `message: ${bytes} bytes, at most ${messageBytesMax} are allowed`
        : undefined;
  const gap = metadata[pushedMetadata.gap] ?? '';
  return {
    stream,
    seq: isSound ? Number(numbered) : numberOf(stream),
    time: timePattern.test(entry.timestamp) ? entry.timestamp : nowTime,
    source,
    level: levelOf(entry.level),
    text: broken === undefined ? message : '',
    gapLines: seqPattern.test(gap) ? Number(gap) : 0,
    ...(broken === undefined ? {} : { broken }),
  };
}

function levelOf(level: string): PushedLine['level'] {
  return level === 'ERROR' || level === 'DEBUG' || level === 'WARN' ? level : 'INFO';
}
