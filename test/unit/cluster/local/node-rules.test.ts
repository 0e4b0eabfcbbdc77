import { describe, expect, test } from 'vitest';

import { podSummary } from '../../../../src/cluster/local/http/pod-row.ts';
import { humanAge } from '../../../../src/cluster/local/http/age.ts';
import { expand } from '../../../../src/cluster/local/node/environment.ts';
import { argumentsOf, resolveImage } from '../../../../src/cluster/local/node/image.ts';
import { phaseOf, type ContainerRecord } from '../../../../src/cluster/local/node/pod-status.ts';
import {
  asPod,
  type ContainerState,
  type ContainerStateTerminated,
  type ContainerStatus,
} from '../../../../src/cluster/local/pod.ts';
import { parseQuantity } from '../../../../src/cluster/local/resources/quantity.ts';
import { pods } from '../../../../src/cluster/local/resources/registry.ts';
import { newStore, podDraft } from './new-store.ts';

// The rows of k8s.io/kubernetes/third_party/forked/golang/expansion/expand_test.go that matter here.
test.each([
  ['$(A)', '1'],
  ['x-$(A)-$(B)', 'x-1-2'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$$$$(A)', '$$(A)'],
  ['$(NONE)', '$(NONE)'],
  ['$(A', '$(A'],
  ['$A', '$A'],
  ['100$', '100$'],
])('%s expands to %s', (input, output) => {
  const variables = new Map([
    ['A', '1'],
    ['B', '2'],
  ]);
  expect(expand(input, variables)).toBe(output);
});

test.each([
  ['500m', 0.5],
  ['1', 1],
  ['1e3', 1000],
  ['128Mi', 128 * 2 ** 20],
  ['1.5G', 1.5e9],
  ['x', undefined],
  ['1 Gi', undefined],
  ['', undefined],
])('the quantity %s is %s', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

describe('images', () => {
  test.each([
    ['busybox', 'known'],
    ['busybox:1.36', 'known'],
    ['docker.io/library/busybox:latest', 'known'],
    ['local/anything', 'known'],
    ['example.com:5000/team/agent:v1', 'known'],
    ['example.com:5000/team/other:v1', 'unknown'],
    ['nginx', 'unknown'],
    ['Bad Image', 'malformed'],
    ['a/b:', 'malformed'],
  ])('%s is %s', (image, kind) => {
    expect(resolveImage(image, ['example.com:5000/team/agent:v2']).kind).toBe(kind);
  });

  test('a command replaces what the image would run, arguments alone replace its command', () => {
    const image = { kind: 'known', entrypoint: [], command: ['sh'] } as const;
    expect(argumentsOf(image, ['a'], ['b'])).toEqual(['a', 'b']);
    expect(argumentsOf(image, [], ['b'])).toEqual(['b']);
    expect(argumentsOf(image, [], [])).toEqual(['sh']);
  });
});

const running: ContainerState = { running: { startedAt: '' } };
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });
const exit = (exitCode: number): { readonly terminated: ContainerStateTerminated } => ({
  terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: null, finishedAt: null },
});

describe('the phase of a Pod', () => {
  const record = (state: ContainerState, hasRun = false): ContainerRecord => ({
    spec: { name: 'c', image: 'busybox', imagePullPolicy: 'Never', resources: {} },
    state,
    last: hasRun ? exit(1).terminated : undefined,
    restartCount: 0,
    containerId: '',
  });

  test.each([
    ['Never', [running, exit(0)], 'Running'],
    ['Never', [exit(0), exit(0)], 'Succeeded'],
    ['Never', [exit(0), exit(1)], 'Failed'],
    ['OnFailure', [exit(1)], 'Running'],
    ['Always', [exit(0)], 'Running'],
    ['Never', [running, waiting('ErrImagePull')], 'Pending'],
  ] as const)('under %s with %j is %s', (policy, states, phase) => {
    const main = states.map((state) => record(state));
    expect(phaseOf({ init: [], main, startedMs: 0 }, policy)).toBe(phase);
  });

  test('stays Running while a container waits to be started again', () => {
    const main = [record(waiting('CrashLoopBackOff'), true)];
    expect(phaseOf({ init: [], main, startedMs: 0 }, 'Always')).toBe('Running');
  });
});

const status = (state: ContainerState): ContainerStatus => ({
  name: 'c',
  state,
  lastState: {},
  ready: 'running' in state,
  restartCount: 2,
  image: '',
  imageID: '',
  started: true,
});

const shown = (podStatus: object, metadata: object = {}): unknown => {
  const pod = asPod(newStore().store.create(pods, 'default', podDraft('p')));
  return podSummary({
    ...pod,
    metadata: { ...pod.metadata, ...metadata },
    status: { phase: 'Pending', ...podStatus },
  });
};

describe('the STATUS column', () => {
  test.each([
    ['Running', { phase: 'Running', containerStatuses: [status(running)] }, '1/1'],
    ['Completed', { phase: 'Succeeded', containerStatuses: [status(exit(0))] }, '0/1'],
    ['Error', { phase: 'Failed', containerStatuses: [status(exit(1))] }, '0/1'],
    ['ContainerCreating', { containerStatuses: [status(waiting('ContainerCreating'))] }, '0/1'],
    ['ImagePullBackOff', { containerStatuses: [status(waiting('ImagePullBackOff'))] }, '0/1'],
    ['DeadlineExceeded', { phase: 'Failed', reason: 'DeadlineExceeded' }, '0/1'],
  ])('reads %s', (text, podStatus, ready) => {
    expect(shown(podStatus)).toMatchObject({ status: text, ready });
  });

  test('reads Init:0/1 while an init container runs and Init:Error when it failed', () => {
    expect(shown({ initContainerStatuses: [status(exit(1))] })).toMatchObject({
      status: 'Init:Error',
      restarts: 2,
    });
    expect(shown({ initContainerStatuses: [status(running)] })).toMatchObject({ status: 'Init:0/0' });
  });

  test('reads Terminating from the moment of the request to delete', () => {
    const podStatus = { phase: 'Running', containerStatuses: [status(running)] };
    expect(shown(podStatus, { deletionTimestamp: '2026-01-01T00:00:00Z' })).toMatchObject({
      status: 'Terminating',
    });
  });
});

test.each([
  [5_000, '5s'],
  [119_000, '119s'],
  [125_000, '2m5s'],
  [11 * 60_000, '11m'],
  [3 * 3_600_000 + 60_000, '3h1m'],
  [50 * 3_600_000, '2d2h'],
])('%d ms are shown as %s', (durationMs, text) => {
  expect(humanAge(new Date(1e12 - durationMs).toISOString(), 1e12)).toBe(text);
});
