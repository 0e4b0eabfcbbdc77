/**
 * Who may speak to the server: who knows the token of the kubeconfig, and no web page.
 *
 * A browser can be made to send requests to 127.0.0.1 under another name (DNS rebinding); the Host header then
 * carries that name, and such requests are refused before anything else is looked at.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { ApiError } from '../api-error.ts';

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export class Authentication {
  readonly #expected: Buffer;

  constructor(token: string) {
    this.#expected = digest(`Bearer ${token}`);
  }

  /** Throws 403 for a foreign Host and 401 without the token. */
  check(request: IncomingMessage): void {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!loopbackNames.has(host))
      throw new ApiError('Forbidden', 'the local cluster answers to loopback names only', {});
    const given = request.headers.authorization ?? '';
    if (!timingSafeEqual(digest(given), this.#expected)) throw new ApiError('Unauthorized', 'Unauthorized');
  }
}
