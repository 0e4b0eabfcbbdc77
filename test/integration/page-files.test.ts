/** The files of the inspector's page over HTTP: how browsers may keep them, and under which policy. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { pageFiles } from '../../src/inspector/page-files.ts';

async function served(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'otto-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<p>the page');
  writeFileSync(join(folder, 'assets/index-0a1b.js'), 'show()');
  const fallback = pageFiles(folder);
  if (!fallback) throw new Error('there is a page');
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [],
    fallback,
    reportUnexpected: (error) => console.error(error),
  });
  onTestFinished(async () => {
    await server.close(0);
    rmSync(folder, { recursive: true });
  });
  return `http://127.0.0.1:${server.port}`;
}

const shownOf = ({ status, headers }: Response) => ({
  status,
  policy: headers.get('content-security-policy'),
  cache: headers.get('cache-control'),
});

test.each([
  ['/', 'no-cache'],
  ['/assets/index-0a1b.js', 'public, max-age=31536000, immutable'],
])('%s may be asked for again without its policy getting lost', async (path, cache) => {
  const address = await served();
  const first = await fetch(address + path);
  const policy = expect.stringContaining("script-src 'self'");
  expect(shownOf(first)).toEqual({ status: 200, policy, cache });
  // A browser replaces what it has kept of the headers by those of this answer.
  const again = await fetch(address + path, {
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  });
  expect(shownOf(again)).toEqual({ status: 304, policy, cache });
});

test('what is not there is kept by nobody', async () => {
  expect(shownOf(await fetch(`${await served()}/nothing`))).toEqual({
    status: 404,
    policy: "default-src 'none'; frame-ancestors 'none'",
    cache: 'no-store',
  });
});
