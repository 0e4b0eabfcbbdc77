/**
 * Reads a container's log as `pods/log` serves it: from CRI records back to the lines of the container.
 *
 * A record is `<30 characters of time> <stdout|stderr> <F|P> <text>`: its text starts at column 40.
 */
import { open, type FileHandle } from 'node:fs/promises';

import type { LogQuery } from '../http/log-source.ts';
import type { ContainerLog } from './container-log.ts';
import { errorCode } from './error-code.ts';

const textColumn = 40;
const tagColumn = 38;
const chunkBytes = 64 * 1024;

export async function* readContainerLog(
  log: ContainerLog,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // Without `follow` the log is what it is now, however fast the container writes.
  const stopAt = query.follow ? Infinity : log.end;
  const from = query.tailLines === undefined ? 0 : await tailOffset(log, query.tailLines);
  const lines = new Lines(query);
  for await (const chunk of rawChunks(log, from, stopAt, signal)) {
    const text = lines.of(chunk);
    if (text !== '') yield Buffer.from(text, 'latin1');
    if (lines.isFull) return;
  }
}

/** The bytes of the files from `from` on; waits for more until `stopAt`, the end of the log or `signal`. */
async function* rawChunks(
  log: ContainerLog,
  from: number,
  stopAt: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let offset = from;
  let file: FileHandle | undefined;
  let opened: string | undefined;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  try {
    while (!signal.aborted && offset < stopAt) {
      if (offset >= log.end) {
        if (log.isEnded) return;
        await log.more(offset, signal);
        continue;
      }
      const segment = log.segmentAt(offset);
      if (segment === undefined) return;
      offset = Math.max(offset, segment.start);
      if (file === undefined || opened !== segment.path) {
        await file?.close();
        file = undefined;
        file = await open(segment.path, 'r');
        opened = segment.path;
      }
      const wanted = Math.min(chunkBytes, stopAt - offset);
      const { bytesRead } = await file.read(buffer, 0, wanted, offset - segment.start);
      if (bytesRead === 0) return;
      offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    // The Pod was deleted, or rotation was faster than this reader: what is gone cannot be read.
    if (errorCode(error) !== 'ENOENT') throw error;
  } finally {
    await file?.close();
  }
}

/** Where the last `lines` records begin. Records are counted, as the kubelet counts them. */
async function tailOffset(log: ContainerLog, lines: number): Promise<number> {
  let offset = log.end;
  let left = lines;
  if (left === 0) return offset;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let segment = log.segmentAt(offset); segment !== undefined && offset > segment.start;) {
    const size = Math.min(chunkBytes, offset - segment.start);
    const file = await open(segment.path, 'r');
    try {
      await file.read(buffer, 0, size, offset - size - segment.start);
    } finally {
      await file.close();
    }
    for (let at = size - 1; at >= 0; at -= 1) {
      // The newline that ends the last record does not begin one.
      if (buffer[at] !== 0x0a || offset - size + at + 1 === log.end) continue;
      left -= 1;
      if (left === 0) return offset - size + at + 1;
    }
    offset -= size;
    if (offset === segment.start) {
      const before = log.segmentAt(offset - 1);
      if (before === undefined || before.start >= offset) return offset;
      segment = before;
    }
  }
  return offset;
}

class Lines {
  readonly #query: LogQuery;
  readonly #since: string;
  #carry = '';
  #isLineStart = true;
  #bytesLeft: number;

  constructor(query: LogQuery) {
    this.#query = query;
    this.#since = query.sinceMs === undefined ? '' : new Date(query.sinceMs).toISOString().slice(0, 23);
    this.#bytesLeft = query.limitBytes ?? Infinity;
  }

  get isFull(): boolean {
    return this.#bytesLeft <= 0;
  }

  of(chunk: Buffer): string {
    const text = this.#carry + chunk.toString('latin1');
    let out = '';
    let at = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
      out += this.#line(text, at, newline);
      at = newline + 1;
    }
    this.#carry = text.slice(at);
    if (out.length > this.#bytesLeft) out = out.slice(0, this.#bytesLeft);
    this.#bytesLeft -= out.length;
    return out;
  }

  /** Each record by its own time, as the kubelet does it: also one that is older than those before it is left out. */
  #line(text: string, start: number, end: number): string {
    const isLineStart = this.#isLineStart;
    this.#isLineStart = text[start + tagColumn] === 'F';
    // Equal width and UTC: the order of the texts is the order of the times.
    if (this.#since !== '' && text.slice(start, start + this.#since.length) < this.#since) return '';
    const stamp = this.#query.timestamps && isLineStart ? text.slice(start, start + 31) : '';
    const line = text.slice(start + textColumn, end);
    return this.#isLineStart ? `${stamp}${line}\n` : stamp + line;
  }
}
