/** What is on a platter, read as the next process would read it. */
import type { WorkerLine } from '../../../src/logs/line.ts';
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
