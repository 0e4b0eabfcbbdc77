/** Every failure of the union that the Pod's own facts can show, from the fact to the worker's outcome. */
import { describe, expect, test } from 'vitest';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { exited, limits, pod, running, waiting } from '../../../support/orders.ts';
import { WorkerHarness } from '../../../support/worker-harness.ts';

type Row = readonly [fact: string, pod: Partial<ObservedPod>, outcome: string];

const beforeItRuns: readonly Row[] = [
  ['ErrImagePull', waiting('ErrImagePull', 'no such image'), 'image-pull: no such image'],
  ['ImagePullBackOff', waiting('ImagePullBackOff', 'no such image'), 'image-pull: no such image'],
  ['ErrImageNeverPull', waiting('ErrImageNeverPull'), 'image-pull: ErrImageNeverPull'],
  ['RegistryUnavailable', waiting('RegistryUnavailable'), 'image-pull: RegistryUnavailable'],
  ['InvalidImageName', waiting('InvalidImageName', 'bad reference'), 'image-invalid: bad reference'],
  ['CreateContainerConfigError', waiting('CreateContainerConfigError', 'no key'), 'config-error: no key'],
  ['CreateContainerError', waiting('CreateContainerError', 'name in use'), 'config-error: name in use'],
  ['RunContainerError', waiting('RunContainerError', 'no such file'), 'start-error: no such file'],
  ['CrashLoopBackOff', waiting('CrashLoopBackOff'), 'start-error: CrashLoopBackOff'],
];

const afterItEnded: readonly Row[] = [
  ['exit code 7', exited(7, 'Error'), 'exit-code: container worker exited with 7'],
  ['OOMKilled', exited(137, 'OOMKilled'), 'oom-killed: the container exceeded its memory limit'],
  ['StartError', exited(128, 'StartError', 'exec: "x"'), 'start-error: exec: "x"'],
  ['Evicted', { phase: 'Failed', reason: 'Evicted', message: 'low on memory' }, 'evicted: low on memory'],
  ['Preempting', { phase: 'Failed', reason: 'Preempting' }, 'evicted: Preempting'],
  ['DisruptionTarget', { ...exited(143), disrupted: 'node drained' }, 'evicted: node drained'],
  ['OutOfcpu', { phase: 'Failed', reason: 'OutOfcpu', message: 'too full' }, 'evicted: OutOfcpu: too full'],
  [
    'DeadlineExceeded',
    { ...exited(143), reason: 'DeadlineExceeded', message: 'active longer than 9 s' },
    'deadline: active longer than 9 s',
  ],
  [
    'NodeLost',
    { phase: 'Failed', reason: 'NodeLost', message: 'node-1 is gone' },
    'node-lost: node-1 is gone',
  ],
  ['NodeShutdown', { phase: 'Failed', reason: 'NodeShutdown' }, 'node-lost: NodeShutdown'],
  [
    'an external delete',
    { ...exited(143), deleting: true },
    'deleted: the Pod was deleted; its container exited with 143',
  ],
  ['no reason at all', { phase: 'Failed' }, 'unknown: the Pod failed without a reason'],
];

describe('before the container runs', { tags: ['F23', 'F24'] }, () => {
  test.each(beforeItRuns)('%s fails the worker with its evidence', (_, fact, outcome) => {
    const w = new WorkerHarness().admit().observe().observe(fact);
    expect(w.state).toBe('failed.recording');
    expect(w.outcome).toBe(outcome);
    expect(w.reportTypes).toEqual(['created', 'ended']);
  });

  test.each(beforeItRuns)('%s keeps its capacity until the Pod is gone', (_, fact) => {
    const w = new WorkerHarness().admit().observe(fact).record().delete();
    expect(w.reportTypes).not.toContain('freed');
    w.lose(fact);
    expect(w.reportTypes.slice(-3)).toEqual(['freed', 'settled', 'finished']);
  });
});

describe('once the Pod is terminal', { tags: ['F25', 'F26', 'F27', 'F28'] }, () => {
  test.each(afterItEnded)('%s fails the worker with its evidence', (_, fact, outcome) => {
    const w = new WorkerHarness().run().observe(fact);
    expect(w.state).toBe('failed.recording');
    expect(w.outcome).toBe(outcome);
    expect(w.reportTypes).toEqual(['created', 'running', 'freed', 'ended', 'freed']);
  });
});

