/**
 * Names of our objects: deterministic, so that whoever creates one twice meets the first, and free of
 * user text beyond a readable slug, so that no two intents can share one.
 */
import { hash } from 'node:crypto';

const version = '1';
const slugCharsMax = 28;
const hashChars = 26;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

interface Intent {
  readonly kind: 'scale-up' | 'scale-down' | 'worker' | 'pipeline' | 'stage-worker';
  readonly namespace: string;
  /** What the intent is about, in order; each part is the user's own text or a number. */
  readonly parts: readonly string[];
  /** The text that the readable part of the name is made of. */
  readonly title: string;
}

/** @returns `otto-<slug>-<26 base32 characters>`, at most 60 characters: valid as name, label and host name. */
export function objectName({ kind, namespace, parts, title }: Intent): string {
  // Each part is preceded by its length: ('ab','c') and ('a','bc') stay different.
  const intent = [version, kind, namespace, ...parts].map((part) => `${Buffer.byteLength(part)}:${part}`);
  const slug = slugOf(title);
  return ['otto', ...(slug ? [slug] : []), shortHash(intent.join(''))].join('-');
}

function slugOf(title: string): string {
  const ascii = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return ascii.replaceAll(/^-+/g, '').slice(0, slugCharsMax).replaceAll(/-+$/g, '');
}

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/** @returns a short hash of plain data that does not depend on the order in which its keys were written. */
export function contentHash(content: unknown): string {
  const canonical = JSON.stringify(content, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return shortHash(canonical);
}

/** In one call: a takeover makes the names of thousands. */
function shortHash(text: string): string {
  return toBase32(hash('sha256', text, 'buffer')).slice(0, hashChars);
}
