/** Tells lines apart, time and all; of long ones the ends decide. */
const endChars = 256;

/** @returns 32 bits. */
export function fingerprint(line: string): number {
  const { length } = line;
  const headEnd = length <= 2 * endChars ? length : endChars;
  let hash = 0x811c9dc5 ^ length;
  for (let at = 0; at < headEnd; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  for (let at = Math.max(headEnd, length - endChars); at < length; at += 1)
    hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  // Neighbours differ in their last character: let it reach all bits.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
