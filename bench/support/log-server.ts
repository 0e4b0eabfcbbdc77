/**
 * A process that serves followed logs as a kubelet does: one line a chunk, each with its time, no faster than its
 * reader takes them, so that the reader is what is measured.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from './answer-parent.ts';

export interface LogServerRequest {
  readonly linesPerStream: number;
  /** Of one stream; absent: as fast as it is read. */
  readonly linesPerSecond?: number;
}

const text = `${'a line of the usual length that a build writes '.repeat(2)}\n`;

answerParent<LogServerRequest>(async ({ linesPerStream, linesPerSecond }) => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://bench');
    if (!url.pathname.endsWith('/log')) response.writeHead(404).end('{}');
    else if (linesPerSecond === undefined) write(response, linesPerStream);
    else writePaced(response, linesPerStream, linesPerSecond);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

function write(response: ServerResponse, lines: number): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.socket?.setNoDelay(true);
  const stamp = new Date().toISOString().slice(0, 19);
  let written = 0;
  const go = (): void => {
    for (let turn = 0; turn < 10 && written < lines; turn += 1) {
      written += 1;
      if (response.write(`${stamp}.${String(written).padStart(9, '0')}Z ${text}`)) continue;
      response.once('drain', go);
      return;
    }
    if (written === lines) response.end();
    else setImmediate(go);
  };
  go();
}

/** Each line with the time of its writing, as it becomes due. */
function writePaced(response: ServerResponse, lines: number, linesPerSecond: number): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.socket?.setNoDelay(true);
  const startMs = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.min(lines, Math.floor(((performance.now() - startMs) / 1_000) * linesPerSecond));
    for (; written < due; written++) {
      const now = new Date().toISOString().slice(0, 23);
      response.write(`${now}${String(written % 1_000_000).padStart(6, '0')}Z ${text}`);
    }
    if (written < lines) return;
    clearInterval(timer);
    response.end();
  }, 5);
  response.on('close', () => clearInterval(timer));
}
