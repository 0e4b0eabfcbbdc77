/**
 * Characters that nobody sees but that change what people and terminals read.
 *
 * Line breaks forge log lines, escapes drive terminals, and bidirectional
 * controls make an id look like another one. Unpaired surrogates are no
 * characters at all: they cannot be written as UTF-8.
 */

const hiddenRanges: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x0000, 0x001f], // C0 controls, NUL and the line breaks among them
  [0x007f, 0x009f], // DEL and the C1 controls
  [0x061c, 0x061c], // Arabic letter mark
  [0x200e, 0x200f], // left-to-right and right-to-left mark
  [0x2028, 0x2029], // line and paragraph separator
  [0x202a, 0x202e], // bidirectional embeddings and overrides
  [0x2066, 0x2069], // bidirectional isolates
  [0xd800, 0xdfff], // surrogates; in a regular expression by code points only unpaired ones match
];

const hiddenClass = hiddenRanges
  .map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`)
  .join('');

const hidden = new RegExp(`[${hiddenClass}]`, 'u');
const hiddenExceptWhitespace = new RegExp(`(?![\\t\\n\\r])[${hiddenClass}]`, 'u');
const everyHidden = new RegExp(hidden, 'gu');

/** The first hidden character, as `U+202E`; undefined where there is none. */
export function firstHidden(text: string, options: { whitespaceAllowed: boolean }): string | undefined {
  const [character] = (options.whitespaceAllowed ? hiddenExceptWhitespace : hidden).exec(text) ?? [];
  return character === undefined ? undefined : codePointName(character);
}

/** The text with every hidden character written out, as `<U+202E>`. */
export function showHidden(text: string): string {
  return text.replaceAll(everyHidden, (character) => `<${codePointName(character)}>`);
}

function codePointName(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
