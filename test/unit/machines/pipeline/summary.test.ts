/** What is said of a run as a whole follows from the latest event of each stage. */
import { expect, test } from 'vitest';
import { summarize } from '../../../../src/machines/pipeline/summary.ts';
import type { ProgressEvent } from '../../../../src/machines/pipeline/progress.ts';
import { event } from '../../../support/ledgers.ts';
import { pipelineCommand, stageCommand } from '../../../support/pipelines.ts';

const stages = ['a', 'b', 'c', 'd', 'e'].map((id) => stageCommand(id));
const command = pipelineCommand(stages, { pipelineId: 'p-1', name: 'nightly', triggeredBy: 'alice' });
const acceptedAt = '2026-01-01T00:00:00.000Z';

const of = (...progress: readonly ProgressEvent[]) =>
  summarize({ command, acceptedAt, record: { progress } });

test('a run under way counts its stages by what they told last', () => {
  const summary = of(
    event({ message: 'accepted: 5 stages' }),
    event({ stage: 0, status: 'running' }),
    event({ stage: 0, status: 'completed' }),
    event({ stage: 1, status: 'running' }),
    event({ stage: 1, status: 'failed' }),
    event({ stage: 2, status: 'retrying' }),
    event({ stage: 3, status: 'pending' }),
    event({ message: '2 of 5 stages have ended', percentage: 40 }),
  );
  expect(summary).toEqual({
    pipelineId: 'p-1',
    name: 'nightly',
    status: 'running',
    percentage: 40,
    message: '2 of 5 stages have ended',
    errorMessage: '',
    acceptedAt,
    completedAt: '',
    stagesTotal: 5,
    stagesCompleted: 1,
    stagesFailed: 1,
    stagesRunning: 1,
    lastSequence: 8,
    triggeredBy: 'alice',
  });
});

test('a run that is over says how and when', () => {
  const completedAt = '2026-01-01T00:01:00.000Z';
  const end = { status: 'failed' as const, message: 'a failed', errorMessage: 'exit-code: 7', completedAt };
  expect(of(event(), event({ ...end, percentage: 20 }))).toMatchObject({
    ...end,
    percentage: 20,
    lastSequence: 2,
  });
});

test('a ledger that somebody emptied is still summed up', () => {
  expect(of()).toMatchObject({ status: 'pending', percentage: 0, completedAt: '', lastSequence: 0 });
});
