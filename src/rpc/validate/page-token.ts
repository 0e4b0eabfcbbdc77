/**
 * Where a page of runs ended, as a token that callers hand back unread.
 *
 * It names the last run shown and not a number of runs, so it stays right while runs come and go.
 */
import { reject } from './reject.ts';

/** A run's place in the list: the latest accepted first. */
export interface RunPlace {
  /** RFC 3339. */
  readonly acceptedAt: string;
  readonly pipelineId: string;
}

/** Far above what a token of ours can be; a longer one would only cost time. */
const tokenCharsMax = 4_096;

export function encodePageToken({ acceptedAt, pipelineId }: RunPlace): string {
  return Buffer.from(JSON.stringify([acceptedAt, pipelineId]), 'utf8').toString('base64url');
}

/** The place a token names; undefined for '', which is the start. */
export function decodePageToken(field: string, token: string): RunPlace | undefined {
  if (token === '') return undefined;
  const parts = token.length > tokenCharsMax ? undefined : parse(token);
  if (!Array.isArray(parts)) reject(field, 'is no next_page_token; send one as it was given, or nothing');
  const [acceptedAt, pipelineId, ...others]: unknown[] = parts;
  if (typeof acceptedAt !== 'string' || typeof pipelineId !== 'string' || others.length > 0)
    reject(field, 'is no next_page_token; send one as it was given, or nothing');
  return { acceptedAt, pipelineId };
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
