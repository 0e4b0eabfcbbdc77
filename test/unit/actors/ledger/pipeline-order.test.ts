/** From a run's ledger to orders: names, templates, deadlines and digests, the same for ever. */
import { describe, expect, test } from 'vitest';
import {
  attemptName,
  openPipeline,
  pipelineLedgerName,
} from '../../../../src/actors/ledger/pipeline-order.ts';
import type { PipelineLedger } from '../../../../src/actors/ledger/pipeline-record.ts';
import type { PipelineCommand, StageCommand } from '../../../../src/machines/pipeline/command.ts';
import { freshRun, pipelineLedger } from '../../../support/ledgers.ts';
import { policy } from '../../../simulation/model/ottoscaler.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const record = { name: 'otto-l', uid: 'uid-l' };
const acceptedAt = '2026-01-01T00:00:00.000Z';
const acceptedMs = Date.parse(acceptedAt);

function opened(
  stages: readonly StageCommand[],
  change: Partial<PipelineCommand> = {},
  ledger: Partial<PipelineLedger> = {},
) {
  const command = pipelineCommand(stages, { pipelineId: 'build-42', ...change });
  const kept = pipelineLedger({ command, acceptedAt, ...ledger });
  return openPipeline(record, kept, freshRun, policy.order, acceptedMs + 5_000);
}

const digests = (...given: Parameters<typeof opened>) => opened(...given).stages.map(({ digest }) => digest);
const template = (image: string) => ({ ...stageCommand('x').template, image });

describe('an order', () => {
  test('says whose its workers are, and what they are', () => {
    const matrix = [{ name: 'OS', values: ['a', 'b', 'c'] }];
    const people = { repository: 'repo', commitSha: 'sha', triggeredBy: 'alice' };
    const { stages, ...open } = opened([stageCommand('build', { workerCount: 2, matrix })], people);
    expect(stages).toHaveLength(1);
    expect(stages[0]?.workers).toBe(6);
    expect(stages[0]?.order).toEqual({
      ledger: record,
      taskId: 'build-42',
      ...people,
      workerCount: 2,
      template: {
        image: 'busybox',
        timeoutSeconds: 3_600,
        env: [],
        resources: { cpuRequest: '10m', cpuLimit: '10m', memoryRequest: '16Mi', memoryLimit: '16Mi' },
      },
      acceptedAt,
      limits: { ...policy.order.limits, runMs: 3_615_000 },
      stage: {
        pipelineId: 'build-42',
        stageId: 'build',
        stageIndex: 0,
        matrix,
        endsBy: '2026-01-02T00:00:00.000Z',
      },
    });
    expect(open).toMatchObject({ ledger: record, acceptedAt, record: freshRun, atMs: acceptedMs + 5_000 });
  });

  test('takes its defaults from the ledger, whatever is configured now', () => {
    const { defaults } = pipelineLedger();
    const { stages } = opened([stageCommand('a')], {}, { defaults: { ...defaults, image: 'then:1' } });
    expect(stages[0]?.order.template.image).toBe('then:1');
  });

  test('waits as long for capacity and for a node as its stage says', () => {
    const { stages } = opened([stageCommand('a', { queueSeconds: 7 })]);
    expect(stages[0]?.order.limits).toMatchObject({
      queueMs: 7_000,
      pendingMs: 7_000,
      unreachableMs: 300_000,
    });
  });
});

