/**
 * Rules for single strings. Each checks the length first, so that the work on
 * what a caller sent stays bounded, and returns what it was given, unchanged.
 */
import { firstHidden } from './hidden-characters.ts';
import type { Limits } from './limits.ts';
import { reject } from './reject.ts';

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** An identity: 1–253 bytes. Compared byte by byte, never normalised or shortened. */
export function requiredId(field: string, id: string, limits: Limits): string {
  if (id === '') reject(field, `is required; give it 1–${limits.idBytesMax} bytes`);
  return optionalId(field, id, limits);
}

/** An identity that may be left out, which reads as the empty string. */
export function optionalId(field: string, id: string, limits: Limits): string {
  line(field, id, limits.idBytesMax);
  // The decoder puts U+FFFD for whatever is not UTF-8, so two different ids would arrive as one.
  if (id.includes('\u{fffd}')) reject(field, 'contains U+FFFD, which stands for bytes that are not UTF-8');
  return id;
}

/** Text on one line, for people; may be empty. */
export function line(field: string, text: string, bytesMax: number): string {
  bounded(field, text, bytesMax);
  const hidden = firstHidden(text, { whitespaceAllowed: false });
  if (hidden) reject(field, `contains ${hidden}; control and bidirectional characters are refused`);
  return text;
}

/** Text of several lines, tabs included; may be empty. */
export function paragraph(field: string, text: string, bytesMax: number): string {
  bounded(field, text, bytesMax);
  const hidden = firstHidden(text, { whitespaceAllowed: true });
  if (hidden)
    reject(
      field,
      `contains ${hidden}; control and bidirectional characters other than \\t \\n \\r are refused`,
    );
  return text;
}

/** Anything a process can be given as an argument or a variable: no NUL, and expressible in UTF-8. */
export function processData(field: string, text: string): string {
  if (text.includes('\0')) reject(field, 'contains NUL, which no process can be given');
  if (!text.isWellFormed()) reject(field, 'contains an unpaired surrogate, which UTF-8 cannot express');
  return text;
}

function bounded(field: string, text: string, bytesMax: number): void {
  const bytes = byteLength(text);
  if (bytes > bytesMax) reject(field, `is ${bytes} bytes long; at most ${bytesMax} are allowed`);
}
