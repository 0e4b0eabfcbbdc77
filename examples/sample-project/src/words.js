/** What a word is, and how often each one stands in a text. */

/** Letters and digits of any script; an apostrophe or a hyphen joins two parts. */
const word = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/** @returns {Map<string, number>} by word in lower case, in the order in which they first stand there. */
export function countWords(text, { without = new Set() } = {}) {
  const counts = new Map();
  for (const [found] of text.toLowerCase().matchAll(word)) {
    if (!without.has(found)) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

/** @returns {[string, number][]} the most frequent first, equally frequent ones by the alphabet. */
export function mostFrequent(counts, atMost = Infinity) {
  const ranked = [...counts];
  ranked.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return ranked.slice(0, atMost);
}
