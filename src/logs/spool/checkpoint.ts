/**
 * All that must be known beside the lines themselves: one small file, `checkpoint`, of a single frame that is always
 * replaced as a whole.
 *
 * It says up to where lines need not be delivered any more, how far every stream was kept and acknowledged, what is
 * missing, and the newest mark of every source.
 */
import type { LineOrigin } from '../line.ts';
import type { FollowMark } from '../store.ts';
import type { Disk } from './disk.ts';
import { decodeFrame, encodeFrame } from './frame.ts';
import type { Hole } from './holes.ts';
import type { PlacedMark, StreamState } from './stream-book.ts';

export const checkpointName = 'checkpoint';

export interface Checkpoint {
  /** Every line before this place is delivered or given up. */
  readonly cursor: number;
  /** No line had this place or a later one. */
  readonly end: number;
  readonly streams: Iterable<StreamState>;
  readonly marks: Iterable<PlacedMark>;
  readonly holes: readonly Hole[];
}

interface Written {
  readonly version: 1;
  readonly cursor: number;
  readonly end: number;
  readonly origins: readonly LineOrigin[];
  /** Stream, index of its origin, kept, acknowledged, the place behind its lines. */
  readonly streams: ReadonlyArray<readonly [string, number, number, number, number]>;
  readonly marks: ReadonlyArray<readonly [FollowMark, number]>;
  readonly holes: readonly Hole[];
}

export function encodeCheckpoint({ cursor, end, streams, marks, holes }: Checkpoint): Buffer {
  const origins = new Map<LineOrigin, number>();
  const indexOf = (origin: LineOrigin): number => {
    const index = origins.get(origin) ?? origins.size;
    origins.set(origin, index);
    return index;
  };
  const written: Written = {
    version: 1,
    cursor,
    end,
    streams: [...streams].map(({ stream, origin, keptSeq, ackedSeq, before }) => [
      stream,
      indexOf(origin),
      keptSeq,
      ackedSeq,
      before,
    ]),
    marks: [...marks].map(({ mark, before }) => [mark, before]),
    holes,
    origins: [...origins.keys()],
  };
  return encodeFrame(written, Buffer.alloc(0));
}

/** @returns 'none' where there was never one, 'torn' where it cannot be read */
export async function readCheckpoint(disk: Disk): Promise<Checkpoint | 'none' | 'torn'> {
  const file = (await disk.files()).find(({ name }) => name === checkpointName);
  if (!file) return 'none';
  const bytes = await disk.read(checkpointName, 0, file.bytes).catch(() => undefined);
  const frame = bytes && decodeFrame(bytes);
  if (!frame) return 'torn';
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its CRC says that `encodeCheckpoint` wrote it
  const { cursor, end, origins, streams, marks, holes } = frame.head as Written;
  return {
    cursor,
    end,
    holes,
    marks: marks.map(([mark, before]) => ({ mark, before })),
    streams: streams.flatMap(([stream, index, keptSeq, ackedSeq, before]) => {
      const origin = origins[index];
      return origin ? [{ stream, origin, tailSeq: keptSeq, keptSeq, ackedSeq, before }] : [];
    }),
  };
}
