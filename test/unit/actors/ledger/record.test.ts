/** The ledger on paper: it comes back as it was written, and nothing else is believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeLedger,
  decodeState,
  encodeLedger,
  encodeState,
  freshState,
} from '../../../../src/actors/ledger/record.ts';
import { failureNames } from '../../../../src/machines/failure.ts';
import { refusals } from '../../../../src/machines/worker/order.ts';
import { endedWorker, scaleDownCommand, scaleUpCommand } from '../../../support/orders.ts';
import { scaleDownLedger, scaleUpLedger } from '../../../support/ledgers.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '"', '\\', '\u0000', ''));
const pairs = fc.array(fc.tuple(text, text), { maxLength: 5 });
const quantities = fc.record(
  { cpuRequest: text, cpuLimit: text, memoryRequest: text, memoryLimit: text },
  { requiredKeys: [], noNullPrototype: true },
);
const template = fc.record(
  { image: text, command: text, timeoutSeconds: fc.nat(), env: pairs, resources: quantities },
  { requiredKeys: ['image', 'timeoutSeconds', 'env', 'resources'], noNullPrototype: true },
);
const ended = fc.record(
  {
    outcome: fc.oneof(
      fc.constant({ kind: 'succeeded' as const }),
      fc.record({
        kind: fc.constant('failed' as const),
        failure: fc.record({ name: fc.constantFrom(...failureNames), evidence: text }),
      }),
    ),
    createdAt: text,
    startedAt: text,
    endedAt: text,
    nodeName: text,
    refusal: fc.constantFrom(...refusals),
  },
  { requiredKeys: ['outcome', 'createdAt', 'startedAt', 'endedAt', 'nodeName'], noNullPrototype: true },
);
const states = fc.record({
  created: fc.boolean(),
  closedAt: text,
  ended: fc.dictionary(fc.nat({ max: 999 }).map(String), ended),
});

describe('what was written comes back', () => {
  test('of a scale-up', () => {
    fc.assert(
      fc.property(template, text, pairs, fc.integer({ min: 1, max: 100 }), (t, words, metadata, count) => {
        const command = scaleUpCommand({
          taskId: words,
          reason: words,
          template: t,
          metadata,
          workerCount: count,
        });
        const ledger = scaleUpLedger({ command, template: t });
        expect(decodeLedger({ name: 'l', data: encodeLedger(ledger, freshState) })).toStrictEqual(ledger);
      }),
    );
  });

  test('of a scale-down', () => {
    fc.assert(
      fc.property(fc.array(text), text, fc.nat(), (podNames, taskId, target) => {
        const ledger = scaleDownLedger({ podNames, command: scaleDownCommand({ taskId, target }) });
        expect(decodeLedger({ name: 'l', data: encodeLedger(ledger, freshState) })).toStrictEqual(ledger);
      }),
    );
  });

  test('of a state', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decodeState({ name: 'l', data: { state: encodeState(state) } })).toEqual(state);
      }),
    );
  });
});

const good = encodeLedger(scaleUpLedger(), freshState);
const request = JSON.stringify(scaleUpLedger().command);
const without = (key: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));

describe('what somebody edited is refused, with the name of the record', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing at all', {}],
    ['no request', without('request')],
    ['no hash', without('hash')],
    ['no time', without('accepted-at')],
    ['no template', without('template')],
    ['a later version', { ...good, version: '2' }],
    ['no kind', without('kind')],
    ['a request that is no JSON', { ...good, request: '{' }],
    ['a request that is null', { ...good, request: 'null' }],
    ['a request of the other kind', { ...good, request: JSON.stringify(scaleDownCommand()) }],
    ['no worker', { ...good, request: request.replace('"workerCount":2', '"workerCount":0') }],
    ['half a worker', { ...good, request: request.replace('"workerCount":2', '"workerCount":0.5') }],
    ['workers as text', { ...good, request: request.replace('"workerCount":2', '"workerCount":"2"') }],
    ['an environment of numbers', { ...good, template: JSON.stringify({ image: '', env: [[1, 2]] }) }],
  ])('%s', (_what, data) => {
    expect(() => decodeLedger({ name: 'otto-l', data })).toThrow(/^the ledger otto-l cannot be read: .+/);
  });

  test.each([
    ['no JSON', 'not json'],
    ['an array', '[]'],
    ['a missing field', '{"created":true,"ended":{}}'],
    ['created as text', '{"created":"yes","closedAt":"","ended":{}}'],
    ['an unknown failure', stateWith({ outcome: { kind: 'failed', failure: { name: 'x', evidence: '' } } })],
    ['an unknown outcome', stateWith({ outcome: { kind: 'maybe' } })],
    ['a worker without a number', '{"created":true,"closedAt":"","ended":{"first":{}}}'],
  ])('a state that is %s', (_what, state) => {
    expect(() => decodeState({ name: 'otto-l', data: { state } })).toThrow(
      /^the ledger otto-l cannot be read: .+/,
    );
  });

  test('whatever it is: a sentence about the record or a ledger, and never another error', () => {
    const data = fc.dictionary(
      fc.constantFrom(...Object.keys(good), '__proto__'),
      fc.oneof(text, fc.json(), fc.constantFrom(...Object.values(good))),
    );
    fc.assert(
      fc.property(data, (edited) => {
        for (const read of [decodeLedger, decodeState]) {
          expect(refusal(() => read({ name: 'otto-l', data: edited }))).toMatch(
            /^(Error: the ledger otto-l cannot be read: |$)/,
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('keys that name the prototype', () => {
  test.each([
    ['in a request', request.replace('{', '{"__proto__":{"workerCount":99,"polluted":true},')],
    ['in its template', request.replace('"template":{', '"template":{"__proto__":{"image":"evil"},')],
  ])('are inert %s', (_where, edited) => {
    const ledger = decodeLedger({ name: 'l', data: { ...good, request: edited } });
    expect(ledger.command).toEqual(scaleUpLedger().command);
    expect(Object.getPrototypeOf(ledger.command)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  test('are inert among the ended workers', () => {
    const state = '{"created":true,"closedAt":"","ended":{"__proto__":{"0":{}}}}';
    const { ended: read } = decodeState({ name: 'l', data: { state } });
    expect(Object.keys(read)).toEqual([]);
    expect(read['0']).toBeUndefined();
  });
});

/** What an attempt throws, as text; '' where it succeeds. */
function refusal(attempt: () => unknown): string {
  try {
    attempt();
    return '';
  } catch (error) {
    return String(error);
  }
}

function stateWith(change: object): string {
  return JSON.stringify({ ...freshState, ended: { 0: { ...endedWorker(), ...change } } });
}
