/**
 * A recording as a file: bounded, written in batches, never waited for.
 *
 * A replay begins where a life did, so a life that has outgrown its file is not cut at its beginning: the
 * recording ends with a line that says so. What former processes recorded stays before it, as long as it is at
 * most half of what there is room for; otherwise it is moved to `<file>.1`. So two files are all there ever is,
 * and a process that crashes in a loop does not wipe out how that began.
 */
import { createReadStream } from 'node:fs';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { messageOf } from '../error-message.ts';
import type { Tape } from './tape.ts';

export interface RecordFileOptions {
  readonly path: string;
  readonly bytesMax: number;
  /** Told once, where the recording ends before the process does; in a sentence. */
  readonly onEnd: (why: string) => void;
}

const batchMs = 100;
/** Memory for lines that the disk has not taken yet. */
const waitingBytesMax = 16 * 1024 * 1024;
/** Room for the line that says why a recording ends. */
const lastLineBytes = 512;
/** What ran here may be read by who runs it, and by nobody else. */
const fileMode = 0o600;

export class RecordFile implements Tape {
  readonly #options: RecordFileOptions;
  readonly #file: FileHandle;
  #isOpen = true;
  /** Lines, and bytes, that the file has or will have. */
  #lines: number;
  #bytes: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: RecordFileOptions, file: FileHandle, earlier: Earlier) {
    this.#options = options;
    this.#file = file;
    this.#lines = earlier.lines;
    this.#bytes = earlier.bytes;
  }

  /** Rejects with an Error whose message says which file cannot be written and why. */
  static async open(options: RecordFileOptions): Promise<RecordFile> {
    const { path, bytesMax } = options;
    try {
      const earlier = await readEarlier(path, bytesMax / 2);
      const file = await open(path, 'a', fileMode);
      if (earlier.isTorn) await file.appendFile('\n');
      return new RecordFile(options, file, earlier);
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`RECORD_FILE=${JSON.stringify(path)} cannot be written: ${reason}`, { cause: error });
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  write(body: (n: number) => { readonly atMs: number }): void {
    if (!this.#isOpen) return;
    const line = body(this.#lines + 1);
    const text = `${JSON.stringify(line)}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes + lastLineBytes > this.#options.bytesMax)
      return this.#endEarly(line.atMs, 'the file is as large as it may become');
    if (this.#waitingBytes + bytes > waitingBytesMax)
      return this.#endEarly(line.atMs, 'the disk is slower than what happens');
    this.#append(text, bytes);
  }

  end(): void {
    this.#isOpen = false;
  }

  /** Resolves once all is written, as far as it can be. */
  async close(): Promise<void> {
    this.end();
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#flush();
    await this.#file.close().catch(() => {});
  }

  #endEarly(atMs: number, why: string): void {
    const text = `${JSON.stringify({ n: this.#lines + 1, atMs, kind: 'end', why })}\n`;
    this.#append(text, Buffer.byteLength(text));
    this.end();
    this.#options.onEnd(why);
  }

  #append(text: string, bytes: number): void {
    this.#lines++;
    this.#bytes += bytes;
    this.#waitingBytes += bytes;
    this.#waiting.push(text);
    this.#timer ??= this.#later();
  }

  #later(): NodeJS.Timeout {
    const flush = () => void (this.#writing = this.#flush());
    return setTimeout(flush, batchMs).unref();
  }

  /** What comes while a batch is being written is the next batch. */
  async #flush(): Promise<void> {
    const batch = this.#waiting.join('');
    this.#waiting = [];
    try {
      await this.#file.appendFile(batch);
    } catch (error) {
      this.#waiting = [];
      if (this.#isOpen) this.#options.onEnd(`it cannot be written: ${String(error)}`);
      this.end();
    }
    this.#waitingBytes -= Buffer.byteLength(batch);
    this.#timer = this.#waiting.length > 0 ? this.#later() : undefined;
  }
}

interface Earlier {
  readonly lines: number;
  readonly bytes: number;
  /** Its last line has no end: a process was killed while it wrote. */
  readonly isTorn: boolean;
}

const nothing: Earlier = { lines: 0, bytes: 0, isTorn: false };

/** What former processes left in the file; more than `bytesMax` is moved out of the way. */
async function readEarlier(path: string, bytesMax: number): Promise<Earlier> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!found) return nothing;
  if (found.size > bytesMax) {
    await rename(path, `${path}.1`);
    return nothing;
  }
  const newline = 0x0a;
  let lines = 0;
  let last = newline;
  for await (const chunk of createReadStream(path)) {
    const bytes: Uint8Array = chunk;
    for (const byte of bytes) if (byte === newline) lines++;
    last = bytes.at(-1) ?? last;
  }
  const isTorn = last !== newline;
  return { lines: lines + (isTorn ? 1 : 0), bytes: found.size + (isTorn ? 1 : 0), isTorn };
}
