/**
 * The causes of a 422, worded as Kubernetes' `field.Error` words them.
 */
import type { StatusCause } from './api-error.ts';

const shown = (value: unknown): string => JSON.stringify(value) ?? 'null';

export function required(field: string, detail?: string): StatusCause {
  const message = detail === undefined ? 'Required value' : `Required value: ${detail}`;
  return { reason: 'FieldValueRequired', message, field };
}

export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}: ${detail}`, field };
}

export function duplicate(field: string, value: unknown): StatusCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${shown(value)}`, field };
}

export function forbidden(field: string, detail: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((item) => shown(item)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${shown(value)}: supported values: ${list}`,
    field,
  };
}

export function tooLong(field: string, bytesMax: number): StatusCause {
  return { reason: 'FieldValueTooLong', message: `Too long: must have at most ${bytesMax} bytes`, field };
}
