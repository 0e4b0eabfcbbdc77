/**
 * Quantities in what an API server answers (`1234567n`, `12Mi`), as numbers.
 *
 * For figures that are shown and averaged, so a double is exact enough; what callers ask for is read exactly
 * elsewhere.
 */

/** Go's own answers are far shorter. */
const quantityCharsMax = 32;

const factors: ReadonlyMap<string, number> = new Map([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

/** @returns an amount of 0 or more; undefined where the value is no quantity, or a negative one. */
export function amount(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > quantityCharsMax) return undefined;
  const match = /^\+?(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value);
  if (match === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  const factor = exponent === undefined ? factors.get(suffix) : 10 ** Number(exponent);
  return factor === undefined ? undefined : Number(digits) * factor;
}
