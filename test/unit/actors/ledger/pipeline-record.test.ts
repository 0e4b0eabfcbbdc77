/** The part of a run's ledger that never changes: it comes back as it was written, and nothing else is believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodePipeline,
  defaultsOf,
  encodePipeline,
  isPipeline,
} from '../../../../src/actors/ledger/pipeline-record.ts';
import { encodeLedger, freshState } from '../../../../src/actors/ledger/record.ts';
import { pipelineLedger, scaleUpLedger } from '../../../support/ledgers.ts';
import { policy } from '../../../simulation/model/ottoscaler.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '"', '\\', '\u0000', ''));
const everything = pipelineCommand(
  [
    stageCommand('build', {
      type: 'build',
      name: 'Build it',
      workerCount: 2,
      matrix: [{ name: 'OS', values: ['linux', 'bsd'] }],
      template: {
        image: 'golang:1',
        exec: { command: [], args: ['-v', '$(date)'] },
        timeoutSeconds: 60,
        env: [['MODE', 'x']],
        resources: { cpuLimit: '1', memoryRequest: '64Mi' },
      },
      queueSeconds: 30,
      retry: {
        retriesMax: 2,
        delaySeconds: 5,
        backoffFactor: 1.5,
        delaySecondsMax: 60,
        failures: ['exit-code', 'oom-killed'],
        exitCodes: [7, 9],
      },
    }),
    stageCommand('test', { dependsOn: ['build'], allowFailure: true, retry: noRetry }),
    stageCommand('notify', { runWhen: 'failure' }),
  ],
  {
    pipelineId: 'build-42',
    name: 'n',
    onFailure: 'continue',
    timeoutSeconds: 600,
    metadata: [['k', 'v']],
    retryOf: { pipelineId: 'build-41', reused: [{ stageId: 'build', digest: 'd' }] },
  },
);

describe('what was written comes back', () => {
  test('with everything that a run can ask for', () => {
    const ledger = pipelineLedger({ command: everything });
    expect(decodePipeline({ name: 'l', data: encodePipeline(ledger, '') })).toStrictEqual(ledger);
  });

  test('whatever words it is made of', () => {
    const words = fc.uniqueArray(text, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, text, (ids, word) => {
        const template = { image: word, command: word, timeoutSeconds: 0, env: [[word, word]] as const };
        const stages = ids.map((id, index) =>
          stageCommand(id, {
            dependsOn: ids.slice(0, index),
            template: { ...template, resources: {} },
            matrix: [{ name: word, values: [word] }],
          }),
        );
        const command = pipelineCommand(stages, { pipelineId: word, triggeredBy: word });
        const ledger = pipelineLedger({ command, defaults: { ...defaultsOf(policy.order), image: word } });
        expect(decodePipeline({ name: 'l', data: encodePipeline(ledger, '') })).toStrictEqual(ledger);
      }),
    );
  });

  test('and is told apart from a scale command', () => {
    expect(isPipeline({ data: encodePipeline(pipelineLedger(), '') })).toBe(true);
    expect(isPipeline({ data: encodeLedger(scaleUpLedger(), freshState) })).toBe(false);
  });
});

const good = encodePipeline(pipelineLedger({ command: everything }), '');
const edited = (edit: (request: string) => string) => ({ ...good, request: edit(good['request'] ?? '') });
const replaced = (from: string, to: string) =>
  edited((request) => {
    if (!request.includes(from)) throw new Error(`nothing says ${from}`);
    return request.replace(from, to);
  });

describe('what somebody edited is refused, with the name of the record', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['nothing at all', {}],
    ['a scale command', encodeLedger(scaleUpLedger(), freshState)],
    ['a later version', { ...good, version: '2' }],
    ['no time', { ...good, 'accepted-at': 'yesterday' }],
    ['no defaults', { ...good, defaults: '{}' }],
    [
      'no stages',
      edited((request) => request.replace(/"stages":\[.*\],"metadata"/, '"stages":[],"metadata"')),
    ],
    ['a stage without workers', replaced('"workerCount":2', '"workerCount":0')],
    ['a billion workers', replaced('"workerCount":2', '"workerCount":1000000000')],
    ['an axis without values', replaced('["linux","bsd"]', '[]')],
    ['two stages of one id', replaced('"stageId":"test"', '"stageId":"build"')],
    ['a dependency that does not exist', replaced('"dependsOn":["build"]', '"dependsOn":["no"]')],
    ['a stage that waits for itself', replaced('"dependsOn":["build"]', '"dependsOn":["test"]')],
    ['an unknown failure', replaced('"oom-killed"', '"bad-luck"')],
  ])('%s', (_what, data) => {
    expect(() => decodePipeline({ name: 'otto-l', data })).toThrow(/^the ledger otto-l cannot be read: .+/);
  });

  test('whatever it is: a sentence about the record or a ledger, and never another error', () => {
    const data = fc.dictionary(
      fc.constantFrom(...Object.keys(good), '__proto__'),
      fc.oneof(text, fc.json(), fc.constantFrom(...Object.values(good))),
    );
    fc.assert(
      fc.property(data, (any) => {
        let said = '';
        try {
          decodePipeline({ name: 'otto-l', data: any });
        } catch (error) {
          said = String(error);
        }
        expect(said).toMatch(/^(Error: the ledger otto-l cannot be read: |$)/);
      }),
      { numRuns: 1_000 },
    );
  });
});
