/**
 * One stream of the command: what it writes goes to our own output first, byte for byte, and the next is read
 * only when that is written. So a slow reader of ours slows the command down just as it would without us; the
 * copy that is cut into lines slows nobody.
 */
import type { Readable } from 'node:stream';
import { LineCutter, type Slab } from './line-cutter.ts';
import type { OwnOutput } from './own-output.ts';

/** What a pipe can still hold when its last writer is not to be waited for any more. */
const leftBytesMax = 64 * 1024;

export class OutputRelay {
  /** Resolves when the stream is at its end, or was left, and all that was read is written. */
  readonly done: Promise<void>;
  readonly #source: Readable;
  readonly #own: OwnOutput;
  #leftBytes = Infinity;
  #isWriting = false;

  /** @param take gets the lines; it must not wait */
  constructor(source: Readable, own: OwnOutput, take: (slab: Slab) => void) {
    this.#source = source;
    this.#own = own;
    this.done = this.#relay(take);
  }

  /**
   * The command has ended, and whoever else still holds its output had time to end, too: what is in the pipe is
   * taken, and no more.
   */
  leave(): void {
    this.#leftBytes = leftBytesMax;
    if (!this.#isWriting) this.#endSoon();
  }

  async #relay(take: (slab: Slab) => void): Promise<void> {
    const cutter = new LineCutter();
    const chunks: AsyncIterable<Buffer> = this.#source.iterator({ destroyOnReturn: true });
    try {
      for await (const chunk of chunks) {
        const slab = cutter.push(chunk, Date.now());
        if (slab) take(slab);
        this.#isWriting = true;
        const isRead = await this.#own.write(chunk);
        this.#isWriting = false;
        this.#leftBytes -= chunk.length;
        if (!isRead || this.#leftBytes <= 0) break;
        if (this.#leftBytes !== Infinity) this.#endSoon();
      }
    } catch {
      // Left, or the pipe broke: either way there is nothing more to read.
    }
    const last = cutter.end(Date.now());
    if (last) take(last);
  }

  /** What the pipe holds has been read by then. */
  #endSoon(): void {
    setTimeout(() => {
      if (!this.#isWriting) this.#source.destroy();
    }, 20).unref();
  }
}
