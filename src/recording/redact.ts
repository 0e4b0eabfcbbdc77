/**
 * What may leave the process in a recording: identities, states, times and numbers; no text that anybody wrote.
 *
 * By an allow-list: a string is kept only under a key that is known to hold an identity or a word of a closed
 * vocabulary. Every other string, also one that a later version adds, becomes a placeholder: equal for equal
 * texts and different for different ones, since charts compare them, but made with a key that is kept nowhere,
 * so that nobody can guess a text and check it. The placeholder says how long the text was.
 *
 * A few texts decide what happens next. Of these the placeholder keeps just what decides.
 */
import { createHmac } from 'node:crypto';
import { isTransientPull, isUntoldPull } from '../machines/judge-pod.ts';
import { isUnneeded } from '../machines/pipeline/schedule.ts';
import { skippedFor } from '../machines/stage/words.ts';

/** Keys whose strings are kept, and those of arrays under them. */
const kept: ReadonlySet<string> = new Set(
  [
    'type kind phase status mode onFailure runWhen cause code refusal failures',
    'name podName podNames nodeName ledgerName id uid resourceVersion taskId requestId pipelineId earlierId',
    'stageId dependsOn image commitSha cpuRequest cpuLimit memoryRequest memoryLimit',
    'at endsBy createdAt startedAt endedAt finishedAt acceptedAt completedAt closedAt',
  ].flatMap((keys) => keys.split(' ')),
);
/** Pairs of a name, which is kept, and a value, which is not. */
const pairs: ReadonlySet<string> = new Set(['env', 'metadata']);

/** Kubernetes' own reasons, such as `ErrImagePull`; people write sentences. */
const word = /^[A-Z][A-Za-z]{2,63}$/;
/** All before the last @, but for the scheme: a password may hold any of the characters that end one. */
const userinfo = /^((?:[a-z][a-z\d+.-]*:\/\/)?)(.*)@/is;
const afterPath = /[?#].*$/s;

/** As much of an evidence as is sure to be kept when it is cut to its longest. */
const headChars = 380;
const decisive = ' temporary';

/** Bounds what is remembered: some MB. */
const knownMax = 20_000;
const knownCharsMax = 256;

type Echo = (text: string) => string | undefined;

export interface Redactor {
  text(text: string): string;
  /**
   * @param echo what stands for a text instead of a placeholder, where it is known elsewhere
   * @returns a redacted copy; numbers and truth values are kept
   */
  data(value: object, echo?: Echo): Readonly<Record<string, unknown>>;
}

/** @param key of the placeholders; random and forgotten, but for recordings that are to be the same each time */
export function redactor(key: Uint8Array): Redactor {
  /** Most texts come again and again, such as what a Pod was made from. */
  const known = new Map<string, string>();
  const placeholder = (text: string): string => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const digest = createHmac('sha256', key).update(text).digest('hex').slice(0, 8);
    const made = `‹${digest} ${text.length}›`;
    if (known.size >= knownMax) known.clear();
    if (text.length <= knownCharsMax) known.set(text, made);
    return made;
  };

  const redactText = (text: string): string => {
    if (text === '') return text;
    if (text.startsWith(skippedFor) && isUnneeded(text.slice(skippedFor.length))) return text;
    if (isUntoldPull(text)) return `Back-off pulling image "${placeholder(text)}"`;
    if (!isTransientPull(text)) return placeholder(text);
    const short = placeholder(text);
    // Where it decides only beyond what an evidence holds, it must not decide in an evidence.
    return `${isTransientPull(text.slice(0, headChars)) ? short : short.padEnd(headChars + 20, '·')}${decisive}`;
  };

  /** Who may read a repository is told before the @, and now and then after a question mark. */
  const redactUrl = (url: string): string =>
    url
      .replace(userinfo, (_all, scheme: string, user: string) => `${scheme}${placeholder(user)}@`)
      .replace(afterPath, (rest) => `?${placeholder(rest)}`);

  return {
    text: redactText,
    data: (value, echo = () => undefined) =>
      rewrite(value, (text, parent) => {
        if (parent === 'repository') return redactUrl(text);
        return text === '' ? text : (echo(text) ?? redactText(text));
      }),
  };
}

/** All that is kept of a value, as text: equal for two lives that differ only in what people wrote. */
export function outlineOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  return JSON.stringify(rewrite(value, (text) => (text === '' ? text : '…')));
}

/** @returns a copy in which every text that is not kept is what `write` makes of it */
function rewrite(value: object, write: (text: string, parent: string) => string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const properties: Readonly<Record<string, unknown>> = { ...value };
  for (const name of Object.keys(properties)) copy[name] = rewriteAny(properties[name], name, value, write);
  return copy;
}

function rewriteAny(
  value: unknown,
  parent: string,
  holder: object | undefined,
  write: (text: string, parent: string) => string,
): unknown {
  if (typeof value === 'string') return isKept(value, parent, holder) ? value : write(value, parent);
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return rewrite(value, write);
  return value.map((one: unknown) => {
    if (!pairs.has(parent) || !Array.isArray(one)) return rewriteAny(one, parent, undefined, write);
    return [one[0], ...one.slice(1).map((inner) => rewriteAny(inner, '', undefined, write))];
  });
}

function isKept(text: string, parent: string, holder: object | undefined): boolean {
  if (kept.has(parent)) return true;
  return parent === 'reason' && word.test(text) && holder !== undefined && isObserved(holder);
}

/** A Pod, or the state of its container: their reasons are Kubernetes', and they decide. */
function isObserved(holder: object): boolean {
  return (
    'phase' in holder || ('kind' in holder && (holder.kind === 'waiting' || holder.kind === 'terminated'))
  );
}
