/** 서버가 하는 말의 한국어: 기다리는 이유, 실패의 이유, 진행 메시지. 값 뒤에는 조사가 갈리지 않는 말을 쓴다. */
import { interpreter, type Saying } from './sayings.ts';

/** 상태를 한 문장으로 (src/inspector/why.ts). */
const whys: readonly Saying[] = [
  ['It is over: {~how} since {~time}, {~reason}.', '끝났습니다({time}부터): {how}, {reason}.'],
  ['It is over: {~how} since {~time}.', '끝났습니다({time}부터): {how}.'],
  ['It is over: {~how}, {~reason}.', '끝났습니다: {how}, {reason}.'],
  ['It is over: {~how}.', '끝났습니다: {how}.'],
  [
    'It is {state}: {~reason}; it waits until {~time} at the latest ({timer}).',
    '지금 {state} 상태: {reason}. 늦어도 {time}까지만 기다립니다({timer}).',
  ],
  [
    'It is {state}; it waits until {~time} at the latest ({timer}).',
    '지금 {state} 상태이며, 늦어도 {time}까지만 기다립니다({timer}).',
  ],
  [
    'It is {state}: {~reason}; it goes on at {~time} ({timer}).',
    '지금 {state} 상태: {reason}. {time}에 다음으로 넘어갑니다({timer}).',
  ],
  [
    'It is {state}; it goes on at {~time} ({timer}).',
    '지금 {state} 상태이며, {time}에 다음으로 넘어갑니다({timer}).',
  ],
  [
    'It is {state}: {~reason}; it waits for an event, without a deadline.',
    '지금 {state} 상태: {reason}. 기한 없이 이벤트를 기다립니다.',
  ],
  [
    'It is {state}; it waits for an event, without a deadline.',
    '지금 {state} 상태이며, 기한 없이 이벤트를 기다립니다.',
  ],
];

/** 워커. */
const workers: readonly Saying[] = [
  ['waiting for capacity, at most {~time}', '자리가 나기를 기다리는 중, 최대 {time}'],
  ['creating the Pod', 'Pod를 만드는 중'],
  ['waiting for the Pod', 'Pod를 기다리는 중'],
  ['waiting for a node', '노드 배정을 기다리는 중'],
  ['starting on {node}', '{node} 노드에서 시작하는 중'],
  ['container is starting', '컨테이너가 시작되는 중'],
  ['{~why}; next try in {~time}', '{why}, {time} 뒤 다시 시도'],
  ['{~why}; given up after {~time}', '{why}, {time} 뒤에는 포기'],
  ['its node does not answer', '노드가 응답하지 않음'],
  ['running, at most {~time}', '실행 중, 최대 {time}'],
  ['recording the outcome', '결과를 기록하는 중'],
  ['cleaning up', '정리하는 중'],
  ['reading the last log lines, at most {~time}', '마지막 로그를 읽는 중, 최대 {time}'],
  ['deleting the Pod', 'Pod를 지우는 중'],
  ['waiting until the Pod is gone', 'Pod가 사라지기를 기다리는 중'],
  [
    'still there {~time} after its deletion; not forced',
    '지운 지 {time} 지났지만 아직 남아 있음, 강제로 지우지 않음',
  ],
  ['asking the API server whether the Pod is gone', 'Pod가 사라졌는지 API 서버에 묻는 중'],
  ['asking the API server whether the Pod is still there', 'Pod가 아직 있는지 API 서버에 묻는 중'],
];

