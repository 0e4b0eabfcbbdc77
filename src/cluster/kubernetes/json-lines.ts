/**
 * Bytes in chunks → lines of text, however the chunks were cut.
 *
 * Only new text is searched for a line's end, so a long line costs its length once. A line beyond the bound
 * is an error: a server must not be able to fill our memory.
 */
import { StringDecoder } from 'node:string_decoder';

export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
}

export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #charsMax: number;
  #parts: string[] = [];
  #partsChars = 0;

  constructor(charsMax: number) {
    this.#charsMax = charsMax;
  }

  /** @returns the lines that this chunk completes, without their ends; empty lines are left out. */
  push(chunk: Buffer): string[] {
    const text = this.#decoder.write(chunk);
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = this.#finish(text.slice(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    this.#keep(start === 0 ? text : text.slice(start));
    return lines;
  }

  #finish(tail: string): string {
    if (this.#parts.length === 0) return this.#checked(tail);
    this.#keep(tail);
    const line = this.#parts.join('');
    this.#parts = [];
    this.#partsChars = 0;
    return line;
  }

  #keep(part: string): void {
    if (part === '') return;
    this.#partsChars += part.length;
    this.#parts.push(part);
    if (this.#partsChars > this.#charsMax) throw this.#tooLong();
  }

  #checked(line: string): string {
    if (line.length > this.#charsMax) throw this.#tooLong();
    return line;
  }

  #tooLong(): LineTooLongError {
    return new LineTooLongError(`a line is longer than ${this.#charsMax} characters`);
  }
}
