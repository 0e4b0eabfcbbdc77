/**
 * A process that serves logs as a kubelet does, of containers that go on running: one line a chunk, each with its time,
 * no faster than its reader takes them, so that the reader is what is measured. A reading that follows stays open; one
 * that does not brings what was written by then, from `sinceTime` on or the last `tailLines`.
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
/** What each container wrote, with its times; only of those that are followed. */
const written = new Map<string, string[]>();
/** Of the lines of one millisecond. */
let stamp = { ms: 0, text: '' };

answerParent<LogServerRequest>(async ({ linesPerStream, linesPerSecond }) => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
    if (!pathname.endsWith('/log')) {
      response.writeHead(404).end('{}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.socket?.setNoDelay(true);
    if (searchParams.get('follow') !== 'true') {
      response.end(part(written.get(pathname) ?? [], searchParams).join(''));
      return;
    }
    const lines: string[] = [];
    written.set(pathname, lines);
    if (linesPerSecond === undefined) write(response, lines, linesPerStream);
    else writePaced(response, lines, linesPerStream, linesPerSecond);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

function part(lines: readonly string[], query: URLSearchParams): readonly string[] {
  const tail = query.get('tailLines');
  if (tail !== null) return lines.slice(-Number(tail));
  const since = query.get('sinceTime')?.slice(0, 19) ?? '';
  return lines.filter((one) => one.slice(0, 19) >= since);
}

/** @returns the line, with the time of its writing and, in the nanoseconds, its number */
function line(number: number): string {
  const nowMs = Date.now();
  if (nowMs !== stamp.ms) stamp = { ms: nowMs, text: new Date(nowMs).toISOString().slice(0, 23) };
  return `${stamp.text}${String(number % 1_000_000).padStart(6, '0')}Z ${text}`;
}

function write(response: ServerResponse, lines: string[], all: number): void {
  const go = (): void => {
    for (let turn = 0; turn < 10 && lines.length < all; turn += 1) {
      const next = line(lines.length + 1);
      lines.push(next);
      if (response.write(next)) continue;
      response.once('drain', go);
      return;
    }
    if (lines.length < all) setImmediate(go);
  };
  go();
}

/** Each line as it becomes due. */
function writePaced(response: ServerResponse, lines: string[], all: number, linesPerSecond: number): void {
  const startMs = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(all, Math.floor(((performance.now() - startMs) / 1_000) * linesPerSecond));
    while (lines.length < due) {
      const next = line(lines.length + 1);
      lines.push(next);
      response.write(next);
    }
    if (lines.length === all) clearInterval(timer);
  }, 5);
  response.on('close', () => clearInterval(timer));
}