/** 실패의 증거. */
const failures: readonly Saying[] = [
  ['deadline: {~why}', '기한 초과: {why}'],
  ['no capacity within {~time}', '{time} 안에 자리가 나지 않음'],
  ['not running after {~time}: {~why}', '{time} 안에 실행되지 않음: {why}'],
  ['still running after {~time}', '{time} 지나도록 끝나지 않음'],
  ['the API server did not answer', 'API 서버가 응답하지 않음'],
  ['the container exceeded its memory limit', '컨테이너가 메모리 한도를 넘음'],
  ['container worker exited with {#code}', 'worker 컨테이너가 종료 코드 {code}로 끝남'],
  ['the Pod was deleted; its container exited with {#code}', 'Pod가 지워짐, 컨테이너 종료 코드는 {code}'],
  ['the Pod was deleted by someone else', '다른 누군가가 Pod를 지움'],
  ['the Pod vanished without a terminal status', '끝난 상태를 남기지 않고 Pod가 사라짐'],
  ['the Pod vanished while Ottoscaler was away', 'Ottoscaler가 없는 사이에 Pod가 사라짐'],
  ['the Pod failed without a reason', 'Pod가 이유를 남기지 않고 실패함'],
  ['the Pod is gone', 'Pod가 사라짐'],
  ['the outcome was not recorded', '결과가 기록되지 않음'],
  ['ended without an outcome', '결과 없이 끝남'],
  ['scaled down to {#n} by {who}: {~why}', '{n}개로 스케일 다운({who}): {why}'],
  ['scaled down to {#n}: {~why}', '{n}개로 스케일 다운: {why}'],
  ['scaled down to {#n} by {who}', '{n}개로 스케일 다운({who})'],
  ['scaled down to {#n}', '{n}개로 스케일 다운'],
  ['its actor crashed: {error}', '액터가 비정상 종료됨: {error}'],
];

