/** Counts as a person reads them: the number on the right, and a bar. */

const barCharsMax = 20;

/** @param {[string, number][]} ranked the most frequent first. */
export function table(ranked) {
  const [[, most] = ['', 0]] = ranked;
  const width = Math.max(0, ...ranked.map(([word]) => lengthOf(word)));
  const digits = String(most).length;
  return ranked.map(([word, count]) => {
    const bar = '█'.repeat(Math.max(1, Math.round((count / most) * barCharsMax)));
    return `${word}${' '.repeat(width - lengthOf(word))}  ${String(count).padStart(digits)}  ${bar}`;
  });
}

function lengthOf(word) {
  return Array.from(word).length;
}
