/** What is on a platter, read as the next process would read it. */
import type { WorkerLine } from '../../../src/logs/line.ts';
import type { FollowMark } from '../../../src/logs/store.ts';
import type { Notice } from '../../../src/logs/notices/notice.ts';
import { decodeFrame, frameEnd } from '../../../src/logs/spool/frame.ts';
import { decodeLines } from '../../../src/logs/spool/segment-codec.ts';
import type { Platter } from '../../support/model-disk.ts';

export function linesOn(platter: Platter): readonly WorkerLine[] {
  const lines: WorkerLine[] = [];
  for (const [name, { bytes }] of platter.files) {
    if (!name.startsWith('lines-')) continue;
    for (const [from, to] of framesOf(bytes))
      lines.push(...(decodeLines(bytes.subarray(from, to))?.lines ?? []));
  }
  return lines;
}

/** UIDs of the Pods whose logs the next process may go on with. */
export function markedOn(platter: Platter): ReadonlySet<string> {
  const streams: string[] = [];
  for (const [name, { bytes }] of platter.files) {
    if (name !== 'checkpoint' && !name.startsWith('lines-')) continue;
    for (const [from] of framesOf(bytes)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both kinds of frames are written so
      const head = decodeFrame(bytes, from)?.head as
        { marks?: readonly (FollowMark | [FollowMark])[] } | undefined;
      for (const mark of head?.marks ?? []) streams.push('stream' in mark ? mark.stream : mark[0].stream);
    }
  }
  return new Set(streams.map((stream) => stream.slice(0, stream.indexOf('/'))));
}

/** Those that a power loss cannot take. */
export function noticesOn(platter: Platter): readonly Notice[] {
  const file = platter.files.get('notices');
  const bytes = file?.bytes.subarray(0, file.syncedBytes) ?? Buffer.alloc(0);
  return [...framesOf(bytes)].flatMap(([from]) => {
    const head = decodeFrame(bytes, from)?.head as
      { readonly added?: readonly { notice: Notice }[] } | undefined;
    return (head?.added ?? []).map(({ notice }) => notice);
  });
}

function* framesOf(bytes: Buffer): Generator<readonly [from: number, to: number]> {
  for (let offset = 0; ;) {
    const end = frameEnd(bytes, offset);
    if (end === undefined || end > bytes.length) return;
    yield [offset, end];
    offset = end;
  }
}
