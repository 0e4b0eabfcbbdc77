/**
 * The newest bytes of a stream, in bounded memory.
 *
 * The API can cut a log only at its start (`limitBytes` keeps the oldest bytes) or by lines, so the newest
 * bytes are what remains of reading it to its end.
 */

export interface LogTail {
  readonly text: string;
  readonly truncated: boolean;
}

/** Throws what `chunks` throws. */
export async function readTail(chunks: AsyncIterable<Buffer>, bytesMax: number): Promise<LogTail> {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let bytes = 0;
  const cut = (): Buffer => {
    const all = Buffer.concat(kept);
    return all.length > bytesMax ? all.subarray(all.length - bytesMax) : all;
  };
  for await (const chunk of chunks) {
    bytes += chunk.length;
    keptBytes += chunk.length;
    kept.push(chunk);
    // Twice the bound before each cut, so that every byte is copied once on average.
    if (keptBytes < 2 * bytesMax + 65_536) continue;
    const rest = cut();
    kept = [rest];
    keptBytes = rest.length;
  }
  const truncated = bytes > bytesMax;
  return { text: (truncated ? fromCharacter(cut()) : cut()).toString('utf8'), truncated };
}

/** A cut may have gone through a character: what is left of it is dropped. */
function fromCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
