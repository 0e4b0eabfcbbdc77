/**
 * How a rule says no: INVALID_ARGUMENT, naming the field and the rule.
 *
 * What a caller sent is quoted briefly and visibly, so that a message shows
 * what is wrong without carrying control characters into logs and terminals.
 */
import { RpcError } from '../status.ts';
import { showHidden } from './hidden-characters.ts';

const quotedCharsMax = 64;

export function reject(field: string, rule: string): never {
  throw new RpcError('INVALID_ARGUMENT', `${field}: ${rule}`);
}

/** The text in double quotes, shortened, with everything hidden written out. */
export function quote(text: string): string {
  const short = text.length > quotedCharsMax ? `${text.slice(0, quotedCharsMax)}…` : text;
  return `"${showHidden(short)}"`;
}

/** One entry of a map field, as in `build_config["image"]`. */
export function entryOf(field: string, key: string): string {
  return `${field}[${quote(key)}]`;
}
