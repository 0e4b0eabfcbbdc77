/** What leaves the process of contexts and events. */
import { describe, expect, test } from 'vitest';
import { contextBounds, eventBounds } from '../../../src/inspector/plain-data.ts';
import { Secrets } from '../../../src/inspector/secrets.ts';
import type { PoolSnapshot } from '../../../src/machines/pool/view.ts';
import { order } from '../../support/orders.ts';

const canary = 'CANARY-hunter2';

/** A pool that knows these workers' environments. */
function poolOf(workers: Readonly<Record<string, ReadonlyArray<readonly [string, string]>>> = {}) {
  const refs = Object.entries(workers).map(([name, env]) => {
    const { template } = order();
    const context = { order: order({ template: { ...template, env } }) };
    return [name, { getSnapshot: () => ({ context }) }] as const;
  });
  return { context: { registry: { workers: new Map(refs) } } } as unknown as PoolSnapshot;
}

const secrets = new Secrets(['DATABASE']);

describe('a secret is hidden', () => {
  test('beside its name, however short, and its name is shown', () => {
    const shown = secrets.plain(
      {
        env: [
          ['API_TOKEN', 'abc'],
          ['HOME', '/root'],
        ],
      },
      contextBounds,
      poolOf(),
    );
    expect(shown).toEqual({
      env: [
        ['API_TOKEN', '‹hidden›'],
        ['HOME', '/root'],
      ],
    });
  });

  test('where a setting names the variable', () => {
    const value = { env: [['DATABASE', 'x']], reason: 'x' };
    expect(secrets.plain(value, contextBounds, poolOf())).toEqual({
      env: [['DATABASE', '‹hidden›']],
      reason: 'x',
    });
  });

  test('wherever else a text holds it', () => {
    const value = { command: `login ${canary}`, template: { env: [['PASSWORD', canary]] } };
    expect(JSON.stringify(secrets.plain(value, contextBounds, poolOf()))).not.toContain(canary);
  });

  test('also beyond the bounds of its own list, and where a text is cut through it', () => {
    const env = [...Array.from({ length: 200 }, (_, n) => [`N${n}`, 'value']), ['PASSWORD', canary]];
    const evidence = `${'x'.repeat(contextBounds.chars - 5)}${canary}`;
    const shown = JSON.stringify(secrets.plain({ env, evidence }, contextBounds, poolOf()));
    expect(shown).not.toContain(canary.slice(0, 5));
  });

  test('of a worker that an event only names', () => {
    const pool = poolOf({ 'otto-a': [['PASSWORD', canary]] });
    const event = { pod: { name: 'otto-a', message: `started with ${canary}` } };
    expect(secrets.plain(event, eventBounds, pool)).toEqual({
      pod: { name: 'otto-a', message: 'started with ‹PASSWORD›' },
    });
  });

  test('as a key', () => {
    const value = { env: [['PASSWORD', canary]], counts: new Map([[canary, 1]]) };
    expect(JSON.stringify(secrets.plain(value, contextBounds, poolOf()))).not.toContain(canary);
  });
});

describe('what is shown', () => {
  const plain = (value: unknown, bounds = contextBounds) => secrets.plain(value, bounds, poolOf());

  test('is JSON of maps, sets, dates, errors and actors', () => {
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    expect(
      plain({
        map: new Map([['a', 1]]),
        set: new Set([1, 2]),
        at: new Date(0),
        error: new TypeError('no'),
        ref: { id: 'otto-a', getSnapshot: () => ({}) },
        big: 1n,
        not: Number.NaN,
        call: () => {},
        ring,
      }),
    ).toEqual({
      map: { a: 1 },
      set: [1, 2],
      at: '1970-01-01T00:00:00.000Z',
      error: 'TypeError: no',
      ref: { actor: 'otto-a' },
      big: '1',
      not: 'NaN',
      ring: { self: '…' },
    });
  });

  test('says what was cut', () => {
    expect(plain(Array.from({ length: 150 }, () => 0))).toHaveLength(contextBounds.entries + 1);
    expect(plain('y'.repeat(3_000))).toMatch(/^y+… \(1000 more\)$/);
    expect(plain({ text: 'a' }, { ...contextBounds, nodes: 1 })).toEqual({ text: '…' });
  });

  test('keeps a key of the language as a name like any other', () => {
    const shown = plain(new Map([['__proto__', { isOperator: true }]]));
    expect(JSON.stringify(shown)).toBe('{"__proto__":{"isOperator":true}}');
    expect((shown as { isOperator?: true }).isOperator).toBeUndefined();
  });

  test('is bounded, whatever there is', () => {
    const wide = Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => 'z'.repeat(100)));
    expect(JSON.stringify(plain(wide)).length).toBeLessThan(contextBounds.nodes * 110);
  });
});
