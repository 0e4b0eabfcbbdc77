/** What zod found wrong, in the words of the house: each rule a clause that follows the field's name. */
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** For `safeParse(…, { error })`. */
export function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeRule(issue.expected, issue.input);
    case 'too_small':
      return sizeRule(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return sizeRule(issue.origin, 'at most', Number(issue.maximum));
    case 'invalid_value':
      return valueRule(issue.values.map(String), issue.input);
    case 'unrecognized_keys':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'custom':
      return issue.message ?? 'is not valid';
  }
}

function typeRule(expected: string, input: unknown): string {
  if (input === undefined) return 'is required';
  if (expected === 'int' && typeof input === 'number') return `must be a whole number, is ${input}`;
  return `must be ${kindOf(expected)}, is ${kindOfValue(input)}`;
}

function kindOf(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a map';
    default:
      return expected;
  }
}

function kindOfValue(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return 'text';
  if (typeof input === 'number' || typeof input === 'bigint') return `the number ${input}`;
  return typeof input === 'boolean' ? String(input) : 'a map';
}

function sizeRule(origin: string, bound: string, size: number): string {
  if (origin === 'string') return 'must not be empty';
  if (origin === 'array') return `must have ${bound} ${size} ${size === 1 ? 'entry' : 'entries'}`;
  return `must be ${bound} ${size}`;
}

function valueRule(values: readonly string[], input: unknown): string {
  if (input === undefined) return 'is required';
  const given = typeof input === 'string' ? `"${input}"` : kindOfValue(input);
  const near = typeof input === 'string' ? didYouMean(input, values) : '';
  return `must be one of ${values.join(', ')}; is ${given}${near}`;
}
