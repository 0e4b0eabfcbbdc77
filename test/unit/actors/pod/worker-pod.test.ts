/** The manifest of a worker's Pod: what is in it, what never is, and that nothing in it is expanded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { specHash, workerPod, type PodPolicy } from '../../../../src/actors/pod/worker-pod.ts';
import type { WorkerTemplate } from '../../../../src/machines/command.ts';
import type { StagePlace } from '../../../../src/machines/worker/order.ts';
import { World } from '../../../simulation/model/world.ts';
import { order, slot } from '../../../support/orders.ts';

const restricted: PodPolicy = { graceSeconds: 5, security: 'restricted', runAsUser: 1000 };
const template: WorkerTemplate = {
  image: 'registry.example/worker:1',
  command: 'echo "$(hostname)" costs 5$',
  timeoutSeconds: 60,
  env: [['MODE', 'a$(PATH)b']],
  resources: { cpuRequest: '100m', cpuLimit: '500m', memoryRequest: '64Mi', memoryLimit: '128Mi' },
};
const atMs = Date.parse('2026-01-01T00:00:00Z');
const target = { order: order({ template, workerCount: 3 }), slot: slot(2) };

test('is exactly this', () => {
  expect(workerPod(target, restricted, atMs)).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'otto-a-2',
      labels: {
        'managed-by': 'ottoscaler',
        app: 'otto-agent',
        'ottoscaler.io/ledger': 'otto-ledger-a',
        'ottoscaler.io/index': '2',
        'ottoscaler.io/attempt': '1',
      },
      annotations: { 'ottoscaler.io/task-id': 'task-a', 'ottoscaler.io/spec-hash': specHash(target) },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: 'otto-ledger-a',
          uid: 'ledger-uid-a',
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: 60,
      terminationGracePeriodSeconds: 5,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'worker',
          image: 'registry.example/worker:1',
          command: ['sh', '-c', 'echo "$$(hostname)" costs 5$$'],
          env: [
            { name: 'OTTO_TASK_ID', value: 'task-a' },
            { name: 'OTTO_WORKER_ID', value: 'otto-a-2' },
            { name: 'OTTO_WORKER_INDEX', value: '2' },
            { name: 'OTTO_WORKER_COUNT', value: '3' },
            { name: 'OTTO_REPOSITORY', value: 'https://example.com/repo.git' },
            { name: 'OTTO_COMMIT_SHA', value: 'c0ffee' },
            { name: 'OTTO_TRIGGERED_BY', value: 'alice' },
            { name: 'MODE', value: 'a$$(PATH)b' },
          ],
          resources: {
            requests: { cpu: '100m', memory: '64Mi' },
            limits: { cpu: '500m', memory: '128Mi' },
          },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });
});

test('without restrictions has no security context, and still no token and no service links', () => {
  const { spec } = workerPod(target, { ...restricted, security: 'none' }, atMs);
  expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  expect(spec).not.toHaveProperty('securityContext');
  expect(spec.containers[0]).not.toHaveProperty('securityContext');
});

test('without a command prints its task, repository and commit, and executes nothing of them', () => {
  const { command: _, ...bare } = template;
  const { containers } = workerPod({ ...target, order: order({ template: bare }) }, restricted, atMs).spec;
  expect(expanded(containers[0]?.command?.[2] ?? '', new Map())).toBe(
    'printf "task %s repository %s commit %s\\n" "$OTTO_TASK_ID" "$OTTO_REPOSITORY" "$OTTO_COMMIT_SHA"',
  );
});

describe('a command and arguments', { tags: ['F65'] }, () => {
  const made = (command: readonly string[], args: readonly string[]) => {
    const { command: _, ...bare } = template;
    const given = order({ template: { ...bare, exec: { command, args } } });
    const [container] = workerPod({ ...target, order: given }, restricted, atMs).spec.containers;
    return { command: container?.command, args: container?.args };
  };

  test('run as they are, without a shell', () => {
    expect(made(['make', '-j$(nproc)'], ['a b', '$HOME'])).toEqual({
      command: ['make', '-j$$(nproc)'],
      args: ['a b', '$$HOME'],
    });
  });

  test("leave to the image's own what is not given", () => {
    expect(made([], ['-v'])).toEqual({ command: undefined, args: ['-v'] });
    expect(made(['true'], [])).toEqual({ command: ['true'], args: undefined });
  });
});

describe("a stage's worker", () => {
  const place: StagePlace = {
    pipelineId: 'build-42',
    stageId: 'größe',
    stageIndex: 1,
    matrix: [
      { name: 'OS', values: ['linux', 'bsd'] },
      { name: 'GO', values: ['1.25', '1.26', '$(GO)'] },
    ],
    endsBy: '',
  };
  const worker = (index: number, attempt = 1, change: Partial<StagePlace> = {}) => ({
    order: order({ template, taskId: 'build-42', workerCount: 2, stage: { ...place, ...change } }),
    slot: { ...slot(index), attempt },
  });
  const pod = (...given: Parameters<typeof worker>) => workerPod(worker(...given), restricted, atMs);
  const environment = (...given: Parameters<typeof worker>) =>
    new Map(pod(...given).spec.containers[0]?.env.map(({ name, value }) => [name, value]));

  test('is told its run, its stage and its try, and carries them for people', () => {
    const env = environment(0, 3);
    expect(
      ['OTTO_PIPELINE_ID', 'OTTO_STAGE_ID', 'OTTO_ATTEMPT', 'OTTO_TASK_ID'].map((name) => env.get(name)),
    ).toEqual(['build-42', 'größe', '3', 'build-42']);
    expect(pod(0, 3).metadata).toMatchObject({
      labels: { 'ottoscaler.io/attempt': '3' },
      annotations: { 'ottoscaler.io/pipeline-id': 'build-42', 'ottoscaler.io/stage-id': 'größe' },
    });
  });

  test('is told its combination of the matrix, the last axis varying fastest, and its number in it', () => {
    const told = Array.from({ length: 12 }, (_, index) => {
      const env = environment(index);
      return ['OS', 'GO', 'OTTO_WORKER_INDEX', 'OTTO_WORKER_COUNT'].map((name) => env.get(name)).join(' ');
    });
    expect(told).toEqual([
      'linux 1.25 0 2',
      'linux 1.25 1 2',
      'linux 1.26 0 2',
      'linux 1.26 1 2',
      'linux $$(GO) 0 2',
      'linux $$(GO) 1 2',
      'bsd 1.25 0 2',
      'bsd 1.25 1 2',
      'bsd 1.26 0 2',
      'bsd 1.26 1 2',
      'bsd $$(GO) 0 2',
      'bsd $$(GO) 1 2',
    ]);
  });

  test.each([
    ['its own timeout while the run has longer', 61_000, 60],
    ['what is left of the run where that is less', 59_999, 59],
    ['a second where nothing is left', -5_000, 1],
  ])('may run for %s', (_what, leftMs, seconds) => {
    const endsBy = new Date(atMs + leftMs).toISOString();
    expect(pod(0, 1, { endsBy }).spec.activeDeadlineSeconds).toBe(seconds);
  });

  test('may run for its own timeout where the run does not end it', () => {
    expect(pod(0).spec.activeDeadlineSeconds).toBe(60);
  });

  test('is the same intent whenever it is made, and another in another stage', () => {
    const endsBy = '2026-01-01T00:00:30.000Z';
    const at = (ms: number) => workerPod(worker(0, 1, { endsBy }), restricted, ms);
    const [early, late] = [at(atMs), at(atMs + 20_000)];
    expect([early, late].map(({ spec }) => spec.activeDeadlineSeconds)).toEqual([30, 10]);
    expect(late.metadata).toEqual(early.metadata);
    expect(specHash(worker(0, 1, { stageId: 'other' }))).not.toBe(specHash(worker(0)));
  });
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[$()A-Z_ {}\\]*$/),
  fc.constantFrom('$(OTTO_TASK_ID)', '$$(A)', '$', '$$', '$(', '$()', '__proto__', '`id`', '$(rm -rf /)'),
);
const name = fc.constantFrom('__proto__', 'constructor', 'MODE', 'A', 'spec', 'hostPath');

describe('whatever the user sends', () => {
  test('the container receives what was written, after Kubernetes has expanded it', { tags: ['F65'] }, () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (command, value, taskId) => {
        const sent = { ...template, command, env: [['MINE', value]] as const };
        const [container] = workerPod(
          { ...target, order: order({ template: sent, taskId }) },
          restricted,
          atMs,
        ).spec.containers;
        const env = new Map<string, string>();
        for (const variable of container?.env ?? []) env.set(variable.name, expanded(variable.value, env));
        expect(expanded(container?.command?.[2] ?? '', env)).toBe(command);
        expect(env.get('MINE')).toBe(value);
        expect(env.get('OTTO_TASK_ID')).toBe(taskId);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the manifest has only the fields of the allow-list', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.tuple(name, hostile)), (text, env) => {
        const sent = { ...template, image: text, command: text, env };
        const pod = workerPod(
          { ...target, order: order({ template: sent, taskId: text }) },
          restricted,
          atMs,
        );
        expect(Object.keys(pod)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
        expect(Object.keys(pod.metadata)).toEqual(['name', 'labels', 'annotations', 'ownerReferences']);
        expect(Object.keys(pod.spec)).toEqual([
          'restartPolicy',
          'activeDeadlineSeconds',
          'terminationGracePeriodSeconds',
          'automountServiceAccountToken',
          'enableServiceLinks',
          'securityContext',
          'containers',
        ]);
        const fields = ['name', 'image', 'command', 'env', 'resources', 'securityContext'];
        expect(pod.spec.containers.map((container) => Object.keys(container))).toEqual([fields]);
        expect(pod.spec.containers[0]?.env).toHaveLength(7 + env.length);
      }),
    );
  });
});

test('is taken by the API server as it is', () => {
  const world = new World();
  expect(world.createPod(workerPod(target, restricted, atMs))).toMatchObject({
    name: 'otto-a-2',
    owner: { name: 'otto-ledger-a', uid: 'ledger-uid-a' },
    specHash: specHash(target),
  });
});

describe('a worker that pushes', () => {
  const push = { endpoint: 'otto:$(PORT)', tokenOf: (workerId: string) => `token of ${workerId}` };
  const envOf = (policy: PodPolicy) => workerPod(target, policy, atMs).spec.containers[0]?.env ?? [];

  test('is told where to and with what token; all else of its Pod is as without', () => {
    const added = envOf({ ...restricted, push }).filter(
      (variable) => !envOf(restricted).some(({ name: known }) => known === variable.name),
    );
    expect(added).toEqual([
      { name: 'OTTO_LOG_ENDPOINT', value: 'otto:$$(PORT)' },
      { name: 'OTTO_WORKER_TOKEN', value: 'token of otto-a-2' },
    ]);
    const { metadata } = workerPod(target, { ...restricted, push }, atMs);
    expect(metadata).toEqual(workerPod(target, restricted, atMs).metadata);
  });

  test('is given the authorities that are in force when its Pod is made', () => {
    let inForce = 'the old ones';
    const policy = { ...restricted, push: { ...push, authority: () => inForce } };
    expect(envOf(policy)).toContainEqual({ name: 'OTTO_LOG_CA', value: 'the old ones' });
    inForce = 'the new ones';
    expect(envOf(policy)).toContainEqual({ name: 'OTTO_LOG_CA', value: 'the new ones' });
  });
});

describe('the spec hash', () => {
  test('is the same for the same intent, and another for another', () => {
    const others = [
      { ...target, slot: slot(1) },
      { ...target, slot: { ...slot(2), attempt: 2 } },
      { ...target, order: order({ template, taskId: 'task-b' }) },
      { ...target, order: order({ template, ledger: { name: 'otto-ledger-a', uid: 'another' } }) },
      { ...target, order: order({ template: { ...template, timeoutSeconds: 61 } }) },
    ];
    expect(specHash(structuredClone(target))).toBe(specHash(target));
    expect(new Set([target, ...others].map(specHash)).size).toBe(6);
  });
});

/**
 * Kubernetes' expansion, as its documentation says it: `$(NAME)` of a known variable is its value, `$$`
 * is a `$`, all else stays. @see https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
function expanded(input: string, known: ReadonlyMap<string, string>): string {
  return input.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, variable: string | undefined) =>
    whole === '$$' ? '$' : (known.get(variable ?? '') ?? whole),
  );
}
