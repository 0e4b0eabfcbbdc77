/**
 * Bytes as any other protobuf library writes them, against our loaded contract.
 *
 * The descriptors may be right and the loader's options still wrong (names,
 * enums, 64-bit numbers, defaults); bytes made by hand show that.
 */
import { expect, test } from 'vitest';
import { logStreamingService, ottoHandlerLogService, ottoscalerService } from '../../src/rpc/contract.ts';
import {
  doubleField,
  floatField,
  lengthField,
  mapField,
  message,
  varintField,
} from '../support/wire-bytes.ts';

const { ScaleUp, GetWorkerStatus, ExecutePipeline } = ottoscalerService;
const { ForwardWorkerLogs, NotifyWorkerStatus } = ottoHandlerLogService;

const scaleBytes = message(
  lengthField(1, 'task-1'),
  lengthField(2, 'https://example.com/repo.git'),
  lengthField(3, 'c0ffee'),
  varintField(4, 300),
  mapField(5, 'image', 'busybox:1'),
  mapField(5, 'GREETING', 'grüß dich 👋'),
  lengthField(6, 'alice'),
  lengthField(7, 'load'),
  mapField(8, 'request_id', 'r-1'),
);
const scaleObject = {
  task_id: 'task-1',
  repository: 'https://example.com/repo.git',
  commit_sha: 'c0ffee',
  worker_count: 300,
  build_config: { image: 'busybox:1', GREETING: 'grüß dich 👋' },
  triggered_by: 'alice',
  reason: 'load',
  metadata: { request_id: 'r-1' },
};

test('a ScaleRequest of another client is read, and ours is written, byte for byte', () => {
  expect(ScaleUp.requestDeserialize(scaleBytes)).toEqual(scaleObject);
  expect(ScaleUp.requestSerialize(scaleObject).equals(scaleBytes)).toBe(true);
});

test('the smallest bytes, written out by hand', () => {
  const bytes = Buffer.from('0a0161_2003_2a060a0161120162'.replaceAll('_', ''), 'hex');
  expect(ScaleUp.requestDeserialize(bytes)).toMatchObject({
    task_id: 'a',
    worker_count: 3,
    build_config: { a: 'b' },
  });
});

test('an empty message reads as the defaults of every field', () => {
  expect(ScaleUp.requestDeserialize(Buffer.alloc(0))).toEqual({
    task_id: '',
    repository: '',
    commit_sha: '',
    worker_count: 0,
    build_config: {},
    triggered_by: '',
    reason: '',
    metadata: {},
  });
  expect(ExecutePipeline.responseDeserialize(Buffer.alloc(0))).toMatchObject({
    status: 'STAGE_PENDING',
    worker_pod_names: [],
    metrics: null,
  });
});

test('fields that a newer peer adds are skipped', () => {
  const bytes = message(lengthField(1, 'task-1'), lengthField(4711, 'new'), varintField(4712, 1));
  expect(ScaleUp.requestDeserialize(bytes)).toMatchObject({ task_id: 'task-1', worker_count: 0 });
});

test('a negative int32 is read as one', () => {
  expect(ScaleUp.requestDeserialize(varintField(4, -1)).worker_count).toBe(-1);
});

test('a ScaleResponse is written as another client reads it', () => {
  const bytes = ScaleUp.responseSerialize({
    status: 'ALREADY_PROCESSED',
    message: 'done before',
    processed_count: 2,
    worker_pod_names: ['otto-a', 'otto-b'],
    started_at: '2025-01-01T00:00:00Z',
  });
  const wanted = message(
    varintField(1, 3),
    lengthField(2, 'done before'),
    varintField(3, 2),
    lengthField(4, 'otto-a'),
    lengthField(4, 'otto-b'),
    lengthField(5, '2025-01-01T00:00:00Z'),
  );
  expect(bytes.equals(wanted)).toBe(true);
});

