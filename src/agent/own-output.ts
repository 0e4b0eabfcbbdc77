/**
 * The agent's own stdout or stderr, written as if the command wrote there itself.
 *
 * One write at a time, on a thread of its own: where the reader is slow, that write waits and so does whoever
 * awaits it, while signals and lines to push go on. process.stdout would stop the whole process instead.
 */
import { write } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCodeOf } from './error-code.ts';

/** Where somebody else made the descriptor non-blocking. */
const againMs = 5;
const lineBreak = 10;

export class OwnOutput {
  readonly #fd: number;
  #isOpen = true;
  #endsLine = true;
  #writing: Promise<void> = Promise.resolve();
  #isBusy = false;
  #sentences: string[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** A write is under way, and may be for as long as the reader likes. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** @returns false once nobody reads any more */
  async write(bytes: Buffer): Promise<boolean> {
    const turn = this.#writing.then(() => this.#writeAll(bytes));
    this.#writing = turn;
    await turn;
    return this.#isOpen;
  }

  /** On a line of its own, also where the command ended amid one. */
  async writeLine(text: string): Promise<void> {
    await this.#writing;
    await this.write(Buffer.from(`${this.#endsLine ? '' : '\n'}${text}\n`));
  }

  /** A sentence of our own, where it does not stand within a line of the command. */
  say(sentence: string): void {
    this.#sentences.push(`otto-agent: ${sentence}\n`);
    if (this.#endsLine && !this.#isBusy) void this.flush(false);
  }

  /** @param isEnd there will be no better place for a sentence */
  async flush(isEnd: boolean): Promise<void> {
    if (this.#sentences.length > 0 && (this.#endsLine || isEnd)) {
      const text = this.#sentences.join('');
      this.#sentences = [];
      await this.write(Buffer.from(this.#endsLine ? text : `\n${text}`));
    }
    await this.#writing;
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    if (!this.#isOpen || bytes.length === 0) return;
    this.#isBusy = true;
    for (let at = 0; at < bytes.length && this.#isOpen;) {
      // oxlint-disable-next-line no-await-in-loop -- in order
      at += await this.#writeSome(bytes, at);
    }
    this.#isBusy = false;
    this.#endsLine = bytes.at(-1) === lineBreak;
    if (this.#endsLine && this.#sentences.length > 0) void this.flush(false);
  }

  async #writeSome(bytes: Buffer, at: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    write(this.#fd, bytes, at, bytes.length - at, null, (error, written) =>
      error ? reject(error) : resolve(written),
    );
    try {
      return await promise;
    } catch (error) {
      if (errorCodeOf(error) === 'EAGAIN') await pause(againMs);
      // Nobody reads, or nothing can be stored: the command is to notice by the pipe that breaks.
      else this.#isOpen = false;
      return 0;
    }
  }
}
