/**
 * Text that others wrote, made safe to print on one line.
 *
 * Messages and reasons carry what workers and registries said. An escape
 * sequence in them could repaint the table, change the window's title or write
 * to the clipboard; a line break could forge a line of ours. Nothing is shown
 * in their place: what is left reads as the sentence it was.
 */
import { stripVTControlCharacters } from 'node:util';

/** Longer texts are cut: no line of output may be as long as a sender likes. */
const charsMax = 1_000;

/** Whitespace of every kind, line and paragraph separators among it. */
const gaps = /\s+/gu;
/** Controls (C0, C1) and invisible format characters: bidirectional overrides, zero-width marks, tags. */
const invisible = /[\p{Cc}\p{Cf}]/gu;

const invisibleButTabs = /(?!\t)[\p{Cc}\p{Cf}]/gu;
const separators = /[\n\v\f\u0085\p{Zl}\p{Zp}]/gu;

/** Whole escape sequences are removed first, so that none leaves its visible tail behind. */
export function printable(text: string): string {
  // The bound comes first: everything after it is work on what a sender chose.
  const bounded = text.slice(0, charsMax * 4);
  const line = stripVTControlCharacters(bounded)
    .replaceAll(gaps, ' ')
    .replaceAll(invisible, '')
    .toWellFormed()
    .trim();
  return line.length > charsMax ? `${line.slice(0, charsMax - 1)}…` : line;
}

/**
 * A line of output as it stands in the end: a carriage return begins it anew, as progress bars use it. Spaces and tabs
 * stay, so that what was aligned is aligned.
 */
export function printableLine(text: string, lineCharsMax = Infinity): string {
  const written = stripVTControlCharacters(text).split('\r');
  const line = (written.findLast((part) => part.trim() !== '') ?? '')
    .replaceAll(separators, ' ')
    .replaceAll(invisibleButTabs, '')
    .toWellFormed();
  return line.length > lineCharsMax
    ? `${line.slice(0, lineCharsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
    : line;
}

/**
 * The same bound and the same safety, but nothing is left out: what cannot be seen stands as its code point,
 * `\u{202e}`. For identities, where two that look alike are not the same, and for what a server says of them.
 */
export function escaped(text: string): string {
  const bounded = text.slice(0, charsMax + 1).toWellFormed();
  const line = bounded.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return line.length > charsMax ? `${line.slice(0, charsMax - 1)}…` : line;
}

/** JSON whose text holds no character that a terminal obeys; parsed, it is the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
