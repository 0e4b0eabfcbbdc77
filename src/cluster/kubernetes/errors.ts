/**
 * Every way in which a call can fail, as one of the closed codes of {@link ClusterError}.
 *
 * Trusts of an answer its HTTP status and, for the sentence, `message` and `reason` of its `Status`. Headers
 * and bodies never enter the message: they may hold tokens and the environment of workers.
 */
import { ClusterError, type ClusterErrorCode } from '../port.ts';
import { field, text } from './untrusted.ts';

const messageCharsMax = 400;
const retryAfterMsMax = 60_000;

/** The words of the ResourceQuota and LimitRanger admission plugins, which share 403 with missing rights. */
const quotaWords =
  /exceeded quota|failed quota|insufficient quota|status unknown for quota|LimitRange|(?:maximum|minimum) .{1,80} usage per|limit to request ratio/;

/** 409 of a create that lost a race for the quota's own counter: refused for now, the name is free. */
const quotaConflictWords = /cannot be fulfilled on resourcequotas/;

export interface Answer {
  /** What was asked, as the start of a sentence: `create pod x`. */
  readonly what: string;
  readonly status: number;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** The parsed body, whatever it is. */
  readonly body: unknown;
  /** Epoch milliseconds, to read an HTTP-date in `Retry-After`. */
  readonly nowMs: number;
}

/** @returns the error that an HTTP answer of 300 or more stands for. */
export function errorFromAnswer(answer: Answer): ClusterError {
  const reason = text(field(answer.body, 'reason'));
  const said = oneSentence(text(field(answer.body, 'message')));
  const retryAfterMs = retryAfter(answer);
  return new ClusterError(
    codeOf(answer.status, reason, said),
    `${answer.what}: ${said || `the API server answered ${answer.status}`}`,
    { status: answer.status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  );
}

/** @returns the error for a request that got no answer, whatever was thrown. */
export function errorFromFailure(what: string, cause: unknown): ClusterError {
  if (cause instanceof ClusterError) return cause;
  const code = text(field(cause, 'code'));
  const message = cause instanceof Error ? oneSentence(cause.message) : '';
  const timedOut = code === 'ETIMEDOUT' || /^UND_ERR_\w+_TIMEOUT$/.test(code) || named(cause, 'TimeoutError');
  return new ClusterError(
    timedOut ? 'timeout' : 'unavailable',
    `${what}: ${message || code || 'the connection failed'}`,
  );
}

/** @returns milliseconds, clamped to 0–60 000; undefined where nothing readable was asked for. */
export function parseRetryAfterMs(header: string, nowMs: number): number | undefined {
  const trimmed = header.trim();
  if (trimmed === '') return undefined;
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1000 : Date.parse(trimmed) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), retryAfterMsMax);
}

function codeOf(status: number, reason: string, message: string): ClusterErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return quotaWords.test(message) ? 'quota' : 'forbidden';
    case 404:
      return 'not-found';
    case 408:
      return 'timeout';
    case 409:
      if (reason === 'AlreadyExists') return 'already-exists';
      return quotaConflictWords.test(message) ? 'quota' : 'conflict';
    case 410:
      return 'expired';
    case 429:
      return 'throttled';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
  }
}

function retryAfter(answer: Answer): number | undefined {
  if (answer.retryAfter !== undefined) return parseRetryAfterMs(answer.retryAfter, answer.nowMs);
  const seconds = field(field(answer.body, 'details'), 'retryAfterSeconds');
  return typeof seconds === 'number'
    ? parseRetryAfterMs(String(Math.ceil(seconds)), answer.nowMs)
    : undefined;
}

/** Control characters would let a server write lines of its own into our log. */
function oneSentence(message: string): string {
  const flat = message.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return flat.length > messageCharsMax ? `${flat.slice(0, messageCharsMax)}…` : flat;
}

function named(cause: unknown, name: string): boolean {
  return cause instanceof Error && cause.name === name;
}
