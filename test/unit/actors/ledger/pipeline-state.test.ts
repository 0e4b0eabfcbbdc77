/** A run's changing part on paper: it comes back exactly, nothing else is believed, and it stays small. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attemptName } from '../../../../src/actors/ledger/pipeline-order.ts';
import { encodePipeline } from '../../../../src/actors/ledger/pipeline-record.ts';
import { closedAtOf, pipelineCodec, RunCodec } from '../../../../src/actors/ledger/pipeline-state.ts';
import { failureNames } from '../../../../src/machines/failure.ts';
import { workersOf } from '../../../../src/machines/pipeline/command.ts';
import { stamp, type ProgressEvent } from '../../../../src/machines/pipeline/progress.ts';
import type { PipelineRecord } from '../../../../src/machines/pipeline/record.ts';
import { refusals } from '../../../../src/machines/worker/order.ts';
import { event, freshRun, pipelineLedger } from '../../../support/ledgers.ts';
import { endedWorker } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const nameOf = attemptName('default');
const stages = [
  stageCommand('one'),
  stageCommand('three', { workerCount: 3 }),
  stageCommand('matrix', { workerCount: 2, matrix: [{ name: 'OS', values: ['a', 'b'] }] }),
];
const ledger = pipelineLedger({
  command: pipelineCommand(stages, { pipelineId: 'build' }),
  acceptedAt: '2026-01-01T00:00:00.250Z',
});
const codec = pipelineCodec(nameOf);
const decode = (state: string) =>
  codec.decode({ name: 'otto-l', data: encodePipeline(ledger, state) }).record;
const encode = (record: PipelineRecord) => new RunCodec(ledger, nameOf).encode(record);

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '"', '\\', '\u0000', ''));
const ms = fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2100-01-01') });
const near = fc
  .integer({ min: -5_000, max: 100_000_000 })
  .map((offset) => Date.parse(ledger.acceptedAt) + offset);
const anyMs = fc.oneof(near, ms);
/** As ours, as Kubernetes', with more digits, with an offset, absent; and what nobody should write. */
const time = fc.oneof(
  anyMs.map((at) => new Date(at).toISOString()),
  anyMs.map((at) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')),
  fc.constantFrom('2026-01-01T00:00:00.123456Z', '2026-01-01T02:00:00+02:00', '', '=', '17', '-3', '+275760'),
  text,
);
const ended = fc.record(
  {
    outcome: fc.oneof(
      fc.constant({ kind: 'succeeded' as const }),
      fc.record(
        {
          kind: fc.constant('failed' as const),
          failure: fc.record(
            { name: fc.constantFrom(...failureNames), evidence: text, exitCode: fc.integer() },
            { requiredKeys: ['name', 'evidence'], noNullPrototype: true },
          ),
        },
        { noNullPrototype: true },
      ),
    ),
    createdAt: time,
    startedAt: time,
    endedAt: time,
    nodeName: fc.oneof(fc.constantFrom('node-1', 'node-2', ''), text),
    refusal: fc.constantFrom(...refusals),
  },
  { requiredKeys: ['outcome', 'createdAt', 'startedAt', 'endedAt', 'nodeName'], noNullPrototype: true },
);
const stageIndex = fc.nat({ max: stages.length - 1 });
const slot = stageIndex.chain((stage) =>
  fc.record(
    {
      stage: fc.constant(stage),
      index: fc.nat({ max: workersIn(stage) - 1 }),
      attempt: fc.integer({ min: 1, max: 5 }),
    },
    { noNullPrototype: true },
  ),
);
const attempts = fc.uniqueArray(
  fc
    .tuple(slot, fc.option(ended, { nil: undefined }))
    .map(([one, end]) => ({ ...one, ...(end && { ended: end }) })),
  { selector: ({ stage, index, attempt }) => `${stage}/${index}/${attempt}` },
);

/** All workers at one attempt, at several, some of them, in any order, and names that are not ours. */
const podNames = (stage: number) => {
  const attempt = fc.integer({ min: 1, max: 4 });
  const all = fc
    .array(attempt, { minLength: workersIn(stage), maxLength: workersIn(stage) })
    .map((nth) => nth.map((one, index) => podName(stage, index, one)));
  const some = fc.array(
    fc.oneof(
      fc
        .tuple(fc.nat({ max: Math.max(0, workersIn(stage) - 1) }), attempt)
        .map(([index, nth]) => podName(stage, index, nth)),
      text,
    ),
  );
  const first = Array.from({ length: workersIn(stage) }, (_, index) => podName(stage, index, 1));
  return fc.oneof(fc.constant(first), fc.constant([]), all, some);
};
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((n) => n + 0);
const event1 = fc.integer({ min: -1, max: stages.length - 1 }).chain((stage) =>
  fc.record(
    {
      stage: fc.constant(stage),
      status: fc.constantFrom<ProgressEvent['status']>(
        'pending',
        'running',
        'retrying',
        'completed',
        'failed',
        'cancelled',
        'skipped',
      ),
      message: text,
      podNames: podNames(stage),
      percentage: fc.integer({ min: 0, max: 100 }),
      errorMessage: text,
      workers: fc.record(
        { succeeded: fc.nat(), failed: fc.nat(), total: fc.nat() },
        { noNullPrototype: true },
      ),
      usage: fc.record({ cpuCores: number, memoryMb: number }, { noNullPrototype: true }),
      attempt: fc.nat({ max: 4 }),
      at: time,
      startedAt: time,
      completedAt: time,
    },
    {
      requiredKeys: [
        'stage',
        'status',
        'message',
        'podNames',
        'percentage',
        'errorMessage',
        'workers',
        'attempt',
        'at',
        'startedAt',
        'completedAt',
      ],
      noNullPrototype: true,
    },
  ),
);
/** As the journal stamps them: each from the one before of its stage. */
const stamped = fc.array(fc.tuple(event1, fc.boolean(), near)).map((drafts) => {
  const latest = new Map<number, ProgressEvent>();
  return drafts.map(([one, keepsPods, atMs]) => {
    const { podNames: pods, at: _at, startedAt: _from, completedAt: _to, ...draft } = one;
    const made = stamp({ ...draft, ...(keepsPods ? {} : { podNames: pods }) }, latest.get(one.stage), atMs);
    latest.set(one.stage, made);
    return made;
  });
});
const records: fc.Arbitrary<PipelineRecord> = fc.record(
  {
    attempts,
    progress: fc.oneof(stamped, fc.array(event1)),
    cancel: fc.record(
      { mode: fc.constantFrom('now', 'finish-running', 'run-finally'), by: text, reason: text },
      { noNullPrototype: true },
    ),
    closedAt: text,
  },
  { requiredKeys: ['attempts', 'progress', 'closedAt'], noNullPrototype: true },
);

describe('what was written comes back', () => {
  test('exactly', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(decode(encode(record))).toStrictEqual(record);
      }),
      { numRuns: 400 },
    );
  });

  test('and is written as the same text again, by whoever read it', () => {
    fc.assert(
      fc.property(records, (record) => {
        const written = encode(record);
        const state = codec.decode({ name: 'l', data: encodePipeline(ledger, written) });
        expect(codec.encode(state)).toBe(written);
      }),
    );
  });

  test('also of a codec that has written other states of the run before', () => {
    fc.assert(
      fc.property(records, records, (a, b) => {
        const kept = new RunCodec(ledger, nameOf);
        const mixed = {
          ...a,
          attempts: a.attempts.toReversed(),
          progress: [...b.progress, ...a.progress],
        };
        for (const record of [a, b, mixed, a]) expect(kept.encode(record)).toBe(encode(record));
      }),
    );
  });

  test('with its tombstone, which can be read alone', () => {
    const state = encode({ ...freshRun, closedAt: '2026-01-02T00:00:00.000Z' });
    expect(closedAtOf({ name: 'l', data: { state } })).toBe('2026-01-02T00:00:00.000Z');
  });
});

