/** The body of a request, bounded. */
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

const bodyBytesMax = 64 * 1024;

/** @throws HttpRefusal with 413 where it is larger than 64 KiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without an encoding a request gives Buffers
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax)
      throw new HttpRefusal(413, `A body may have ${bodyBytesMax / 1024} KiB at most.`);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}