test('a WorkerStatusResponse carries whole workers', () => {
  const worker = message(
    lengthField(1, 'otto-a'),
    lengthField(3, 'failed'),
    mapField(9, 'managed-by', 'ottoscaler'),
    lengthField(10, 'exit-code: container worker exited with 7'),
  );
  const bytes = message(varintField(1, 1), varintField(5, 1), lengthField(6, worker));
  const object = {
    total_count: 1,
    failed_count: 1,
    workers: [
      {
        pod_name: 'otto-a',
        status: 'failed',
        labels: { 'managed-by': 'ottoscaler' },
        error_message: 'exit-code: container worker exited with 7',
      },
    ],
  };
  expect(GetWorkerStatus.responseSerialize(object).equals(bytes)).toBe(true);
  expect(GetWorkerStatus.responseDeserialize(bytes)).toMatchObject(object);
});

test('a pipeline with its stages and its progress crosses the wire', () => {
  const stage = message(
    lengthField(1, 'test'),
    varintField(4, 2),
    lengthField(5, 'build'),
    lengthField(8, 'make'),
    lengthField(9, 'test'),
    varintField(10, 60),
    lengthField(11, message(varintField(1, 2), varintField(2, 5), lengthField(3, 'oom-killed'))),
  );
  const request = ExecutePipeline.requestDeserialize(message(lengthField(1, 'p-1'), lengthField(3, stage)));
  expect(request.stages).toEqual([
    {
      stage_id: 'test',
      type: '',
      name: '',
      worker_count: 2,
      depends_on: ['build'],
      config: {},
      image: '',
      command: ['make'],
      args: ['test'],
      timeout_seconds: 60,
      retry_policy: {
        max_attempts: 2,
        retry_delay_seconds: 5,
        retryable_failures: ['oom-killed'],
        backoff_factor: 0,
        max_delay_seconds: 0,
        retryable_exit_codes: [],
      },
      // What the platform does not know reads as its default.
      run_when: '',
      allow_failure: false,
      matrix: [],
      resources: null,
      queue_timeout_seconds: 0,
    },
  ]);
  const progress = ExecutePipeline.responseSerialize({
    pipeline_id: 'p-1',
    status: 'STAGE_RETRYING',
    metrics: { duration_seconds: 3, avg_cpu_usage: 0.5 },
  });
  const metrics = message(varintField(1, 3), floatField(5, 0.5));
  expect(progress.equals(message(lengthField(1, 'p-1'), varintField(3, 6), lengthField(11, metrics)))).toBe(
    true,
  );
});

test('what is ours of a pipeline crosses the wire', () => {
  const axis = message(lengthField(1, 'OS'), lengthField(2, 'linux'), lengthField(2, 'mac'));
  const policy = message(doubleField(100, 1.5), varintField(101, 60), lengthField(102, Buffer.from([1, 2])));
  const stage = message(
    lengthField(11, policy),
    lengthField(100, 'always'),
    varintField(101, 1),
    lengthField(102, axis),
    lengthField(103, message(lengthField(2, '500m'))),
    varintField(104, 30),
  );
  const bytes = message(lengthField(3, stage), varintField(100, 3_600), varintField(101, 2n ** 40n));
  expect(ExecutePipeline.requestDeserialize(bytes)).toMatchObject({
    stages: [
      {
        retry_policy: { backoff_factor: 1.5, max_delay_seconds: 60, retryable_exit_codes: [1, 2] },
        run_when: 'always',
        allow_failure: true,
        matrix: [{ name: 'OS', values: ['linux', 'mac'] }],
        resources: { cpu_request: '', cpu_limit: '500m' },
        queue_timeout_seconds: 30,
      },
    ],
    timeout_seconds: 3_600,
    after_sequence: 2 ** 40,
  });
});

test('answers to log lines keep their 64-bit numbers and negative throttles', () => {
  const bytes = message(varintField(1, 1), varintField(3, 2n ** 40n), varintField(4, -5));
  expect(ForwardWorkerLogs.responseDeserialize(bytes)).toEqual({
    status: 'RETRY',
    message: '',
    sequence: 2 ** 40,
    throttle_ms: -5,
  });
  expect(logStreamingService.StreamLogs.responseSerialize({ sequence: 2 ** 40 })).toEqual(
    varintField(3, 2n ** 40n),
  );
});

test('an enum value that a newer peer adds is told as its number, not as another value', () => {
  expect(NotifyWorkerStatus.responseDeserialize(varintField(1, 9)).status).toBe(9);
});