describe('it is short', () => {
  test('names of Pods, times and what has not changed are not repeated', () => {
    const pods = [0, 1, 2].map((index) => podName(1, index, 1));
    const retried = [podName(1, 0, 1), podName(1, 1, 2), podName(1, 2, 1)];
    const drafts = [
      { status: 'pending' as const, podNames: pods, attempt: 1 },
      { status: 'running' as const, podNames: pods, attempt: 1 },
      { status: 'retrying' as const, podNames: retried, attempt: 2 },
      { status: 'completed' as const, podNames: retried.slice(0, 2), attempt: 2 },
    ];
    const { message, percentage, errorMessage } = event();
    const workers = { succeeded: 0, failed: 0, total: 3 };
    let earlier: ProgressEvent | undefined;
    const progress = drafts.map((draft, at) => {
      const atMs = Date.parse(ledger.acceptedAt) + at * 1_000;
      earlier = stamp({ stage: 1, message, percentage, errorMessage, workers, ...draft }, earlier, atMs);
      return earlier;
    });
    const end = endedWorker();
    const written = encode({
      ...freshRun,
      progress,
      attempts: [
        { stage: 1, index: 2, attempt: 1 },
        { stage: 1, index: 0, attempt: 1, ended: end },
      ],
    });
    expect(JSON.parse(written)).toEqual({
      closedAt: '',
      nodes: ['node-1'],
      attempts: [
        [1, 2, 1],
        [1, 0, 1, '1', '2', '3', 0],
      ],
      progress: [
        { s: 1, at: 0, pods: 1, w: [0, 0, 3], n: 1 },
        { s: 1, at: 1_000, is: 1 },
        { s: 1, at: 2_000, is: 6, pods: { all: [[1, 2]] }, n: 2 },
        {
          s: 1,
          at: 3_000,
          is: 2,
          pods: [
            [0, 1],
            [1, 2],
          ],
        },
      ],
    });
  });

  test('a run of 1,000 stages with 4 events each takes less than 400 KiB', () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      stageCommand(`stage-${index}`, { workerCount: 3 }),
    );
    const large = pipelineLedger({ command: pipelineCommand(many, { pipelineId: 'build-42' }) });
    const epochMs = Date.parse(large.acceptedAt);
    const total = { succeeded: 0, failed: 0, total: 3 };
    const all = (stage: number) => [0, 1, 2].map((index) => nameOf('build-42', `stage-${stage}`, index, 1));
    const progress = many.flatMap((_, stage) => {
      const base = {
        stage,
        errorMessage: '',
        percentage: 0,
        workers: total,
        attempt: 1,
        podNames: all(stage),
      };
      const beganMs = epochMs + stage * 60_000;
      const first = stamp(
        { ...base, status: 'pending', message: 'starting 3 workers' },
        undefined,
        beganMs + 7,
      );
      const second = stamp(
        { ...base, status: 'running', message: '3 of 3 workers run' },
        first,
        beganMs + 1_234,
      );
      const usage = { cpuCores: 0.123456, memoryMb: 45.678901 };
      const end = {
        ...base,
        status: 'completed' as const,
        message: 'all 3 workers succeeded',
        percentage: 100,
        workers: { ...total, succeeded: 3 },
        usage,
      };
      const third = stamp(end, second, beganMs + 50_000);
      const own = event({ message: `${stage} of 1000 stages have ended`, at: third.at });
      return [first, second, third, own];
    });
    const rows = many.flatMap((_, stage) =>
      [0, 1, 2].map((index) => ({ stage, index, attempt: 1, ended: endedWorker() })),
    );
    const written = new RunCodec(large, nameOf).encode({ attempts: rows, progress, closedAt: '' });
    expect(written.length).toBeLessThan(400 * 1024);
    // And all of it is there.
    expect(new RunCodec(large, nameOf).decode(written).progress).toEqual(progress);
  });
});