/** 스테이지와 파이프라인. */
const runs: readonly Saying[] = [
  ['waiting for all other stages', '다른 모든 스테이지를 기다리는 중'],
  ['waiting for {#n} Pods to go', 'Pod {n}개가 사라지기를 기다리는 중'],
  ['waiting for {#n} workers to be terminated', '워커 {n}개가 끝나기를 기다리는 중'],
  ['waiting for its workers to run', '워커가 실행되기를 기다리는 중'],
  ['waiting for its workers to end', '워커가 끝나기를 기다리는 중'],
  ['waiting until every Pod is created or in line', '모든 Pod가 만들어지거나 줄을 설 때까지 기다리는 중'],
  ['waiting until the termination is durable', '종료가 기록되기를 기다리는 중'],
  ['waiting for the placement', '배치를 기다리는 중'],
  ['about to start', '곧 시작'],
  ['writing its start to the ledger', '시작을 원장에 쓰는 중'],
  ['its workers run', '워커가 실행 중'],
  ['failed workers are tried again', '실패한 워커를 다시 시도하는 중'],
  ['its end is being recorded', '끝을 기록하는 중'],
  ['writing the intent to its ledger', '할 일을 원장에 쓰는 중'],
  ['writing the choice to its ledger', '고른 워커를 원장에 쓰는 중'],
  ['at work', '일하는 중'],
  ['{#n} stages have not ended', '끝나지 않은 스테이지 {n}개'],
  ['cancelled; {#n} stages may have Pods', '취소됨, Pod가 남았을 수 있는 스테이지 {n}개'],
  ['{#n} stages may still have Pods', 'Pod가 남았을 수 있는 스테이지 {n}개'],
  ['turning the ledger into a tombstone', '원장을 묘비로 바꾸는 중'],
  ['deleting the ledger', '원장을 지우는 중'],
  ['its ledger is being read', '원장을 읽는 중'],
  ['over; letting those read it who come now', '끝남, 지금 묻는 쪽이 읽을 수 있게 잠시 남아 있음'],
  ['letting its caller read the answer', '부른 쪽이 답을 읽기를 기다리는 중'],
  ['keeping its journal', '일지를 쓰는 중'],
  ['nothing to write', '쓸 것이 없음'],
  ['writing what happened to the ledger', '일어난 일을 원장에 쓰는 중'],
  ['recording that it is accepted, before it is answered', '답하기 전에 접수를 기록하는 중'],
  ['its workers are at work', '워커가 일하는 중'],
  ['some Pods are not created yet', '아직 만들어지지 않은 Pod가 있음'],
  ['recording that every Pod was created', '모든 Pod가 만들어졌음을 기록하는 중'],
  ['every Pod was created', '모든 Pod가 만들어짐'],
  ['undoing a command that the API server refuses', 'API 서버가 거절한 명령을 되돌리는 중'],
  ['the run was cancelled by {who}: {~why}', '{who} 요청으로 취소됨: {why}'],
  ['the run was cancelled by {who}', '{who} 요청으로 취소됨'],
  ['the run was cancelled: {~why}', '취소됨: {why}'],
  ['the run was cancelled', '취소됨'],
  ['the run stops since {stage} failed', '{stage} 실패로 실행을 멈춤'],
  ['nothing before it failed', '앞에서 실패한 스테이지가 없음'],
  ['what it depends on was not needed', '의존하는 스테이지가 필요 없었음'],
  ['skipped: {~why}', '건너뜀: {why}'],
  ['pending: {~why}', '대기: {why}'],
  ['retrying: {~why}', '재시도: {why}'],
  ['cancelled: {~why}', '취소됨: {why}'],
  ['completed: {~why}', '완료: {why}'],
  ['failed: {~why}', '실패: {why}'],
  ['running: {~why}', '실행 중: {why}'],
  ['{#done} of {#all} stages ended', '스테이지 {all}개 중 {done}개 끝남'],
  ['{~what}, which it may', '{what}(실패해도 되는 스테이지)'],
  ['{#n} of {~all} succeeded', '{all} 중 {n}개 성공'],
  ['{#n} of {~all} failed', '{all} 중 {n}개 실패'],
  ['all {~all} succeeded', '{all} 모두 성공'],
  ['starting {~all}', '{all} 시작하는 중'],
  ['ending {~all}: {~why}', '{all} 끝내는 중: {why}'],
  ['failed; attempt {#n} in {~time}', '실패, {time} 뒤 {n}번째 시도'],
  ['worker {#index} failed; attempt {#n} in {~time}', '{index}번 워커 실패, {time} 뒤 {n}번째 시도'],
  ['trying again', '다시 시도하는 중'],
  ['given up', '포기함'],
  ['{#n} worker', '워커 {n}개'],
  ['{#n} workers', '워커 {n}개'],
  ['waiting for {stages}', '먼저 끝나야 할 스테이지: {stages}'],
  ['{stage} was cancelled', '{stage} 취소됨'],
  ['{stage} was skipped', '{stage} 건너뜀'],
  ['{stage} failed', '{stage} 실패'],
  ['pending', '대기'],
  ['running', '실행 중'],
  ['succeeded', '성공'],
  ['failed', '실패'],
  ['cancelled', '취소됨'],
  ['succeeded ({failure})', '성공({failure})'],
  ['failed ({failure})', '실패({failure})'],
  ['cancelled ({failure})', '취소됨({failure})'],
];

/** 풀. */
const pool: readonly Saying[] = [
  ['reading the ledgers', '원장을 읽는 중'],
  ['listing the Pods', 'Pod 목록을 읽는 중'],
  ['taking over workers, {#n} so far', '워커를 넘겨받는 중, 지금까지 {n}개'],
  ['{#live} live workers, {#waiting} waiting', '살아 있는 워커 {live}개, 대기 중 {waiting}개'],
  ['letting effects under way settle, at most {~time}', '진행 중인 일이 끝나기를 기다리는 중, 최대 {time}'],
];

/** 거절과 답. */
const answers: readonly Saying[] = [
  ['There is no actor {id}, or it is forgotten.', '{id} 액터는 없거나 이미 잊혔습니다.'],
  ['There is no run {id}, or it ended long ago.', '{id} 실행은 없거나 오래전에 끝났습니다.'],
  [
    'No worker {id} is known, and no line of it is kept.',
    '{id} 워커는 알려진 바 없고, 남은 로그도 없습니다.',
  ],
  [
    'This is a pool at work: only a recording has other moments.',
    '실제로 일하는 풀입니다. 다른 시점은 기록에만 있습니다.',
  ],
  ['A recording holds no output of workers.', '기록에는 워커의 출력이 없습니다.'],
];

