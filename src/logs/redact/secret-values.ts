/**
 * Which values of a worker's environment must not be read in what it writes, and what is written in their place.
 *
 * By name: a variable that is called like a secret has one. What has no name cannot be known. Of values of several
 * lines, such as private keys, each line is one. Very short values are left: hiding every `1` would tell them anyway.
 */
const namesThatLookSecret =
  /(?:^|_)pass(?:_|$)|passw|passphrase|secret|token|credential|api_?key|access_?key|private_?key|auth(?:_|$)/i;
const valueCharsMin = 6;
const special = /[\\^$.*+?()[\]{}|/-]/g;
/** Beyond them a matcher would cost more than what it guards. */
const valuesMax = 200;

export type Redact = (text: string) => string;

/**
 * @param names further names of variables, exactly as they are called
 * @returns undefined where there is nothing to hide
 */
export function compileRedaction(
  environment: ReadonlyArray<readonly [name: string, value: string]>,
  names: ReadonlySet<string>,
): Redact | undefined {
  const nameOf = new Map<string, string>();
  for (const [name, value] of environment) {
    if (!names.has(name) && !namesThatLookSecret.test(name)) continue;
    for (const part of value.split(/\r?\n/).map((one) => one.trim()))
      if (part.length >= valueCharsMin && nameOf.size < valuesMax) nameOf.set(part, name);
  }
  if (nameOf.size === 0) return undefined;
  // The longest first: one may be the beginning of another.
  const values = [...nameOf.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(values.map((value) => value.replace(special, String.raw`\$&`)).join('|'), 'g');
  return (text) => text.replace(pattern, (value) => `‹${nameOf.get(value) ?? ''}›`);
}