const good = encode({ ...freshRun, attempts: [{ stage: 1, index: 2, attempt: 1, ended: endedWorker() }] });
const withPart = (part: object) => JSON.stringify({ ...JSON.parse(good), ...part });

describe('what somebody edited is refused, with the name of the record', () => {
  const told = (change: object) => withPart({ progress: [{ s: 1, at: 0, ...change }] });
  const tried = (...row: readonly unknown[]) => withPart({ attempts: [row] });
  test.each<[string, string]>([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['a missing part', '{"closedAt":""}'],
    ['an unknown part', withPart({ more: 1 })],
    ['an event of a stage that does not exist', told({ s: 3 })],
    ['an event of half a stage', told({ s: 0.5 })],
    ['an event before the pipeline', told({ s: -2 })],
    ['an unknown status', told({ is: 7 })],
    ['a Pod of a worker that does not exist', told({ pods: [[3, 1]] })],
    ['a Pod of a worker that does not exist, among all', told({ pods: { all: [[3, 1]] } })],
    ['a Pod of no attempt', told({ pods: [[0, 0]] })],
    ['a Pod of the pipeline itself', told({ s: -1, pods: [[0, 1]] })],
    ['a time beyond all times', told({ at: 8.64e15 })],
    ['a time that is none', told({ at: 'soon' })],
    ['an attempt of a stage that does not exist', tried(3, 0, 1)],
    ['an attempt of a worker that does not exist', tried(1, 3, 1)],
    ['a negative worker', tried(1, -1, 1)],
    ['attempt 0', tried(1, 0, 0)],
    [
      'an attempt that is there twice',
      withPart({
        attempts: [
          [1, 0, 1],
          [1, 0, 1],
        ],
      }),
    ],
    ['a node that does not exist', tried(1, 0, 1, '1', '2', '3', 1)],
    ['half an end', tried(1, 0, 1, '1', '2')],
    ['an unknown failure', tried(1, 0, 1, '1', '2', '3', 0, ['x', ''])],
    ['an unknown refusal', tried(1, 0, 1, '1', '2', '3', 0, 0, 'x')],
    ['an unknown cancel', withPart({ cancel: { mode: 'later', by: '', reason: '' } })],
  ])('%s', (_what, state) => {
    expect(() => decode(state)).toThrow(/^the ledger otto-l cannot be read: .+/);
  });

  test(
    'whatever it is: a sentence about the record or a state in range, and never another error',
    { timeout: 60_000 },
    () => {
      const cell = fc.oneof(fc.integer({ min: -2, max: 9 }), text, fc.double(), fc.constant(null));
      const row = fc.array(fc.oneof(cell, fc.array(cell)), { maxLength: 9 });
      const change = fc.dictionary(
        fc.constantFrom('s', 'at', 'is', 'pods', 'pct', 'w', 'use', 'n', 'from', 'to', 'msg', '__proto__'),
        fc.oneof(cell, row, fc.array(row), fc.record({ all: fc.array(row) })),
      );
      const state = fc.record(
        {
          closedAt: fc.oneof(text, cell),
          nodes: fc.oneof(fc.array(text), cell),
          attempts: fc.oneof(fc.array(row), cell),
          progress: fc.oneof(fc.array(change), cell),
          cancel: fc.jsonValue(),
        },
        { requiredKeys: [] },
      );
      const written = fc.oneof(
        state.map((one) => JSON.stringify(one)),
        state.map((one) => withPart(one)),
        fc.json(),
        text,
      );
      fc.assert(
        fc.property(written, (edited) => {
          const record = outcomeOf(() => decode(edited));
          expect(typeof record === 'string' ? record : faultsOf(record)).toMatch(
            /^(Error: the ledger otto-l cannot be read: .*)?$/s,
          );
        }),
        { numRuns: 1_000 },
      );
    },
  );
});

/** What of a state is out of range; '' where nothing is. */
function faultsOf({ attempts: tries, progress }: PipelineRecord): string {
  const strangers = tries.filter(
    ({ stage, index, attempt }) => !(index >= 0 && index < workersIn(stage) && attempt >= 1),
  );
  const lost = progress.filter(({ stage }) => !(stage === -1 || stages[stage]));
  return [...strangers, ...lost].map((one) => JSON.stringify(one)).join();
}

function workersIn(stage: number): number {
  const found = stages[stage];
  return found ? workersOf(found) : 0;
}

function podName(stage: number, index: number, attempt: number): string {
  return nameOf('build', stages[stage]?.stageId ?? 'none', index, attempt);
}

/** What it returns, or what it throws as text. */
function outcomeOf<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    return String(error);
  }
}
