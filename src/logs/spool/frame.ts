/**
 * A frame: what is written at once and read back whole or not at all.
 *
 *     u32 length of the payload │ u32 CRC-32 of the payload │ u32 length of the head │ head, JSON │ body
 *
 * Little-endian. The payload is all that follows the CRC. Length and CRC come first, so that a torn tail shows itself
 * by ending too early or by not adding up.
 */
import { crc32 } from 'node:zlib';

const prefixBytes = 8;
/** More than any frame that is written: a length beyond it is not one. */
const payloadBytesMax = 64 * 2 ** 20;

export interface Frame {
  readonly head: unknown;
  readonly body: Buffer;
}

export function encodeFrame(head: unknown, body: Uint8Array): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head));
  const bytes = Buffer.allocUnsafe(prefixBytes + 4 + headBytes.length + body.length);
  bytes.writeUInt32LE(headBytes.length, prefixBytes);
  headBytes.copy(bytes, prefixBytes + 4);
  bytes.set(body, prefixBytes + 4 + headBytes.length);
  const payload = bytes.subarray(prefixBytes);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(crc32(payload), 4);
  return bytes;
}

/** @returns undefined where no whole and sound frame begins */
export function decodeFrame(bytes: Buffer, offset = 0): Frame | undefined {
  const end = frameEnd(bytes, offset);
  if (end === undefined || end > bytes.length) return undefined;
  const payload = bytes.subarray(offset + prefixBytes, end);
  if (crc32(payload) !== bytes.readUInt32LE(offset + 4)) return undefined;
  const bodyAt = 4 + payload.readUInt32LE(0);
  // The CRC held: what is written here was written by us.
  const head: unknown = JSON.parse(payload.toString('utf8', 4, bodyAt));
  return { head, body: payload.subarray(bodyAt) };
}

/** @returns where the frame at `offset` says that it ends; undefined where that cannot be */
export function frameEnd(bytes: Buffer, offset: number): number | undefined {
  if (offset + prefixBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  return length < 4 || length > payloadBytesMax ? undefined : offset + prefixBytes + length;
}
