/**
 * How many columns a terminal needs for a text, and texts cut and padded to that measure.
 *
 * Where terminals disagree the larger number is taken: a line that is a little
 * too short stays where it is, one that is too long wraps and breaks the frame.
 * The texts are free of control characters.
 */

/** Two columns: East Asian scripts and forms, and what is drawn as an emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\u3000-\u303e\u31c0-\u31ef\u3200-\u33ff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
/** None: what is put on the character before it. */
const combining = /\p{M}/u;
const ascii = /^[\u0020-\u007e]*$/;

export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  // Asks a character for the emoji form of what stands before it.
  if (character === '\ufe0f') return 1;
  if (wide.test(character)) return 2;
  return combining.test(character) ? 0 : 1;
}

/** The text, at most `columns` wide; what is left out at its end is an ellipsis. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Cut, or filled up with spaces, to exactly this width. */
export function fitToWidth(text: string, columns: number): string {
  const cut = cutToWidth(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}
