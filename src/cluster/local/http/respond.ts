/**
 * Writes one complete answer.
 */
import type { ServerResponse } from 'node:http';

import { ApiError } from '../api-error.ts';

export function sendJson(response: ServerResponse, code: number, json: string): void {
  const body = `${json}\n`;
  response.writeHead(code, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** An answer that has already begun cannot become an error any more: it is cut off, so the client sees a failure. */
export function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : 'unknown'}`,
        );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What the client still sends is not read, so the connection cannot serve another request.
  if (known.code === 413) response.setHeader('connection', 'close');
  if (known.code === 401) response.setHeader('www-authenticate', 'Bearer realm="local-cluster"');
  sendJson(response, known.code, JSON.stringify(known.status()));
}
