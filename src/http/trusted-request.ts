/**
 * Whether a request may be answered at all: nobody logs in here, so a page of another site must not speak through
 * the browser of someone who can reach this port.
 */
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal.ts';

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
}

/**
 * On loopback only its own names are answered to. A site that lets its name point to 127.0.0.1 (DNS rebinding) would
 * else read everything; elsewhere names are the network's business. Ports differ where they are forwarded.
 * @throws HttpRefusal with 421
 */
export function checkHost({ headers: { host = '' } }: IncomingMessage, listensOnLoopback: boolean): void {
  if (listensOnLoopback && !loopbackNames.test(host))
    throw new HttpRefusal(421, `This port answers to localhost only, not to ${JSON.stringify(host)}.`);
}

/**
 * For what has an effect or goes on: a browser names the page that asks, and only our own pages may.
 * @throws HttpRefusal with 403
 */
export function checkOrigin({ headers: { host = '', origin } }: IncomingMessage): void {
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host.toLowerCase())
    throw new HttpRefusal(403, `Pages of ${JSON.stringify(origin)} may not ask for this.`);
}
