/** The token with which this page looks, where the server asks for one: kept for this tab, of this origin, until it is closed. */
import { signal } from '@preact/signals';
import type { Handshake } from '../../src/inspector/protocol.ts';

const key = 'ottoscaler.token';
const protocolName: Handshake['name'] = 'ottoscaler';
const bearerPrefix: Handshake['bearerPrefix'] = 'base64url.bearer.ottoscaler.';

const token = signal(recalled());

export function hasToken(): boolean {
  return token.value !== '';
}

/** @param shown '' = none any more */
export function showToken(shown: string): void {
  token.value = shown;
  try {
    if (shown === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, shown);
  } catch {
    // It is asked for again when the page is loaded again.
  }
}

/** For `fetch`. */
export function authorization(): Readonly<Record<string, string>> {
  return token.peek() === '' ? {} : { authorization: `Bearer ${token.peek()}` };
}

/** For a WebSocket, with which a browser sends no header. */
export function subprotocols(): string[] {
  if (token.peek() === '') return [protocolName];
  const base64 = btoa(token.peek()).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return [protocolName, bearerPrefix + base64];
}

function recalled(): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}
