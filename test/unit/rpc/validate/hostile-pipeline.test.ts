/**
 * What no table thinks of: random pipelines, of which most are refused, and random valid ones.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PipelineCommand } from '../../../../src/machines/pipeline/command.ts';
import { failureNames } from '../../../../src/machines/failure.ts';
import { ottoscalerService } from '../../../../src/rpc/contract.ts';
import { encodeRequest } from '../../../../src/rpc/services/encode-request.ts';
import { RpcError } from '../../../../src/rpc/status.ts';
import { firstHidden } from '../../../../src/rpc/validate/hidden-characters.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import { pipelineRequest } from './requests.ts';

const text = fc.oneof(
  { arbitrary: fc.constant(''), weight: 5 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 8 }), weight: 1 },
  {
    arbitrary: fc.constantFrom('__proto__', 'toString', '\u{d800}', '\0', '\u{202e}', 'x'.repeat(300)),
    weight: 1,
  },
);
/** Few ids, so that stages meet. */
const id = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'd'), weight: 30 },
  { arbitrary: text, weight: 1 },
);
const number = fc.oneof(
  { arbitrary: fc.constantFrom(0, 1, 2, 60), weight: 20 },
  { arbitrary: fc.constantFrom(-1, -0, 1.5, 101, 2 ** 31 - 1, Number.NaN, Infinity), weight: 1 },
);
const key = fc.oneof(text, fc.constantFrom('A', 'B', 'PATH', 'on_failure', 'request_id'));
/** Own keys only, `__proto__` among them, as the decoder makes them. */
const map = fc.array(fc.tuple(key, text), { maxLength: 2 }).map((entries) => Object.fromEntries(entries));
const stage = fc.record({
  stage_id: id,
  type: fc.oneof(text, fc.constantFrom('build', 'custom')),
  name: text,
  worker_count: number.map((value) => (value === 0 ? 1 : value)),
  depends_on: fc.array(id, { maxLength: 2 }),
  config: map,
  image: fc.oneof(text, fc.constant('busybox')),
  command: fc.array(text, { maxLength: 2 }),
  args: fc.array(text, { maxLength: 2 }),
  timeout_seconds: number,
  retry_policy: fc.option(
    fc.record({
      max_attempts: number,
      retry_delay_seconds: number,
      retryable_failures: fc.array(fc.oneof(text, fc.constantFrom(...failureNames)), { maxLength: 2 }),
      backoff_factor: number,
      max_delay_seconds: number,
      retryable_exit_codes: fc.array(number, { maxLength: 2 }),
    }),
  ),
  run_when: fc.oneof(text, fc.constantFrom('success', 'failure', 'always')),
  allow_failure: fc.boolean(),
  matrix: fc.array(fc.record({ name: key, values: fc.array(text, { maxLength: 3 }) }), { maxLength: 2 }),
  resources: fc.option(
    fc.record({ cpu_request: text, cpu_limit: text, memory_request: text, memory_limit: text }),
  ),
  queue_timeout_seconds: number,
});
const request = fc.record({
  pipeline_id: id,
  name: text,
  stages: fc.array(stage, { maxLength: 4 }),
  repository: text,
  commit_sha: text,
  triggered_by: text,
  metadata: map,
  timeout_seconds: number,
  after_sequence: number,
});

type Input = Parameters<typeof validatePipeline>[0];

/** The command, or the refusal; whatever else is thrown fails the test. */
function verdict(input: Input): PipelineCommand | RpcError {
  try {
    return validatePipeline(input, defaultLimits);
  } catch (error) {
    if (error instanceof RpcError && ['INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED'].includes(error.code))
      return error;
    throw error;
  }
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
}

/** Takes away, again and again, what depends on nothing that is left. */
function isAcyclic(command: PipelineCommand): boolean {
  const left = new Map(command.stages.map(({ stageId, dependsOn }) => [stageId, dependsOn]));
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const [stageId, dependsOn] of left)
      if (!dependsOn.some((other) => left.has(other))) left.delete(stageId);
  }
  return left.size === 0;
}

