/**
 * Kubernetes quantities, read exactly.
 *
 * The grammar is that of k8s.io/apimachinery/pkg/api/resource: a signed decimal
 * number and at most one suffix, binary (`Mi`), decimal (`M`, `m`) or an
 * exponent (`e3`). As there, amounts are kept in billionths and what is finer
 * is rounded away from zero. Floating point would make 0.1 and 100m differ.
 */

/** An amount in billionths (10⁻⁹) of one core or one byte. */
export type Nanos = bigint;

/** No sensible amount is longer, and a longer one would only cost time. */
const quantityCharsMax = 32;

const grammar =
  /^(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:(?<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?<exponent>[+-]?\d{1,2}))?$/;

const nanosPerUnit = 10n ** 9n;

const nanosPerSuffix: ReadonlyMap<string, bigint> = new Map([
  ['n', 1n],
  ['u', 10n ** 3n],
  ['m', 10n ** 6n],
  ['', nanosPerUnit],
  ['k', 10n ** 3n * nanosPerUnit],
  ['M', 10n ** 6n * nanosPerUnit],
  ['G', 10n ** 9n * nanosPerUnit],
  ['T', 10n ** 12n * nanosPerUnit],
  ['P', 10n ** 15n * nanosPerUnit],
  ['E', 10n ** 18n * nanosPerUnit],
  ['Ki', 2n ** 10n * nanosPerUnit],
  ['Mi', 2n ** 20n * nanosPerUnit],
  ['Gi', 2n ** 30n * nanosPerUnit],
  ['Ti', 2n ** 40n * nanosPerUnit],
  ['Pi', 2n ** 50n * nanosPerUnit],
  ['Ei', 2n ** 60n * nanosPerUnit],
]);

/** The amount a quantity names; undefined where it is not one. */
export function parseQuantity(text: string): Nanos | undefined {
  if (text.length > quantityCharsMax) return undefined;
  const groups = grammar.exec(text)?.groups;
  if (!groups) return undefined;
  const { sign = '', whole = '', fraction = '', suffix = '', exponent = '0' } = groups;
  const nanos = nanosPerSuffix.get(suffix);
  if (nanos === undefined) return undefined;
  const tenths = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction) * nanos;
  const magnitude = tenths >= 0 ? digits * 10n ** BigInt(tenths) : divideUp(digits, 10n ** BigInt(-tenths));
  return sign === '-' ? -magnitude : magnitude;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
