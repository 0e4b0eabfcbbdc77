/** A worker's latest word, short enough for a row of a table. */
const charsMax = 400;
const visible = /\S/;

export function isBlank(text: string): boolean {
  return !visible.test(text);
}

/** @returns what stands on the line in the end: a carriage return begins it anew, as progress bars use it */
export function lastLineOf(text: string): string {
  const line = text.split(/[\r\n]+/).findLast((part) => !isBlank(part)) ?? '';
  // A cut may have gone through a character that needs two units.
  return line.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/, '');
}

/** The same text, without the larger one in memory that it was cut from. */
export function apart(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
