/**
 * Bytes in chunks → the lines of a followed log, however the chunks were cut.
 *
 * Only whole lines are decoded, so that what a line reads as, also of bytes that are no UTF-8, never depends on
 * where the network cut it: a line that is read again must be the same one. Nothing but the line break is taken away.
 */

const lineBreak = 0x0a;

export class RawLines {
  readonly #bytesMax: number;
  /** The beginning of a line whose end has not come. */
  #begun: Buffer[] = [];
  #begunBytes = 0;

  /** @param bytesMax of a line; what is longer is cut there, and says so. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @returns the lines that this chunk completes. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    const last = chunk.lastIndexOf(lineBreak);
    let start = 0;
    if (last !== -1 && this.#begunBytes > 0) {
      const end = chunk.indexOf(lineBreak);
      this.#keep(chunk.subarray(0, end));
      lines.push(this.#finish());
      start = end + 1;
    }
    if (last >= start) this.#split(chunk.toString('utf8', start, last), lines);
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1));
    return lines;
  }

  /** @returns what came after the last line break, '' where nothing did; it is given once. */
  rest(): string {
    return this.#begunBytes === 0 ? '' : this.#finish();
  }

  #split(text: string, lines: string[]): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      lines.push(this.#cut(text.slice(start, end)));
      start = end + 1;
    }
    lines.push(this.#cut(text.slice(start)));
  }

  #finish(): string {
    const bytes = Buffer.concat(this.#begun);
    this.#begun = [];
    this.#begunBytes = 0;
    return bytes.length > this.#bytesMax ? this.#cutBytes(bytes) : bytes.toString('utf8');
  }

  /** One byte more than a line may have shows that it is too long; none after that is needed. */
  #keep(part: Buffer): void {
    const room = this.#bytesMax + 1 - this.#begunBytes;
    if (room <= 0 || part.length === 0) return;
    // A copy: the part would keep the whole chunk in memory.
    const kept = Buffer.from(part.subarray(0, room));
    this.#begun.push(kept);
    this.#begunBytes += kept.length;
  }

  #cut(line: string): string {
    // No character has more than three bytes for each of its units.
    if (line.length * 3 <= this.#bytesMax || Buffer.byteLength(line) <= this.#bytesMax) return line;
    return this.#cutBytes(Buffer.from(line));
  }

  #cutBytes(bytes: Buffer): string {
    let end = this.#bytesMax;
    // Back to the first byte of the character that the cut went through.
    while (end > this.#bytesMax - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    return `${bytes.toString('utf8', 0, end)}… [ottoscaler: cut here, the line is longer than ${this.#bytesMax} bytes]`;
  }
}