describe('random requests', { tags: ['F65'] }, () => {
  test('are accepted or refused in words that can be sent, never changed and never answered otherwise', () => {
    const property = fc.property(request, (input) => {
      const before = structuredClone(input);
      deepFreeze(input);
      const answer = verdict(input);
      expect(input).toEqual(before);
      if (!(answer instanceof RpcError)) return;
      expect(() => encodeURI(answer.message)).not.toThrow();
      expect(firstHidden(answer.message, { whitespaceAllowed: false })).toBeUndefined();
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test('are never accepted with a cycle, an unknown dependency or a repeated id', { tags: ['F62'] }, () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const dependencies = fc.array(fc.record({ stage_id: ids, depends_on: fc.array(ids, { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    let accepted = 0;
    const property = fc.property(dependencies, (stages) => {
      const answer = verdict(pipelineRequest({ stages: stages.map((own) => ({ ...own, worker_count: 1 })) }));
      if (answer instanceof RpcError) return;
      accepted++;
      const known = new Set(answer.stages.map(({ stageId }) => stageId));
      expect(known.size).toBe(answer.stages.length);
      expect(answer.stages.every(({ dependsOn }) => dependsOn.every((other) => known.has(other)))).toBe(true);
      expect(isAcyclic(answer)).toBe(true);
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(accepted).toBeGreaterThan(50);
  });
});

describe('random valid requests', () => {
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .filter((value) => firstHidden(value, { whitespaceAllowed: false }) === undefined);
  const seconds = fc.nat({ max: 86_400 });
  const validStage = (index: number) =>
    fc.record({
      stage_id: fc.constant(`s${index}`),
      type: fc.constantFrom('', 'build', 'test', 'deploy', 'custom'),
      name: plain,
      worker_count: fc.integer({ min: 1, max: 5 }),
      depends_on: fc.subarray(Array.from({ length: index }, (_, earlier) => `s${earlier}`)),
      config: fc.dictionary(fc.constantFrom('A', 'B', '__proto__', 'toString'), plain),
      image: fc.constantFrom('', 'busybox:1'),
      command: fc.array(
        plain.map((value) => `x${value}`),
        { maxLength: 3 },
      ),
      args: fc.array(plain, { maxLength: 3 }),
      timeout_seconds: seconds,
      retry_policy: fc.option(
        fc.record({
          max_attempts: fc.nat({ max: 10 }),
          retry_delay_seconds: fc.nat({ max: 60 }),
          retryable_failures: fc.subarray([...failureNames]),
          backoff_factor: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 10, noNaN: true })),
          max_delay_seconds: fc.constantFrom(0, 60, 86_400),
          retryable_exit_codes: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 4 }),
        }),
      ),
      run_when: fc.constantFrom('', 'success', 'failure', 'always'),
      allow_failure: fc.boolean(),
      matrix: fc.subarray([
        { name: 'X', values: ['1', '2'] },
        { name: 'Y', values: ['', 'ä'] },
      ]),
      resources: fc.option(
        fc.record({ cpu_limit: fc.constantFrom('', '500m'), memory_request: fc.constantFrom('', '64Mi') }),
      ),
      queue_timeout_seconds: seconds,
    });
  const validRequest = fc.record({
    pipeline_id: fc.constant('p-1'),
    name: plain,
    stages: fc
      .integer({ min: 1, max: 5 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => validStage(index)))),
    metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'request_id'), plain),
    timeout_seconds: seconds,
  });

  test('survive the ledger as JSON, and asked for again are the same command', () => {
    const { requestSerialize, requestDeserialize } = ottoscalerService.ExecutePipeline;
    const property = fc.property(validRequest, fc.boolean(), (valid, goesOn) => {
      const metadata = goesOn ? { ...valid.metadata, on_failure: 'continue' } : { ...valid.metadata };
      const command = validatePipeline(pipelineRequest({ ...valid, metadata }), defaultLimits);
      expect(JSON.parse(JSON.stringify(command))).toStrictEqual(command);
      const again = requestDeserialize(requestSerialize(encodeRequest(command)));
      expect(validatePipeline(again, defaultLimits)).toStrictEqual(command);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
