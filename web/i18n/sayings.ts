/**
 * Sentences of the server in another language: it speaks English to everybody, so what it says is recognised by its
 * pattern. What nobody has foreseen, such as a message of Kubernetes, stays as it came.
 *
 * In what was said `{name}` stands for any text, which is taken over, `{#name}` for a number, and `{~name}` for a
 * sentence that is recognised in its turn; in what it means `{name}` stands for each of them.
 */
export type Saying = readonly [said: string, meant: string];

interface Pattern {
  readonly said: RegExp;
  readonly slots: ReadonlyArray<{ readonly name: string; readonly isSentence: boolean }>;
  readonly meant: string;
}

const keptMax = 2_000;
/** Sentences within sentences within sentences. */
const depthMax = 5;

/** @param sayings the more special ones first */
export function interpreter(sayings: readonly Saying[]): (text: string) => string {
  const patterns = sayings.map(patternOf);
  const kept = new Map<string, string>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const meant = interpret(patterns, text, 0);
    if (kept.size >= keptMax) kept.clear();
    kept.set(text, meant);
    return meant;
  };
}

function interpret(patterns: readonly Pattern[], text: string, depth: number): string {
  if (depth === depthMax) return text;
  for (const { said, slots, meant } of patterns) {
    const found = said.exec(text);
    if (!found) continue;
    const values = new Map(
      slots.map(({ name, isSentence }, index) => {
        const value = found[index + 1] ?? '';
        return [name, isSentence ? interpret(patterns, value, depth + 1) : value];
      }),
    );
    return meant.replaceAll(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '');
  }
  return text;
}

function patternOf([said, meant]: Saying): Pattern {
  const slots = Array.from(said.matchAll(/\{([#~]?)(\w+)\}/g), ([, mark, name = '']) => ({
    name,
    isSentence: mark === '~',
  }));
  // Literals and slots in turn.
  const parts = said.split(/(\{[#~]?\w+\})/).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
    return part.startsWith('{#') ? String.raw`(\d[\d.]*)` : '(.*?)';
  });
  return { said: new RegExp(`^${parts.join('')}$`, 's'), slots, meant };
}
