/**
 * Text of strangers as text: control characters, also those of terminals (ANSI escapes) and those that turn the
 * direction of writing, are shown as signs instead of doing what they say. HTML needs nothing: it is never parsed.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

export function legible(text: string): string {
  return text.replace(unseen, sign);
}

function sign(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x1b) return '⟨ESC⟩';
  return `⟨${code.toString(16).toUpperCase().padStart(2, '0')}⟩`;
}
