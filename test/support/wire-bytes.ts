/**
 * Protobuf's wire format by hand, after protobuf.dev/programming-guides/encoding.
 *
 * Knows nothing of our protos, so that bytes made here are a peer's bytes.
 */

/** Fields one after another. */
export function message(...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(fields);
}

/** int32, int64, bool and enum; negative numbers take ten bytes, as two's complement of 64 bits. */
export function varintField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(BigInt(number) << 3n), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** Strings, bytes and nested messages. */
export function lengthField(number: number, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes]);
}

/** A `float`. */
export function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 5n), bytes]);
}

/** A `double`. */
export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 1n), bytes]);
}

/** One entry of a map<string,string>. */
export function mapField(number: number, key: string, value: string): Buffer {
  return lengthField(number, message(lengthField(1, key), lengthField(2, value)));
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