/** 로그인과 버튼의 답 (src/rpc/security/authorize.ts, src/rpc/services). */
const buttons: readonly Saying[] = [
  ['the credential is not known here.', '이 서버가 모르는 토큰입니다.'],
  ['the credential "{name}" has expired at {time}.', '{name} 자격 증명은 {time}에 만료되었습니다.'],
  ['the run {id} is cancelled', '{id} 실행을 취소했습니다.'],
  ['the run {id} was cancelled already', '{id} 실행은 이미 취소되었습니다.'],
  ['the run {id} is being cancelled: {~how}', '{id} 실행을 취소하는 중입니다. {how}'],
  [
    'the run {id} is being cancelled already ({mode}): {~how}',
    '{id} 실행은 이미 취소되는 중입니다({mode}). {how}',
  ],
  ['what runs may finish and nothing else starts', '실행 중인 것은 끝까지 두고, 더는 시작하지 않습니다.'],
  [
    'what runs is terminated, then the stages that run always do',
    '실행 중인 것을 끝내고, 항상 실행되는 스테이지를 실행합니다.',
  ],
  ['what runs is terminated and nothing else starts', '실행 중인 것을 끝내고, 더는 시작하지 않습니다.'],
  ['pipeline_id: the run {id} has ended as {how}', '{id} 실행은 이미 끝났습니다({how}).'],
  [
    'pipeline_id: there is no run {id}, or it ended more than 24 hours ago',
    '{id} 실행은 없거나 24시간보다 전에 끝났습니다.',
  ],
  ['the run {id} repeats {#n} stage', '{id} 실행이 스테이지 {n}개를 다시 합니다.'],
  ['the run {id} repeats {#n} stages', '{id} 실행이 스테이지 {n}개를 다시 합니다.'],
  ['{#n} terminated', '워커 {n}개를 끝냈습니다.'],
  [
    '{#n} terminated, {#left} of them not confirmed yet',
    '워커 {n}개를 끝냈고, 그중 {left}개는 아직 확인되지 않았습니다.',
  ],
  ['already processed', '이미 처리된 요청입니다.'],
  ['Ottoscaler is shutting down; send the c{_}', 'Ottoscaler가 종료되는 중입니다. 잠시 뒤 다시 시도하세요.'],
  ['Ottoscaler is starting; send the call again', 'Ottoscaler가 시작되는 중입니다. 잠시 뒤 다시 시도하세요.'],
  [
    'It was asked for and has not been answered yet; look again in a while.',
    '요청했지만 아직 답이 없습니다. 잠시 뒤 다시 확인하세요.',
  ],
  [
    'You may look and not act: the credential "{name}" has not the role operator.',
    '볼 수만 있습니다. {name} 자격 증명에는 operator 역할이 없습니다.',
  ],
  [
    'You may look and not act: outside loopback that takes a credential with the role operator (GRPC_CREDENTIALS).',
    '볼 수만 있습니다. 루프백 밖에서는 operator 역할의 자격 증명이 필요합니다(GRPC_CREDENTIALS).',
  ],
];

/** 다른 말을 품은 말. 실패의 이름은 어디서나 같은 이름이다. */
const composed: readonly Saying[] = [
  ...[
    'image-pull',
    'image-invalid',
    'unschedulable',
    'create-rejected',
    'quota',
    'config-error',
    'oom-killed',
    'evicted',
    'node-lost',
    'deleted',
    'exit-code',
    'start-error',
    'unknown',
  ].map((name): Saying => [`${name}: {~why}`, `${name}: {why}`]),
  ['{~why} (stage {stage})', '{why} (스테이지 {stage})'],
  ['{#n} s', '{n}초'],
  ['{~what}; {~why}', '{what}; {why}'],
];

export const inKorean = interpreter([
  ...whys,
  ...workers,
  ...failures,
  ...pool,
  ...answers,
  ...buttons,
  ...runs,
  ...composed,
]);