describe('the deadline of a run', () => {
  test.each([
    ['as it asked for', 60, 60],
    ['as configured where it asks for none', 0, 86_400],
    ['never later than configured', 100_000, 86_400],
  ])('is %s', (_what, timeoutSeconds, seconds) => {
    const { stages, remainingMs } = opened([stageCommand('a')], { timeoutSeconds });
    expect(stages[0]?.order.stage?.endsBy).toBe(new Date(acceptedMs + seconds * 1_000).toISOString());
    expect(remainingMs).toBe(seconds * 1_000 - 5_000);
  });

  test('is not that of stages that wait for all others, nor of what depends on them', () => {
    const { stages } = opened([
      stageCommand('after-cleanup', { dependsOn: ['cleanup'] }),
      stageCommand('cleanup', { runWhen: 'always' }),
      stageCommand('build'),
      stageCommand('alarm', { runWhen: 'failure' }),
      stageCommand('collect', { runWhen: 'always', dependsOn: ['build'] }),
    ]);
    const exempt = stages.filter(({ order }) => order.stage?.endsBy === '');
    expect(exempt.map(({ order }) => order.stage?.stageId)).toEqual(['after-cleanup', 'cleanup', 'alarm']);
  });
});

describe('a digest', () => {
  const chain = [
    stageCommand('a'),
    stageCommand('b', { dependsOn: ['a'] }),
    stageCommand('c', { dependsOn: ['b'] }),
    stageCommand('d'),
  ];

  test('is the same for the same, whoever runs it under whatever id and name', () => {
    const named = chain.map((stage) => ({ ...stage, name: 'for people', queueSeconds: 9 }));
    const other = { pipelineId: 'another', triggeredBy: 'bob', name: 'n', metadata: [['k', 'v']] as const };
    expect(digests(named, other)).toEqual(digests(chain));
    expect(new Set(digests(chain)).size).toBe(4);
  });

  test.each<[string, Partial<StageCommand>]>([
    ['its command', { template: { ...template(''), command: 'x' } }],
    ['its image', { template: template('x') }],
    ['its number of workers', { workerCount: 2 }],
    ['its matrix', { matrix: [{ name: 'A', values: ['1'] }] }],
    ['its type', { type: 'test' }],
  ])('changes with %s, and with it those of all that depend on it', (_what, change) => {
    const changed = digests(chain.map((stage) => (stage.stageId === 'b' ? { ...stage, ...change } : stage)));
    expect(changed.map((digest, index) => digest === digests(chain)[index])).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test.each<[string, Partial<PipelineCommand>]>([
    ['repository', { repository: 'x' }],
    ['commit', { commitSha: 'x' }],
  ])('changes with the %s', (_what, change) => {
    const before = new Set(digests(chain));
    expect(digests(chain, change).some((digest) => before.has(digest))).toBe(false);
  });

  test('changes with the default image where the stage names none', () => {
    const { defaults } = pipelineLedger();
    const stages = [stageCommand('none'), stageCommand('own', { template: template('own:1') })];
    const before = digests(stages);
    const after = digests(stages, {}, { defaults: { ...defaults, image: 'new' } });
    expect(after.map((digest, index) => digest === before[index])).toEqual([false, true]);
  });

  test('does not depend on the order in which stages are listed', () => {
    expect(digests(chain.toReversed()).toReversed()).toEqual(digests(chain));
  });
});

test(
  'a chain of 10,000 stages, listed from its end, is opened without exhausting the stack',
  { tags: ['F63'] },
  () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      stageCommand(`s-${index}`, { dependsOn: index === 0 ? [] : [`s-${index - 1}`] }),
    ).toReversed();
    const { stages } = opened(chain);
    expect(new Set(stages.map(({ digest }) => digest)).size).toBe(10_000);
  },
);

describe('names never change: Pods of a former release are found by them', { tags: ['G1'] }, () => {
  test('of an attempt', () => {
    expect(attemptName('default')('build-42', 'unit', 3, 2)).toBe(
      'otto-build-42-unit-lj2kgyrmvt4oivbjsv6hpknbtz',
    );
  });

  test('of a ledger', () => {
    expect(pipelineLedgerName('default', 'build-42')).toBe('otto-build-42-x5gcpq45b6pg6nieinrkqg6lpz');
  });

  test('nor does the digest of a stage: a retry compares it with one of a former release', () => {
    expect(digests([stageCommand('a')])).toEqual(['zv64dfcsdezbbc4clhvfrd4zkb']);
  });
});