describe('a Pod that a container beside ours fails', { tags: ['F32'] }, () => {
  test('has succeeded where ours has', () => {
    const w = new WorkerHarness().run().observe({ ...exited(0, 'Completed'), phase: 'Failed' });
    expect(w.state).toBe('succeeded.recording');
    expect(w.outcome).toBe('succeeded');
  });

  test('has failed where the Pod itself was ended, whatever ours says', () => {
    const evicted = {
      ...exited(0, 'Completed'),
      phase: 'Failed',
      reason: 'Evicted',
      message: 'low',
    } as const;
    expect(new WorkerHarness().run().observe(evicted).outcome).toBe('evicted: low');
    const killed = { ...exited(0, 'OOMKilled'), phase: 'Failed' } as const;
    expect(new WorkerHarness().run().observe(killed).outcome).toMatch(/^oom-killed/);
  });
});

describe('a Pod that vanishes', { tags: ['F28', 'F30'] }, () => {
  const gone: readonly Row[] = [
    ['from Running', running(), 'unknown: the Pod vanished without a terminal status'],
    ['while it was deleted', running({ deleting: true }), 'deleted: the Pod was deleted by someone else'],
    ['from a disrupted node', running({ disrupted: 'node drained' }), 'evicted: node drained'],
    ['from a lost node', { phase: 'Unknown', message: 'no heartbeat' }, 'node-lost: no heartbeat'],
    ['after it had failed', exited(7), 'exit-code: container worker exited with 7'],
    ['after it had succeeded', exited(0), 'succeeded'],
  ];
  test.each(gone)('%s is judged by its last state', (_, last, outcome) => {
    const w = new WorkerHarness().run().lose(last);
    expect(w.outcome).toBe(outcome);
    expect(w.record().state).toBe('done');
    expect(w.calls.deletePod).toHaveLength(0);
  });

  test('before anything else of it was seen is over, whatever the reply to create says', () => {
    const w = new WorkerHarness().admit().lose(exited(0));
    expect(w.outcome).toBe('succeeded');
    expect(w.reportTypes).toEqual(['freed', 'created', 'ended', 'freed']);
  });
});

describe(
  'a pull that the kubelet will try again with good prospects is waited for',
  { tags: ['F23'] },
  () => {
    test.each([
      ['ErrImagePull', 'pull QPS exceeded'],
      ['ErrImagePull', 'rpc error: failed to do request: net/http: TLS handshake timeout'],
      [
        'ImagePullBackOff',
        'Back-off pulling image "busybox:latest": ErrImagePull: toomanyrequests: slow down',
      ],
      ['ImagePullBackOff', 'Back-off pulling image "busybox:latest"'],
    ])('%s: %s', (reason, message) => {
      const w = new WorkerHarness().admit().observe(waiting(reason, message));
      expect(w.state).toBe('pending.admitted.starting');
      expect(w.observe({ phase: 'Running' }).state).toBe('running.active');
    });
  },
);

describe('the pending deadline names what held the worker up', { tags: ['F22'] }, () => {
  const held: readonly Row[] = [
    ['no node', { unschedulable: '0/1 nodes are available' }, 'unschedulable: 0/1 nodes are available'],
    ['a slow pull', waiting('ErrImagePull', 'i/o timeout'), 'image-pull: ErrImagePull: i/o timeout'],
    ['a slow node', { nodeName: 'node-1' }, 'deadline: not running after 120 s: starting on node-1'],
  ];
  test.each(held)('%s', (_, fact, outcome) => {
    const w = new WorkerHarness().admit().observe(fact);
    w.clock.advance(limits.pendingMs - 1);
    expect(w.outcome).toBe('');
    w.clock.advance(1);
    expect(w.state).toBe('failed.recording');
    expect(w.outcome).toBe(outcome);
  });

  test('a quota that never has room', () => {
    const w = new WorkerHarness().admit();
    for (let tries = 0; tries < 3; tries++) {
      w.open('createPod').reply({ kind: 'retry', cause: 'quota', reason: 'pods=10', afterMs: 50_000 });
      w.clock.advance(50_000);
    }
    expect(w.outcome).toBe('quota: pods=10');
  });

  test('an API server that never answers', () => {
    const w = new WorkerHarness().admit();
    w.clock.advance(limits.pendingMs);
    expect(w.outcome).toBe('create-rejected: not running after 120 s: the API server did not answer');
    expect(w.record().state).toBe('cleanup.draining');
    w.open('drainLogs').reply();
    expect(w.open('deletePod').input.uid).toBeUndefined();
  });
});

test('a fact about a Pod of another owner never fails a worker', () => {
  const w = new WorkerHarness().run();
  w.send({ type: 'pod.observed', pod: pod({ ...exited(1), owner: { name: 'other', uid: 'other' } }) });
  expect(w.state).toBe('running.active');
});
