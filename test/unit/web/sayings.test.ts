/** What the server says, in Korean: every reason of every chart that the page shows, and what else it says. */
import { createActor, type AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { failureNames } from '../../../src/machines/failure.ts';
import { emptyRegistry } from '../../../src/machines/pool/registry.ts';
import { poolMachine } from '../../../src/machines/pool/pool.machine.ts';
import { pipelineMachine } from '../../../src/machines/pipeline/pipeline.machine.ts';
import { scaleDownMachine } from '../../../src/machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../../../src/machines/scale/scale-up.machine.ts';
import { stageMachine } from '../../../src/machines/stage/stage.machine.ts';
import { workerMachine } from '../../../src/machines/worker/worker.machine.ts';
import { inKorean } from '../../../web/i18n/sayings-ko.ts';
import { interpreter } from '../../../web/i18n/sayings.ts';
import { reasonOf, statesOf } from '../../support/chart-walk.ts';
import { order, scaleDownCommand, scaleUpCommand, slot } from '../../support/orders.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { stageCommand } from '../../support/pipelines.ts';
import { StageHarness } from '../../support/stage-harness.ts';

const worker = createActor(workerMachine, { input: { order: order(), slot: slot() } }).getSnapshot();
const obstacle = { cause: 'retry', reason: 'the API server did not answer', afterMs: 1_000 };
const scaleUp = createActor(scaleUpMachine, { input: { command: scaleUpCommand() } }).getSnapshot();
const scaleDown = createActor(scaleDownMachine, {
  input: { command: scaleDownCommand({ requestId: 'r' }), podNames: ['a'], at: '' },
}).getSnapshot();
const stage = (dependsOn: readonly string[], runWhen: 'success' | 'always') => ({
  ...new StageHarness({ dependsOn: [...dependsOn], runWhen }).ref.getSnapshot().context,
  skipReason: 'nothing before it failed',
});
const run = PipelineHarness.opened([stageCommand('a')]).ref.getSnapshot();

const charts: ReadonlyArray<readonly [string, AnyStateMachine, readonly unknown[]]> = [
  ['worker', workerMachine, [{ ...worker.context, obstacle }]],
  ['scaleUp', scaleUpMachine, [scaleUp.context]],
  ['scaleDown', scaleDownMachine, [scaleDown.context]],
  ['stage', stageMachine, [stage(['a'], 'success'), stage([], 'success'), stage([], 'always')]],
  ['pipeline', pipelineMachine, [run.context]],
  ['pool', poolMachine, [{ registry: emptyRegistry(), drainMs: 1_000 }]],
];

/** Words of English that are left, but for those that Korean texts hold as they are. */
const english = (text: string) =>
  text
    .replaceAll(/\b(?:Pod|Ottoscaler|API|UTC|worker|undefined)\b|\b(?:[a-z]+-)+[a-z]+\b|"[^"]*"/g, '')
    .match(/[a-z]{2,}/gi) ?? [];

describe.each(charts)('every reason of the chart %s', (_, machine, contexts) => {
  const reasons = contexts.flatMap((context) =>
    [machine.root, ...statesOf(machine.root)]
      .map((state) => reasonOf(state, context))
      .filter((reason) => reason !== ''),
  );

  test('is said in Korean', () => {
    expect(reasons.length).toBeGreaterThan(3);
    expect(reasons.filter((reason) => inKorean(reason) === reason)).toEqual([]);
    expect(reasons.map(inKorean).flatMap(english)).toEqual([]);
  });
});

test.each([
  [
    'It is pending.queued: waiting for capacity, at most 3600 s; it waits until 12:00:00 UTC at the latest (queueDeadline).',
    '지금 pending.queued 상태: 자리가 나기를 기다리는 중, 최대 3600초. 늦어도 12:00:00 UTC까지만 기다립니다(queueDeadline).',
  ],
  [
    'It is running.unreachable: its node does not answer; given up after 300 s; it goes on at 01:02:03 UTC (look).',
    '지금 running.unreachable 상태: 노드가 응답하지 않음, 300초 뒤에는 포기. 01:02:03 UTC에 다음으로 넘어갑니다(look).',
  ],
  ['It is over: failed (oom-killed) since 12:00:00 UTC.', '끝났습니다(12:00:00 UTC부터): 실패(oom-killed).'],
  [
    'failed: 2 of 5 stages ended; exit-code: container worker exited with 1 (stage "build")',
    '실패: 스테이지 5개 중 2개 끝남; exit-code: worker 컨테이너가 종료 코드 1로 끝남 (스테이지 "build")',
  ],
  [
    'deadline: not running after 600 s: waiting for a node',
    '기한 초과: 600초 안에 실행되지 않음: 노드 배정을 기다리는 중',
  ],
  ['skipped: the run stops since "test" failed', '건너뜀: "test" 실패로 실행을 멈춤'],
  [
    'ending 3 workers: the run was cancelled by kim: too slow',
    '워커 3개 끝내는 중: kim 요청으로 취소됨: too slow',
  ],
  [
    'the run "a" is being cancelled already (now): what runs is terminated and nothing else starts',
    '"a" 실행은 이미 취소되는 중입니다(now). 실행 중인 것을 끝내고, 더는 시작하지 않습니다.',
  ],
  ['3 terminated, 1 of them not confirmed yet', '워커 3개를 끝냈고, 그중 1개는 아직 확인되지 않았습니다.'],
  [
    'the credential "kim" has expired at 2026-01-01T00:00:00Z.',
    'kim 자격 증명은 2026-01-01T00:00:00Z에 만료되었습니다.',
  ],
  [
    'Ottoscaler is shutting down; send the command again',
    'Ottoscaler가 종료되는 중입니다. 잠시 뒤 다시 시도하세요.',
  ],
  ['worker 2 failed; attempt 3 in 1.5 s', '2번 워커 실패, 1.5초 뒤 3번째 시도'],
])('%j is said in Korean', (said, meant) => {
  expect(inKorean(said)).toBe(meant);
});

test('a failure keeps its name, and its reason is said in Korean', () => {
  for (const name of failureNames)
    expect(inKorean(`${name}: the Pod is gone`)).toMatch(/^(?:기한 초과|[a-z-]+): Pod가 사라짐$/);
});

test('what nobody has foreseen stays as it came, and names are no sentences', () => {
  for (const text of [
    '',
    '0/3 nodes are available: 3 Insufficient cpu.',
    'ErrImagePull: no such host',
    'constructor',
  ])
    expect(inKorean(text)).toBe(text);
  expect(inKorean('waiting for pending, failed')).toBe('먼저 끝나야 할 스테이지: pending, failed');
  const hostile = `${'failed; '.repeat(2_000)}attempt`;
  expect(interpreter([['{~what}; {~why}', '{what}; {why}']])(hostile)).toBe(hostile);
});
