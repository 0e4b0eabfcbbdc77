/**
 * What an effect gives back of what it was given.
 *
 * Charts compare such texts with their own: whether the ledger holds the very events that were sent to it. A
 * placeholder would be equal to nothing; so the recording says where in the effect's input the text stood, and
 * a replay finds there what the chart wrote this time.
 */

const reference = /^‹in ([^›]+)›$/;

/** @returns a way to ask where in `input` a text stands; nothing is looked at before the first question */
export function echoOf(input: unknown): (text: string) => string | undefined {
  let places: Map<string, string> | undefined;
  return (text) => {
    places ??= placesIn(input);
    const place = places.get(text);
    return place === undefined ? undefined : `‹in ${place}›`;
  };
}

/** @returns `output` with the texts of `input` that it refers to */
export function resolveEchoes(output: unknown, input: unknown): unknown {
  if (typeof output === 'string') {
    const place = reference.exec(output)?.[1];
    return place === undefined ? output : at(input, place.split('.'));
  }
  if (Array.isArray(output)) return output.map((one) => resolveEchoes(one, input));
  if (typeof output !== 'object' || output === null) return output;
  return Object.fromEntries(
    Object.entries(output).map(([key, value]) => [key, resolveEchoes(value, input)] as const),
  );
}

function placesIn(input: unknown): Map<string, string> {
  const places = new Map<string, string>();
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string' && !places.has(value)) places.set(value, path.join('.'));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) look(inner, [...path, key]);
  };
  look(input, []);
  return places;
}

function at(input: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return input;
  if (typeof input !== 'object' || input === null) return undefined;
  return at(Object.entries(input).find(([name]) => name === key)?.[1], rest);
}
