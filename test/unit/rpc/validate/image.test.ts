import { describe, expect, test } from 'vitest';
import { image, isImageAllowed } from '../../../../src/rpc/validate/image.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { refusal } from './requests.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

test.each([
  '',
  'busybox',
  'busybox:latest',
  'library/busybox:1.36-musl',
  'docker.io/library/busybox',
  'localhost:5000/team/app:v1',
  'Registry.Example.COM/app',
  'registry.example.com:443/a/b/c/d:tag_1.2-3',
  `busybox@${digest}`,
  `ghcr.io/acme/app:1@${digest}`,
  'a__b/c--d.e_f',
  '[2001:db8::1]:5000/app',
  'a'.repeat(255),
])('%s is an image reference, kept as it is', (text) => {
  expect(image('image', text, defaultLimits)).toBe(text);
});

test.each([
  'Busybox',
  'library/Busybox',
  'bus ybox',
  ' busybox',
  'busybox ',
  'busybox\n',
  'busybox:',
  'busybox:-tag',
  `busybox:${'t'.repeat(129)}`,
  'busybox@sha256:abc',
  'busybox@',
  '/busybox',
  'busybox/',
  'a//b',
  '../etc/passwd',
  'a/../b',
  'a._b',
  '-a',
  'a-',
  'https://example.com/a',
  'busybox;reboot',
  'busybox$(id)',
  'büsybox',
  'b\u{202e}usybox',
  '\0',
  'f'.repeat(64),
  'a'.repeat(256),
])('%j is refused with the grammar', (text) => {
  expect(refusal(() => image('image', text, defaultLimits))).toMatch(
    /^image: ".*" is not an image reference; write /s,
  );
});

test('a long reference is refused by its length, before it is parsed', () => {
  const text = `${'a'.repeat(250)}:${'t'.repeat(300)}`;
  expect(refusal(() => image('image', text, defaultLimits))).toBe(
    'image: is 551 characters long; at most 512 are allowed',
  );
});

describe('the list of allowed images', () => {
  test.each([
    ['busybox', 'busybox', true],
    ['busybox', 'busybox:latest', false],
    ['busybox', 'docker.io/library/busybox', false],
    ['busybox:*', 'busybox:1.36', true],
    ['busybox:*', `busybox:1.36@${digest}`, true],
    ['busybox*', 'busybox.evil.com/app', false],
    ['*', 'busybox', true],
    ['*', 'evil.com/app', false],
    ['**', 'evil.com/app', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme/team/app:1', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme-evil/app', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/team/app', false],
    ['ghcr.io/acme/*', 'evil.com/ghcr.io/acme/app', false],
    ['ghcr.io/a.me/*', 'ghcr.io/acme/app', false],
    ['a+b[c](d)|e', 'a+b[c](d)|e', true],
  ])('%s against %s: %s', (pattern, text, allowed) => {
    expect(isImageAllowed(text, [pattern])).toBe(allowed);
  });

  test('refuses what it does not name, but never the configured default', () => {
    const limits = { ...defaultLimits, imageAllowList: ['busybox:*'] };
    expect(image('image', 'busybox:1', limits)).toBe('busybox:1');
    expect(image('image', '', { ...limits, imageAllowList: [] })).toBe('');
    expect(refusal(() => image('image', 'alpine', limits))).toBe(
      'image: "alpine" is not on the list of allowed images',
    );
  });
});
