/**
 * Lines of one stream that wait to be sent, in bounded memory: whoever writes never waits for it.
 *
 * Above the bound the oldest go, and one gap that counts them stands in their place. What is taken out is a
 * message: a line, a part of one that is longer than a message may be, or the gap.
 */
import { wholeCharacters, type Slab } from './line-cutter.ts';

export interface Message {
  readonly text: string;
  /** RFC 3339. */
  readonly time: string;
  /** The line goes on in the next message. */
  readonly continues: boolean;
  /** Stands for so many lines; 0 = it is a line. */
  readonly gapLines: number;
}

/** What a slab costs besides its bytes and its ends. */
const slabOverheadBytes = 400;
/** Ends every part of a line but its last. */
const ellipsis = '…';
const ellipsisBytes = 3;

const costOf = ({ bytes, ends }: Slab) => bytes.length + ends.byteLength + slabOverheadBytes;

export class Backlog {
  #bytesMax: number;
  #slabs: Slab[] = [];
  /** Slabs before this one have been taken; they are cut off now and then. */
  #head = 0;
  #bytes = 0;
  /** Lines that wait, those of the gap left out. */
  #lines = 0;
  /** Of the head slab: its next line, and how many bytes of that were taken. */
  #line = 0;
  #offset = 0;
  #gap: { lines: number; timeMs: number } | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#lines === 0 && this.#gap === undefined;
  }

  /** All that wait, also those that were dropped and are not yet told. */
  get lines(): number {
    return this.#lines + (this.#gap?.lines ?? 0);
  }

  add(slab: Slab): void {
    this.#slabs.push(slab);
    this.#bytes += costOf(slab);
    this.#lines += slab.ends.length;
    while (this.#bytes > this.#bytesMax && this.#head < this.#slabs.length) this.#dropSlab();
  }

  /** Gives up all that waits; the gap that stands for it is still to be taken. */
  dropAll(): void {
    while (this.#head < this.#slabs.length) this.#dropSlab();
  }

  /** From now on everything is dropped, and counted. */
  close(): void {
    this.#bytesMax = 0;
    this.dropAll();
  }

  /** @param bytesMax of a message's text in UTF-8, at least 16 */
  take(bytesMax: number): Message | undefined {
    if (this.#gap) {
      const { lines, timeMs } = this.#gap;
      this.#gap = undefined;
      const text = `${lines} line${lines === 1 ? '' : 's'} dropped: they could not be pushed in time`;
      return { text, time: new Date(timeMs).toISOString(), continues: false, gapLines: lines };
    }
    const slab = this.#slabs[this.#head];
    return slab ? this.#takeFrom(slab, bytesMax) : undefined;
  }

  #takeFrom(slab: Slab, bytesMax: number): Message {
    const start = (this.#line === 0 ? 0 : (slab.ends[this.#line - 1] ?? 0) + 1) + this.#offset;
    const end = slab.ends[this.#line] ?? 0;
    const isLast = this.#line === slab.ends.length - 1;
    const goesOn = isLast && slab.continues;
    const { text, bytes } = fit(slab.bytes.subarray(start, end), bytesMax, goesOn);
    const isWhole = start + bytes === end;
    const continues = !isWhole || goesOn;
    const message = {
      text: continues ? text + ellipsis : text,
      time: new Date(slab.timeMs).toISOString(),
      continues,
      gapLines: 0,
    };
    if (!isWhole) {
      this.#offset += bytes;
      return message;
    }
    this.#offset = 0;
    this.#line += 1;
    this.#lines -= 1;
    if (isLast) this.#leaveSlab(slab);
    return message;
  }

  #dropSlab(): void {
    const slab = this.#slabs[this.#head];
    if (!slab) return;
    const lines = slab.ends.length - this.#line;
    this.#gap = { lines: (this.#gap?.lines ?? 0) + lines, timeMs: slab.timeMs };
    this.#lines -= lines;
    this.#line = 0;
    this.#offset = 0;
    this.#leaveSlab(slab);
  }

  #leaveSlab(slab: Slab): void {
    this.#line = 0;
    this.#bytes -= costOf(slab);
    this.#head += 1;
    const isWorthIt =
      this.#head === this.#slabs.length || (this.#head >= 64 && this.#head * 2 >= this.#slabs.length);
    if (!isWorthIt) return;
    this.#slabs = this.#slabs.slice(this.#head);
    this.#head = 0;
  }
}

/** As much from the front as a message holds. What is no UTF-8 grows when it is decoded. */
function fit(
  bytes: Buffer,
  bytesMax: number,
  goesOn: boolean,
): { readonly text: string; readonly bytes: number } {
  if (bytes.length <= bytesMax - (goesOn ? ellipsisBytes : 0)) {
    const text = bytes.toString('utf8');
    if (isWithin(text, bytesMax - (goesOn ? ellipsisBytes : 0))) return { text, bytes: bytes.length };
  }
  const room = bytesMax - ellipsisBytes;
  for (let size = Math.min(room, bytes.length); ; size = Math.max(1, Math.floor(size / 3))) {
    const whole = wholeCharacters(bytes.subarray(0, size));
    const text = bytes.toString('utf8', 0, whole);
    if (isWithin(text, room)) return { text, bytes: whole };
  }
}

function isWithin(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax;
}
