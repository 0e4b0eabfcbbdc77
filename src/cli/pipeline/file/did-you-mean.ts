/** The word that was probably meant, by how few letters differ. */

/** Words of other tools for the same thing. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['needs', 'depends_on'],
  ['depends', 'depends_on'],
  ['dependencies', 'depends_on'],
  ['script', 'run'],
  ['environment', 'env'],
  ['config', 'env'],
  ['stage_id', 'id'],
  ['worker_count', 'workers'],
  ['parallelism', 'workers'],
  ['timeout_seconds', 'timeout'],
  ['queue_timeout_seconds', 'queue_timeout'],
  ['retry_policy', 'retry'],
  ['retries', 'retry'],
  ['retry_delay_seconds', 'delay'],
  ['max_delay_seconds', 'max_delay'],
  ['retryable_failures', 'failures'],
  ['retryable_exit_codes', 'exit_codes'],
  ['when', 'run_when'],
]);

/** Longer words are no slips of the finger, and comparing them is work on what a sender chose. */
const charsMax = 40;
/** Shorter beginnings say nothing. */
const prefixCharsMin = 3;

/** `; did you mean depends_on?`, or '' where nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const synonym = synonyms.get(word);
  const near = synonym !== undefined && known.includes(synonym) ? synonym : nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > charsMax) return undefined;
  const begun = word.length >= prefixCharsMin && known.find((candidate) => candidate.startsWith(word));
  if (begun) return begun;
  const distanceMax = word.length < prefixCharsMin ? 1 : Math.max(2, Math.floor(word.length / 3));
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > distanceMax) continue;
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= distanceMax && distance < (best?.distance ?? Infinity))
      best = { word: candidate, distance };
  }
  return best?.word;
}

/** Levenshtein's distance, one row at a time. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
