/** The page itself: files that are built before, from this program alone. */
import { existsSync } from 'node:fs';
import sirv from 'sirv';
import type { HttpFallback } from '../http/server.ts';

/** It loads nothing from elsewhere and runs nothing that stands in the page itself. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @returns undefined where the page was not built */
export function pageFiles(folder: string): HttpFallback | undefined {
  if (!existsSync(folder)) return undefined;
  const serve = sirv(folder, { etag: true });
  return (request, response, absent) => {
    // Before it is known what is answered: a 304, too, replaces these headers of what a browser has kept.
    response.setHeader('content-security-policy', policy);
    // Names of assets hold a hash of their content.
    const isFixed = request.url?.startsWith('/assets/') === true;
    response.setHeader('cache-control', isFixed ? 'public, max-age=31536000, immutable' : 'no-cache');
    serve(request, response, absent);
  };
}
