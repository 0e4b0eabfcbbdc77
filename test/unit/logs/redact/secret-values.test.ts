import { describe, expect, it } from 'vitest';
import type { WorkerLine } from '../../../../src/logs/line.ts';
import { redactedStore } from '../../../../src/logs/redact/redacted-store.ts';
import { compileRedaction } from '../../../../src/logs/redact/secret-values.ts';
import { lineOf, originOf } from '../../../support/log-lines.ts';

const none = new Set<string>();

describe('the values of a worker’s environment', () => {
  it.each([
    'API_TOKEN',
    'DB_PASSWORD',
    'NPM_AUTH',
    'client_secret',
    'AWS_SECRET_ACCESS_KEY',
    'APIKEY',
    'GOOGLE_CREDENTIALS',
    'SSH_PRIVATE_KEY',
    'GPG_PASSPHRASE',
  ])('are hidden where the variable is called %s', (name) => {
    const redact = compileRedaction([[name, 'hunter2-hunter2']], none);
    expect(redact?.('url=https://me:hunter2-hunter2@host')).toBe(`url=https://me:‹${name}›@host`);
  });

  it.each(['PATH_PREFIX', 'AUTHOR', 'COMPASS', 'BUILD_NUMBER', 'KEYBOARD'])(
    'are left where the variable is called %s',
    (name) => {
      expect(compileRedaction([[name, 'hunter2-hunter2']], none)).toBeUndefined();
    },
  );

  it('are hidden where the configured list has the name', () => {
    expect(compileRedaction([['LICENCE', 'abc-def-ghi']], new Set(['LICENCE']))?.('abc-def-ghi')).toBe(
      '‹LICENCE›',
    );
  });

  it('are taken literally, the longest first, wherever they stand', () => {
    const redact = compileRedaction(
      [
        ['A_TOKEN', 'a.b*c$d'],
        ['B_TOKEN', 'a.b*c$d(long)'],
      ],
      none,
    );
    expect(redact?.('a.b*c$d(long) a.b*c$d aXbbc$d')).toBe('‹B_TOKEN› ‹A_TOKEN› aXbbc$d');
  });

  it('are hidden line by line where they have several', () => {
    const redact = compileRedaction([['PRIVATE_KEY', '-----BEGIN KEY-----\nMIIEvQIBADANBg\nx\n']], none);
    expect(['-----BEGIN KEY-----', 'MIIEvQIBADANBg', 'x'].map((line) => redact?.(line))).toEqual([
      '‹PRIVATE_KEY›',
      '‹PRIVATE_KEY›',
      'x',
    ]);
  });

  it('never reach the store, and each origin is asked for its own once', async () => {
    const kept: WorkerLine[] = [];
    const store = {
      append: async (lines: readonly WorkerLine[]) => void kept.push(...lines),
      markOf: () => undefined,
      forget() {},
    };
    const asked: string[] = [];
    const redacted = redactedStore(store, ({ workerId }) => {
      asked.push(workerId);
      return workerId === 'a' ? compileRedaction([['TOKEN', 'planted-canary']], none) : undefined;
    });
    const [a, b] = [originOf('a'), originOf('b')];
    for (const seq of [1, 2])
      await redacted.append([lineOf(a, seq, 'has planted-canary'), lineOf(b, seq, 'has planted-canary')]);
    expect(kept.map(({ text }) => text)).toEqual([
      'has ‹TOKEN›',
      'has planted-canary',
      'has ‹TOKEN›',
      'has planted-canary',
    ]);
    expect(asked).toEqual(['a', 'b']);
  });
});
