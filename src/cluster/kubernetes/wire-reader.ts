/**
 * The wire format of protocol buffers, read field by field: what nobody asks for is stepped over unread.
 *
 * The bytes are untrusted: whatever they are, reading ends, and what runs over its own end throws.
 * Source: https://protobuf.dev/programming-guides/encoding
 */

export class WireError extends Error {
  override readonly name = 'WireError';
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const varintBytesMax = 10;

export class WireReader {
  /** Number of the field that {@link next} came to. */
  field = 0;
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #from = 0;
  #to = 0;
  #value = 0;
  #low = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** @returns false where the message has no further field. @throws WireError where it is cut or is none. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.#readVarint();
    const wireType = this.#low & 7;
    this.field = Math.floor(this.#value / 8);
    this.#from = this.#to = this.#at;
    if (wireType === wireTypes.varint) this.#readVarint();
    else if (wireType === wireTypes.bytes) {
      this.#readVarint();
      this.#from = this.#at;
      this.#to = this.#at += this.#value;
    } else if (wireType === wireTypes.fixed64) this.#at += 8;
    else if (wireType === wireTypes.fixed32) this.#at += 4;
    else throw new WireError(`field ${this.field} has the wire type ${wireType}`);
    if (this.#at > this.#end) throw new WireError(`field ${this.field} goes beyond its message`);
    return true;
  }

  /** The field's string; '' where it is none. */
  text(): string {
    return this.#bytes.toString('utf8', this.#from, this.#to);
  }

  /** The field's message; an empty one where it is none. */
  message(): WireReader {
    return new WireReader(this.#bytes, this.#from, this.#to);
  }

  /** The field's unsigned number, exact up to 2^53. */
  get number(): number {
    return this.#value;
  }

  get int32(): number {
    return this.#low;
  }

  get boolean(): boolean {
    return this.#value !== 0;
  }

  #readVarint(): void {
    let value = 0;
    let low = 0;
    let scale = 1;
    for (let index = 0; index < varintBytesMax; index++) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) throw new WireError('a number is cut');
      const bits = byte & 0x7f;
      value += bits * scale;
      if (index < 5) low |= bits << (7 * index);
      if (byte < 0x80) {
        this.#value = value;
        this.#low = low;
        return;
      }
      scale *= 128;
    }
    throw new WireError(`a number is longer than ${varintBytesMax} bytes`);
  }
}
