/** How long the page waits before it connects anew. */
const firstMs = 500;
const mostMs = 15_000;

/**
 * Doubles with each try, up to 15 s; spread over its upper half, so that many pages do not come back at once.
 *
 * @param tries failed so far, from 0
 * @param dice from 0 up to 1
 */
export function backoffMs(tries: number, dice: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(tries, 20));
  return Math.round(whole * (0.5 + dice / 2));
}
