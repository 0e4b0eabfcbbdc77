/** The ustar format, as far as a few small files need it. Nothing of when or by whom is written into it. */

const blockBytes = 512;

/** @param {{ name: string, content: Buffer }[]} entries names of at most 100 bytes. */
export function tar(entries) {
  const blocks = entries.flatMap(({ name, content }) => [header(name, content.length), padded(content)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function header(name, bytes) {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100);
  block.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  block.write(`${octal(bytes, 11)}\0${octal(0, 11)}\0`, 124);
  // The checksum counts its own eight bytes as blanks.
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)}\0 `, 148);
  return block;
}

function padded(content) {
  return Buffer.concat([content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)]);
}

function octal(value, digits) {
  return value.toString(8).padStart(digits, '0');
}
