/** Numbers without a fraction, within bounds: counts and seconds. */
import { reject } from './reject.ts';

/** @param what completes "-1 is not a …" */
export function wholeNumber(field: string, value: number, min: number, max: number, what: string): number {
  if (!Number.isInteger(value) || value < min || value > max)
    reject(field, `${value} is not a ${what}; write ${min}–${max}`);
  // -0 would be another content than 0 to whoever compares or hashes it.
  return value === 0 ? 0 : value;
}

/** @param zero what 0 stands for */
export function seconds(field: string, value: number, max: number, zero: string): number {
  return wholeNumber(field, value, 0, max, `number of seconds (0 = ${zero})`);
}
