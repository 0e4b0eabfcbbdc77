/** The commands that a document tells its readers to type, one by one. */
import { readPage } from './page.ts';

export interface Command {
  /** Without its comment. */
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

const shells = new Set(['sh', 'bash', 'shell', 'console']);

/** In the order of the page. A command may go on over lines: in quotes, or after a backslash. */
export function commandsOf(file: string): Command[] {
  return readPage(file)
    .fences.filter(({ language }) => shells.has(language))
    .flatMap(({ code, line }) => commandsIn(code).map(([text, at]) => ({ text, file, line: line + at })));
}

function commandsIn(code: string): (readonly [text: string, line: number])[] {
  const found: (readonly [string, number])[] = [];
  let begun: string | undefined;
  let beganAt = 0;
  for (const [at, written] of code.split('\n').entries()) {
    if (begun === undefined) beganAt = at;
    const text = begun === undefined ? written : `${begun}\n${written}`;
    if (goesOn(text)) {
      begun = text;
      continue;
    }
    begun = undefined;
    const command = withoutComment(text).trim();
    if (command !== '') found.push([command, beganAt]);
  }
  if (begun !== undefined) throw new Error(`a command has no end: ${begun}`);
  return found;
}

const quoted = /\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs;

function goesOn(text: string): boolean {
  return text.endsWith('\\') || /['"]/.test(withoutComment(text).replaceAll(quoted, ''));
}

/** A comment begins with `#` at the start of a word that stands in no quotes. */
function withoutComment(text: string): string {
  const blank = text.replaceAll(quoted, (part) => '_'.repeat(part.length));
  const at = /(?:^|\s)#/.exec(blank)?.index;
  return at === undefined ? text : text.slice(0, at);
}
