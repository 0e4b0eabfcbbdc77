/**
 * The log of one run of a container: files in the CRI format, rotated, and who waits for more of it.
 *
 * Every byte that was ever written has an offset; rotation drops the oldest file and moves no offset, so a reader
 * that is behind notices exactly what it has lost. Writing is synchronous: once a line is written every reader
 * sees it, and a process that writes faster than the disk is slowed down by its full pipe.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

const fileBytesMax = 10 * 1024 * 1024;
const filesMax = 5;
/** containerd cuts a longer line into parts of this size, all but the last with the tag P. */
const lineBytesMax = 16 * 1024;

export type StreamName = 'stdout' | 'stderr';

export interface LogSegment {
  readonly path: string;
  /** Offset of its first byte. */
  readonly start: number;
}

export class ContainerLog {
  readonly #prefix: string;
  readonly #segments: LogSegment[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #carry: Record<StreamName, string> = { stdout: '', stderr: '' };
  #file: number | undefined;
  #sequence = 0;
  #end = 0;
  #isEnded = false;

  /** Files are named `<prefix>.<n>.log`. */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#open();
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#end;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The segment that holds `offset`, or the oldest one where it is lost. */
  segmentAt(offset: number): LogSegment | undefined {
    return this.#segments.findLast((segment) => segment.start <= offset) ?? this.#segments[0];
  }

  append(stream: StreamName, chunk: Buffer): void {
    // latin1 keeps every byte as it is, whatever its encoding, at the speed of strings.
    const text = this.#carry[stream] + chunk.toString('latin1');
    const stamp = `${timestamp()} ${stream} `;
    let records = '';
    let at = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
      records += record(stamp, text.slice(at, newline), 'F');
      at = newline + 1;
    }
    while (text.length - at >= lineBytesMax) {
      records += `${stamp}P ${text.slice(at, at + lineBytesMax)}\n`;
      at += lineBytesMax;
    }
    this.#carry[stream] = text.slice(at);
    if (records !== '') this.#write(records);
  }

  /** Writes what came without a newline; containerd tags it F as well. */
  finish(): void {
    if (this.#isEnded) return;
    for (const stream of ['stdout', 'stderr'] as const)
      if (this.#carry[stream] !== '')
        this.#write(record(`${timestamp()} ${stream} `, this.#carry[stream], 'F'));
    this.#isEnded = true;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#wake();
  }

  remove(): void {
    this.finish();
    for (const { path } of this.#segments) rmSync(path, { force: true });
  }

  /** Resolves when there is more than `offset`, when the log has ended or when `signal` aborts. */
  async more(offset: number, signal: AbortSignal): Promise<void> {
    if (this.#end > offset || this.#isEnded || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }

  #write(records: string): void {
    if (this.#file === undefined) return;
    const bytes = Buffer.from(records, 'latin1');
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
      this.#end += bytes.length;
    } catch {
      // A full disk loses log lines as it does under a kubelet; the container goes on.
    }
    if (this.#end - (this.#segments.at(-1)?.start ?? 0) >= fileBytesMax) this.#rotate();
    this.#wake();
  }

  #rotate(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#open();
    const oldest = this.#segments.length > filesMax ? this.#segments.shift() : undefined;
    if (oldest !== undefined) rmSync(oldest.path, { force: true });
  }

  #open(): void {
    const path = `${this.#prefix}.${this.#sequence++}.log`;
    this.#file = openSync(path, 'w', 0o600);
    this.#segments.push({ path, start: this.#end });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

function record(stamp: string, line: string, last: 'F'): string {
  if (line.length <= lineBytesMax) return `${stamp}${last} ${line}\n`;
  let records = '';
  let at = 0;
  for (; line.length - at > lineBytesMax; at += lineBytesMax)
    records += `${stamp}P ${line.slice(at, at + lineBytesMax)}\n`;
  return `${records}${stamp}${last} ${line.slice(at)}\n`;
}

/** RFC 3339 with nine digits, always 30 characters: readers rely on the width. Node knows microseconds. */
function timestamp(): string {
  const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${new Date(micros / 1000).toISOString().slice(0, 19)}.${fraction}000Z`;
}
