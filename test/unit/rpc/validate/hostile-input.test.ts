/**
 * What no table thinks of: random requests, and keys that name what objects inherit.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ottoscalerService } from '../../../../src/rpc/contract.ts';
import { RpcError } from '../../../../src/rpc/status.ts';
import { firstHidden } from '../../../../src/rpc/validate/hidden-characters.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validateScaleDown, validateScaleUp } from '../../../../src/rpc/validate/scale.ts';
import { validateStatusQuery } from '../../../../src/rpc/validate/status-query.ts';
import { scaleRequest } from './requests.ts';
import { lengthField, mapField, message, varintField } from '../../../support/wire-bytes.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', '__proto__', 'constructor', '\u{d800}', '\0', '\u{202e}', '$(id)', 'x'.repeat(300)),
);
const key = fc.oneof(
  text,
  fc.constantFrom(
    'image',
    'command',
    'timeout_seconds',
    'cpu_request',
    'cpu_limit',
    'memory_limit',
    'request_id',
    'PATH',
  ),
);
const value = fc.oneof(text, fc.constantFrom('busybox', '1', '100m', '64Mi', '1e99', '-1', 'NaN'));
/** Own keys only, `__proto__` among them, as the decoder makes them. */
const map = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((entries) => Object.fromEntries(entries));
const request = fc.record({
  task_id: text,
  repository: text,
  commit_sha: text,
  worker_count: fc.oneof(fc.integer(), fc.nat({ max: 120 })),
  build_config: map,
  triggered_by: text,
  reason: text,
  metadata: map,
});
const query = fc.record({
  task_id: text,
  worker_pod_name: text,
  status_filter: fc.oneof(text, fc.constant('failed')),
});

const plainRequest = scaleRequest();
/** Keys and values that every map of a request may have. */
const validMap = fc.dictionary(fc.stringMatching(/^[A-Z]{1,3}x$/), fc.string({ unit: 'grapheme-ascii' }), {
  maxKeys: 8,
});

/** '' where `run` accepts, else the refusal's message; whatever else is thrown fails the test. */
function verdict(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    if (error instanceof RpcError && error.code === 'INVALID_ARGUMENT') return error.message;
    throw error;
  }
}

function reversed(object: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(object).toReversed());
}

function deepFreeze<T extends object>(object: T): T {
  for (const child of Object.values(object))
    if (typeof child === 'object' && child !== null) Object.freeze(child);
  return Object.freeze(object);
}

describe('random input', { tags: ['F65'] }, () => {
  test('is accepted or refused, never changed and never answered otherwise', () => {
    const property = fc.property(request, (input) => {
      const before = structuredClone(input);
      deepFreeze(input);
      verdict(() => validateScaleUp(input, defaultLimits));
      verdict(() => validateScaleDown(input, defaultLimits));
      expect(input).toEqual(before);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('is refused in words that can be sent and printed', () => {
    const property = fc.property(request, query, (input, asked) => {
      const rules = [
        verdict(() => validateScaleUp(input, defaultLimits)),
        verdict(() => validateStatusQuery(asked, defaultLimits)),
      ];
      expect(() => rules.map(encodeURI)).not.toThrow();
      expect(firstHidden(rules.join(''), { whitespaceAllowed: false })).toBeUndefined();
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('gives one command whatever the order of its maps', () => {
    const property = fc.property(validMap, validMap, (build_config, metadata) => {
      const input = { ...plainRequest, build_config, metadata };
      const other = { ...input, build_config: reversed(build_config), metadata: reversed(metadata) };
      expect(validateScaleUp(other, defaultLimits)).toEqual(validateScaleUp(input, defaultLimits));
    });
    fc.assert(property);
  });
});

describe('keys that name what objects inherit', { tags: ['F65'] }, () => {
  const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

  test.each(inherited)('%s crosses the wire as a plain entry', (name) => {
    const bytes = message(
      lengthField(1, 'task-1'),
      varintField(4, 1),
      mapField(5, name, 'polluted'),
      mapField(8, name, 'polluted'),
    );
    const decoded = ottoscalerService.ScaleUp.requestDeserialize(bytes);
    const command = validateScaleUp(decoded, defaultLimits);
    expect(command.template.env).toEqual([[name, 'polluted']]);
    expect(command.metadata).toEqual([[name, 'polluted']]);
    expect(Object.getPrototypeOf(decoded.build_config)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const { requestSerialize, requestDeserialize } = ottoscalerService.ScaleUp;
    expect(Object.entries(requestDeserialize(requestSerialize(decoded)).metadata)).toEqual([
      [name, 'polluted'],
    ]);
  });

  test('ids that were not UTF-8 are refused, since two of them would arrive as one', () => {
    const bytes = message(lengthField(1, Buffer.from('61ff', 'hex')), varintField(4, 1));
    const decoded = ottoscalerService.ScaleUp.requestDeserialize(bytes);
    expect(verdict(() => validateScaleUp(decoded, defaultLimits))).toContain('U+FFFD');
  });

  test('are not found where they were not sent', () => {
    const bytes = message(lengthField(1, 'task-1'), varintField(4, 1));
    const { template, metadata, requestId } = validateScaleUp(
      ottoscalerService.ScaleUp.requestDeserialize(bytes),
      defaultLimits,
    );
    expect({ ...template, metadata, requestId }).toEqual({
      image: '',
      timeoutSeconds: 0,
      env: [],
      resources: {},
      metadata: [],
      requestId: '',
    });
  });
});

test('the largest request that validation accepts fits the transport', () => {
  const bytes = ottoscalerService.ScaleUp.requestSerialize({
    task_id: 't'.repeat(defaultLimits.idBytesMax),
    worker_count: defaultLimits.workersPerCommandMax,
    repository: 'r'.repeat(defaultLimits.textBytesMax),
    commit_sha: 'c'.repeat(defaultLimits.textBytesMax),
    triggered_by: 'b'.repeat(defaultLimits.textBytesMax),
    reason: 'n'.repeat(defaultLimits.textBytesMax),
    build_config: { command: 'x'.repeat(defaultLimits.payloadBytesMax - 1) },
    metadata: { m: 'x'.repeat(defaultLimits.annotationBytesMax - 1) },
  });
  expect(bytes.length).toBeLessThan(defaultLimits.messageBytesMax / 2);
});
