import { expect, test } from 'vitest';
import type { StageStatus } from '../../../../src/machines/pipeline/progress.ts';
import { encodeProgress } from '../../../../src/rpc/services/encode-progress.ts';
import type { AcceptedRun } from '../../../../src/rpc/services/open-run.ts';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validatePipeline } from '../../../../src/rpc/validate/pipeline.ts';
import { progressEvent, ScriptedRun } from '../../../support/scripted-pool.ts';
import { pipelineRequest, stagesOf } from '../validate/requests.ts';

const command = validatePipeline(pipelineRequest({ stages: stagesOf(2) }), defaultLimits);
const run = new ScriptedRun().open(command).reading.open as AcceptedRun;

test('an event of a stage carries all that is known of it', () => {
  const event = progressEvent({
    stage: 1,
    status: 'failed',
    message: 'failed after 2 attempts',
    podNames: ['otto-a', 'otto-b'],
    percentage: 50,
    errorMessage: 'exit-code: container worker exited with 7',
    workers: { succeeded: 1, failed: 1, total: 2 },
    usage: { cpuCores: 0.25, memoryMb: 12.5 },
    attempt: 2,
    at: '2025-01-02T03:05:06.600Z',
    startedAt: '2025-01-02T03:04:06.000Z',
    completedAt: '2025-01-02T03:05:06.600Z',
  });
  expect(encodeProgress(run, event, 6)).toEqual({
    pipeline_id: 'p-1',
    stage_id: 's1',
    status: 'STAGE_FAILED',
    message: 'failed after 2 attempts',
    worker_pod_names: ['otto-a', 'otto-b'],
    progress_percentage: 50,
    timestamp: '2025-01-02T03:05:06.600Z',
    started_at: '2025-01-02T03:04:06.000Z',
    completed_at: '2025-01-02T03:05:06.600Z',
    error_message: 'exit-code: container worker exited with 7',
    metrics: {
      duration_seconds: 61,
      successful_workers: 1,
      failed_workers: 1,
      total_workers: 2,
      avg_cpu_usage: 0.25,
      avg_memory_mb: 12.5,
    },
    sequence: 7,
    attempt: 2,
    digest: 'digest-1',
  });
});

test('an event of the pipeline itself has neither stage nor metrics nor digest', () => {
  const event = progressEvent({ stage: -1, workers: { succeeded: 0, failed: 0, total: 0 } });
  expect(encodeProgress(run, event, 0)).toMatchObject({
    stage_id: '',
    metrics: null,
    digest: '',
    attempt: 0,
    sequence: 1,
  });
});

test.each<[string, Partial<ReturnType<typeof progressEvent>>, number]>([
  ['so far, of one that runs', { at: '2025-01-02T03:04:16.000Z' }, 10],
  ['nothing, of one that has not started', { startedAt: '' }, 0],
  ['nothing, where a clock went back', { at: '2025-01-02T03:04:00.000Z' }, 0],
])('the duration is %s', (_, fields, seconds) => {
  expect(encodeProgress(run, progressEvent(fields), 0).metrics?.duration_seconds).toBe(seconds);
});

test.each<[StageStatus, string]>([
  ['pending', 'STAGE_PENDING'],
  ['running', 'STAGE_RUNNING'],
  ['retrying', 'STAGE_RETRYING'],
  ['completed', 'STAGE_COMPLETED'],
  ['failed', 'STAGE_FAILED'],
  ['cancelled', 'STAGE_CANCELLED'],
  ['skipped', 'STAGE_SKIPPED'],
])('%s is %s', (status, name) => {
  expect(encodeProgress(run, progressEvent({ status }), 0).status).toBe(name);
});
