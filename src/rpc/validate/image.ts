/**
 * Image references: their grammar, and which of them callers may name.
 *
 * The grammar is that of github.com/distribution/reference, which container
 * runtimes use: `[domain[:port]/]path[:tag][@digest]`, at most 255 characters
 * of name. Refusing here saves a Pod that could only end in InvalidImageName.
 */
import type { Limits } from './limits.ts';
import { quote, reject } from './reject.ts';

const domainComponent = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const domain = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const pathComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const reference = new RegExp(
  `^(?<name>(?:${domain}/)?${pathComponent}(?:/${pathComponent})*)(?::${tag})?(?:@${digest})?$`,
);
const nameCharsMax = 255;
/** Runtimes read 64 hexadecimal digits as an image's id, so the grammar refuses them as a name. */
const bareImageId = /^[0-9a-f]{64}$/;

/** An image reference that may be left out; '' stands for the configured default, which is always allowed. */
export function image(field: string, text: string, limits: Limits): string {
  if (text === '') return text;
  if (text.length > limits.imageCharsMax)
    reject(field, `is ${text.length} characters long; at most ${limits.imageCharsMax} are allowed`);
  const name = reference.exec(text)?.groups?.['name'];
  if (name === undefined || name.length > nameCharsMax || bareImageId.test(text))
    reject(
      field,
      `${quote(text)} is not an image reference; write [registry/]name[:tag][@digest], name in lower case`,
    );
  if (limits.imageAllowList && !isImageAllowed(text, limits.imageAllowList))
    reject(field, `${quote(text)} is not on the list of allowed images`);
  return text;
}

/**
 * Whether one of the patterns matches the whole reference as the caller wrote it; nothing is normalised, so
 * `busybox` and `docker.io/library/busybox` are two. In a pattern `*` stands for any characters but `/`, so
 * it can never reach into another registry or repository; `**` stands for any characters at all; everything
 * else stands for itself. `ghcr.io/acme/**` allows one organisation, `busybox:*` every tag of one image.
 */
export function isImageAllowed(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => wholePattern(pattern).test(text));
}

function wholePattern(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*|\*)/);
  const source = parts.map((part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part.replaceAll(/[^a-zA-Z0-9]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source.join('')}$`, 's');
}
