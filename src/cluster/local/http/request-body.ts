/**
 * Reads a request's body, bounded, and parses it as JSON.
 */
import type { IncomingMessage } from 'node:http';

import { messageOf } from '../../../error-message.ts';
import { ApiError } from '../api-error.ts';
import { isJsonObject, type JsonObject } from '../kube-object.ts';

/** kube-apiserver's own limit. */
const bodyBytesMax = 3 * 1024 * 1024;

const tooLarge = (): ApiError =>
  new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${bodyBytesMax}`);

export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > bodyBytesMax) throw tooLarge();
    chunks.push(part);
  }
  return (chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString('utf8');
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Throws 415 for another media type than JSON and 400 for what is no JSON object. */
export async function readObject(request: IncomingMessage, kind: string): Promise<JsonObject> {
  const text = await readBody(request);
  if (mediaType(request) !== 'application/json')
    throw new ApiError(
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json',
    );
  const value = parseJson(
    text,
    `the object provided is unrecognized (must be of type ${kind}): json parse error`,
  );
  if (!isJsonObject(value))
    throw new ApiError('BadRequest', `the object provided is unrecognized (must be of type ${kind})`);
  return value;
}

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError('BadRequest', `${what}: ${messageOf(error)}`);
  }
}
