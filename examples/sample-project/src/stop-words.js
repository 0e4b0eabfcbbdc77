/** Words that say nothing, as a service keeps them. */

/**
 * @param {string} url answers with a JSON list of words.
 * @returns {Promise<Set<string>>}
 * @throws Error where the service does not answer with such a list; it says what it answered.
 */
export async function stopWords(url) {
  const answer = await fetch(url);
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body.trim()}`);
  const words = JSON.parse(body);
  if (!Array.isArray(words)) throw new Error(`${url} answered with no list`);
  return new Set(words.map(String));
}
