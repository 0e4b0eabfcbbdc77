/** Which Pods of a run may exist: those that the ledger knows, and those that it may not know of yet. */
import { describe, expect, test } from 'vitest';
import { attemptName, openPipeline } from '../../../../src/actors/ledger/pipeline-order.ts';
import { findAttempt, recoverAttempts } from '../../../../src/actors/ledger/recover-attempts.ts';
import { failure } from '../../../../src/machines/failure.ts';
import type { ProgressEvent } from '../../../../src/machines/pipeline/progress.ts';
import type { AttemptRecord } from '../../../../src/machines/pipeline/record.ts';
import { event, pipelineLedger } from '../../../support/ledgers.ts';
import { policy } from '../../../simulation/model/ottoscaler.ts';
import { endedWorker } from '../../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const nameOf = attemptName('default');
const command = pipelineCommand([stageCommand('a', { workerCount: 2 }), stageCommand('b')]);
const ledger = pipelineLedger({ command });
const failed = endedWorker({ kind: 'failed', failure: failure('exit-code', 'exited with 7', 7) });
const succeeded = endedWorker();

function recovered(attempts: readonly AttemptRecord[], progress: readonly ProgressEvent[]) {
  const open = openPipeline(
    { name: 'l', uid: 'u' },
    ledger,
    { attempts, progress: [event(), ...progress], closedAt: '' },
    policy.order,
    0,
  );
  return recoverAttempts(open, nameOf).map(({ order, slot, created, ended }) => {
    expect(slot.podName).toBe(nameOf('p', order.stage?.stageId ?? '', slot.index, slot.attempt));
    const which = `${order.stage?.stageId}/${slot.index}/${slot.attempt}`;
    return `${which} ${created ? 'created' : 'maybe'}${ended ? ` ${ended.outcome.kind}` : ''}`;
  });
}

const begun = event({ stage: 0, status: 'running' });

describe('recovered is', { tags: ['G4'] }, () => {
  test('nothing of a run of which no stage has begun', () => {
    expect(recovered([], [])).toEqual([]);
  });

  test('the first attempt of every worker of a stage that has begun', () => {
    expect(recovered([], [begun])).toEqual(['a/0/1 maybe', 'a/1/1 maybe']);
  });

  test('what the ledger knows, and nothing beside it while it may run', () => {
    expect(recovered([{ stage: 0, index: 1, attempt: 1 }], [begun])).toEqual([
      'a/1/1 created',
      'a/0/1 maybe',
    ]);
  });

  test('the attempt after one that failed, and none after one that succeeded', () => {
    const attempts = [
      { stage: 0, index: 0, attempt: 2, ended: failed },
      { stage: 0, index: 0, attempt: 1, ended: failed },
      { stage: 0, index: 1, attempt: 1, ended: succeeded },
    ];
    expect(recovered(attempts, [begun])).toEqual([
      'a/0/2 created failed',
      'a/0/1 created failed',
      'a/1/1 created succeeded',
      'a/0/3 maybe',
    ]);
  });

  test('of a stage that has ended what the ledger knows, and no more', () => {
    const over = event({ stage: 0, status: 'failed' });
    expect(recovered([{ stage: 0, index: 0, attempt: 1, ended: failed }], [begun, over])).toEqual([
      'a/0/1 created failed',
    ]);
  });
});

describe('a name is found', () => {
  const find = (attempts: readonly AttemptRecord[], podName: string) =>
    findAttempt(command, attempts, nameOf, podName);

  test('as the ledger has it', () => {
    const known = { stage: 0, index: 1, attempt: 1, ended: failed };
    expect(find([known], nameOf('p', 'a', 1, 1))).toEqual(known);
  });

  test('up to the attempt after the highest of its worker', () => {
    const known = [{ stage: 0, index: 1, attempt: 2 }];
    expect(find(known, nameOf('p', 'a', 1, 3))).toEqual({ stage: 0, index: 1, attempt: 3 });
    expect(find(known, nameOf('p', 'a', 1, 4))).toBeUndefined();
    expect(find(known, nameOf('p', 'b', 0, 1))).toEqual({ stage: 1, index: 0, attempt: 1 });
    expect(find(known, nameOf('p', 'b', 0, 2))).toBeUndefined();
  });

  test('not where it is of another run, or of no worker', () => {
    expect(find([], nameOf('q', 'a', 0, 1))).toBeUndefined();
    expect(find([], nameOf('p', 'a', 2, 1))).toBeUndefined();
  });
});
