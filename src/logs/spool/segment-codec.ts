/**
 * Lines as the frame of a segment.
 *
 * The head says what is known without reading the lines: their places, the numbers of each stream, and the marks that
 * cover them. The body has the lines. What is shared by the lines of a stream is told once.
 */
import type { Gap, LineOrigin, WorkerLine } from '../line.ts';
import type { FollowMark } from '../store.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

/** Numbers of a stream within a frame: all from `firstSeq` to `lastSeq` that there were. */
interface StreamRange {
  readonly stream: string;
  readonly origin: LineOrigin;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export interface SegmentHead {
  readonly position: number;
  readonly count: number;
  readonly ranges: readonly StreamRange[];
  readonly marks: readonly FollowMark[];
}

/** Index of the range, seq, time, source is stderr, level, text, gap. */
type WrittenLine = readonly [number, number, string, 0 | 1, number, string, Gap?];

interface WrittenHead {
  readonly position: number;
  readonly count: number;
  readonly origins: readonly LineOrigin[];
  /** Stream, index of its origin, first and last number. */
  readonly ranges: ReadonlyArray<readonly [string, number, number, number]>;
  readonly marks: readonly FollowMark[];
}

const levels = ['INFO', 'ERROR', 'DEBUG', 'WARN'] as const;

export function encodeLines(
  position: number,
  lines: readonly WorkerLine[],
  marks: readonly FollowMark[],
): { readonly frame: Buffer; readonly head: SegmentHead } {
  const { ranges, indexes } = rangesOf(lines);
  const written: WrittenLine[] = [];
  for (const { stream, seq, time, source, level, text, gap } of lines) {
    const index = indexes.get(stream) ?? 0;
    const isStderr = source === 'stderr' ? 1 : 0;
    const levelIndex = levels.indexOf(level);
    written.push(
      gap === undefined
        ? [index, seq, time, isStderr, levelIndex, text]
        : [index, seq, time, isStderr, levelIndex, text, gap],
    );
  }
  const origins = [...new Set(ranges.map(({ origin }) => origin))];
  const head: WrittenHead = {
    position,
    count: lines.length,
    origins,
    ranges: ranges.map(({ stream, origin, firstSeq, lastSeq }) => [
      stream,
      origins.indexOf(origin),
      firstSeq,
      lastSeq,
    ]),
    marks,
  };
  return {
    frame: encodeFrame(head, Buffer.from(JSON.stringify(written))),
    head: { position, count: lines.length, ranges, marks },
  };
}

/** @returns undefined where there is no sound frame */
export function decodeHead(bytes: Buffer, offset: number): SegmentHead | undefined {
  const frame = decodeFrame(bytes, offset);
  return frame && readHead(frame.head);
}

export function decodeLines(
  bytes: Buffer,
): { readonly head: SegmentHead; readonly lines: readonly WorkerLine[] } | undefined {
  const frame = decodeFrame(bytes);
  if (!frame) return undefined;
  const head = readHead(frame.head);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its CRC says that `encodeLines` wrote it
  const written = JSON.parse(frame.body.toString('utf8')) as readonly WrittenLine[];
  const lines: WorkerLine[] = [];
  for (const [index, seq, time, isStderr, level, text, gap] of written) {
    const range = head.ranges[index];
    if (!range) continue;
    const { stream, origin } = range;
    const source = isStderr ? 'stderr' : 'stdout';
    const line = { origin, stream, seq, time, source, level: levels[level] ?? 'INFO', text } as const;
    lines.push(gap === undefined ? line : { ...line, gap });
  }
  return { head, lines };
}

function readHead(written: unknown): SegmentHead {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its CRC says that `encodeLines` wrote it
  const { position, count, origins, ranges, marks } = written as WrittenHead;
  return {
    position,
    count,
    marks,
    ranges: ranges.flatMap(([stream, index, firstSeq, lastSeq]) => {
      const origin = origins[index];
      return origin ? [{ stream, origin, firstSeq, lastSeq }] : [];
    }),
  };
}

function rangesOf(lines: readonly WorkerLine[]): {
  readonly ranges: readonly StreamRange[];
  readonly indexes: ReadonlyMap<string, number>;
} {
  const ranges: Array<{ stream: string; origin: LineOrigin; firstSeq: number; lastSeq: number }> = [];
  const indexes = new Map<string, number>();
  for (const { stream, origin, seq } of lines) {
    const index = indexes.get(stream);
    const range = index === undefined ? undefined : ranges[index];
    if (range) {
      range.lastSeq = seq;
    } else {
      indexes.set(stream, ranges.length);
      ranges.push({ stream, origin, firstSeq: seq, lastSeq: seq });
    }
  }
  return { ranges, indexes };
}
