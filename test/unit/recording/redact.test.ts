/** Nothing that anybody wrote is in a recording, and what decides is. */
import { describe, expect, test } from 'vitest';
import { failure } from '../../../src/machines/failure.ts';
import { isTransientPull, judgePod } from '../../../src/machines/judge-pod.ts';
import { redactor } from '../../../src/recording/redact.ts';
import { MemoryTape } from '../../../src/recording/tape.ts';
import { inTurn, refused } from '../../simulation/model/fault-plan.ts';
import { Ottoscaler } from '../../simulation/model/ottoscaler.ts';
import { World } from '../../simulation/model/world.ts';
import { exited, pod, scaleUpCommand, waiting } from '../../support/orders.ts';
import { pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { replayed } from '../../support/replayed.ts';

const keyed = redactor(new Uint8Array(32));
const redact = (value: object) => keyed.data(value);
const canary = 'sk-CANARY-hunter2';
const template = {
  image: 'busybox',
  exec: { command: ['run', canary], args: [`--token=${canary}`] },
  timeoutSeconds: 0,
  env: [['TOKEN', canary] as const],
  resources: { cpuLimit: '1' },
};
const metadata = [['key', canary] as const];

describe('secrets that were planted wherever there is room', { tags: ['I13'] }, () => {
  test('are not in a recording, which is replayed all the same', async () => {
    const world = new World();
    const tape = new MemoryTape();
    const plan = inTurn('pods.create', refused('quota'), refused('unavailable'));
    const otto = new Ottoscaler(world, { tape, plan });
    const repository = `https://me:${canary}@example.com/repo.git?token=${canary}#${canary}`;
    const said = { repository, triggeredBy: canary, metadata };
    const shell = { image: '', command: `echo ${canary}`, timeoutSeconds: 0, env: [], resources: {} };
    const command = scaleUpCommand({ ...said, reason: canary, template: shell, workerCount: 3 });
    await otto.scaleUp(command);
    const stage = stageCommand('build', { template, matrix: [{ name: 'AXIS', values: [canary, 'b'] }] });
    const run = pipelineCommand([stage], said);
    await otto.open({ kind: 'submit', pipelineId: 'p', command: run });
    await world.pass(5_000);
    for (const { name } of world.pods) {
      const message = `${canary}: manifest unknown`;
      const state = { waiting: { reason: 'ErrImagePull', message } };
      const container = { name: 'worker', image: '', imageID: '', ready: false, started: false };
      const containerStatuses = [{ ...container, restartCount: 0, lastState: {}, state }];
      world.setStatus(name, { phase: 'Pending', reason: '', message: canary, containerStatuses });
    }
    await world.pass(5_000);
    otto.cancel('p', { mode: 'now', by: canary, reason: canary });
    await world.pass(5_000);
    otto.kill();
    // The next process reads all of it again, from the ledgers.
    const second = new MemoryTape();
    const next = new Ottoscaler(world, { tape: second, seed: 2 });
    await world.run(() => next.isServing);
    await world.pass(30_000);
    for (const { lines } of [tape, second]) {
      expect(lines.filter((line) => line.includes('CANARY') || line.includes('hunter'))).toEqual([]);
      expect(lines.length).toBeGreaterThan(20);
      expect(await replayed(lines)).toBe('');
    }
    expect(tape.lines.join('\n')).toContain('ErrImagePull');
  });
});

describe('a placeholder', () => {
  test('is the same for the same text, another for another, and says how long it was', () => {
    const [a, again, b] = ['one text', 'one text', 'two text'].map((message) => redact({ message }));
    expect(a).toEqual({ message: expect.stringMatching(/^‹[\da-f]{8} 8›$/) });
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect(redact({ message: '' })).toEqual({ message: '' });
  });

  test('is another with another key', () => {
    expect(redactor(new Uint8Array([1])).data({ message: 'a' })).not.toEqual(redact({ message: 'a' }));
  });

  test('stands for whatever has a name that is not known', () => {
    expect(redact({ brandNew: { deep: ['text'] } })).not.toEqual({ brandNew: { deep: ['text'] } });
  });
});

describe('of a repository', () => {
  test.each([
    ['https://example.com/a/b.git', 'https://example.com/a/b.git'],
    ['https://u:p@ss/w@example.com/b.git', /^https:\/\/‹[^›]+›@example\.com\/b\.git$/],
    ['git@example.com:a/b.git', /^‹[^›]+›@example\.com:a\/b\.git$/],
    ['https://example.com/b.git?private_token=abc', /^https:\/\/example\.com\/b\.git\?‹[^›]+›$/],
  ])('%s keeps the address and nothing that opens it', (repository, expected) => {
    const after = redact({ repository }) as { repository: string };
    expect(after.repository).toMatch(expected);
  });
});

describe('what decides is decided alike', () => {
  const long = 'x'.repeat(385);

  test.each([
    waiting('ErrImagePull', 'manifest unknown'),
    waiting('ErrImagePull', 'dial tcp: i/o timeout'),
    waiting('ErrImagePull', `${long} i/o timeout`),
    waiting('ImagePullBackOff', 'Back-off pulling image "registry.example.com/a"'),
    waiting('ImagePullBackOff', 'Back-off pulling image "a": too many requests'),
    waiting('CreateContainerConfigError', 'secret "key" not found'),
    waiting('ContainerCreating'),
    { phase: 'Failed', reason: 'Evicted', message: 'the node was low on memory' } as const,
    { phase: 'Failed', reason: 'OutOfcpu', message: 'no room' } as const,
    { phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' } as const,
    { phase: 'Pending', unschedulable: '0/1 nodes are available' } as const,
    { ...exited(137, 'OOMKilled') },
    { ...exited(3, 'Error', 'a message of its own') },
  ])('%j', (seen) => {
    const before = pod(seen);
    const [real, masked] = [judgePod(before), judgePod(redact(before) as unknown as typeof before)];
    expect(masked.kind).toBe(real.kind);
    if (real.kind !== 'failed' || masked.kind !== 'failed') return;
    expect([masked.failure.name, masked.failure.exitCode]).toEqual([
      real.failure.name,
      real.failure.exitCode,
    ]);
    expect(isTransientPull(masked.failure.evidence)).toBe(isTransientPull(real.failure.evidence));
  });

  test.each(['i/o timeout', `${long}${long} i/o timeout`, 'manifest unknown'])(
    'also of an evidence that is cut: %s',
    (message) => {
      const { message: masked } = redact({ message }) as { message: string };
      const evidence = (text: string) => failure('image-pull', `ErrImagePull: ${text}`).evidence;
      expect(isTransientPull(masked)).toBe(isTransientPull(message));
      expect(isTransientPull(evidence(masked))).toBe(isTransientPull(evidence(message)));
    },
  );

  test('why a stage was not needed is kept, since the next process reads it', () => {
    const message = 'skipped: nothing before it failed';
    expect(redact({ message })).toEqual({ message });
    expect(redact({ message: 'skipped: my own reason' })).not.toEqual({ message: 'skipped: my own reason' });
  });
});
