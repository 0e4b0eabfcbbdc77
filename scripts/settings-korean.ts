/** The settings' meanings in Korean, for docs/configuration.ko.md and README.ko.md. One that is missing here fails `npm run check:docs`. */
export const koreanMeanings: Readonly<Record<string, string>> = {
  GRPC_HOST:
    '수신 주소. 루프백이 아니라면 TLS와 GRPC_CREDENTIALS, 또는 GRPC_PLAINTEXT가 필요(docs/security.md)',
  GRPC_PORT: 'gRPC 서버 포트. 0이면 빈 포트를 고름',
  GRPC_PLAINTEXT: '루프백이 아닌 주소에서 암호화와 인증이 없는 gRPC를 허용',
  HTTP_HOST:
    'HTTP 포트의 주소. GRPC_CREDENTIALS가 없으면 접근하는 누구나 여기서 보이는 모든 것을 볼 수 있고, 루프백에서는 조작도 할 수 있음',
  HTTP_TLS_CERT: 'HTTP 포트의 인증서와 그것을 보증하는 인증서들의 PEM 파일. 교체되면 다시 읽음. 비우면 평문',
  HTTP_TLS_KEY: '그 개인 키의 PEM 파일',
  HTTP_PORT:
    '인스펙터 페이지, /healthz, /readyz, /metrics의 포트(docs/metrics.md). 0이면 빈 포트, off면 열지 않음',
  GRPC_TLS_CERT: 'gRPC 서버 인증서와 그것을 보증하는 인증서의 PEM 파일. 교체되면 다시 읽음. 비우면 평문',
  GRPC_TLS_KEY: '그 인증서의 개인 키 PEM 파일',
  GRPC_TLS_CLIENT_CA:
    '클라이언트 인증서를 발급한 인증 기관의 PEM 파일(mTLS). 비우면 호출자에게 요구하지 않음',
  GRPC_CREDENTIALS:
    '누가 어떤 역할로 호출할 수 있는지 적은 JSON 파일(docs/security.md). 교체되면 다시 읽음. 비우면 접속할 수 있는 누구나 모든 것을 할 수 있음',
  GRPC_CALLS_PER_PEER_MAX: '한 주소가 동시에 진행할 수 있는 최대 호출 수(스트림 포함)',
  OTTO_CLUSTER:
    'Pod를 실행할 곳: Kubernetes 클러스터(kubernetes) 또는 내장 로컬 클러스터(local, 이 머신의 프로세스로 실행되며 격리하지 않음)',
  LOCAL_CLUSTER_DIR: '내장 클러스터가 kubeconfig와 로그를 두는 폴더. 비우면 끝날 때 지우는 임시 폴더',
  LEADER_ELECTION:
    '한 네임스페이스를 공유하는 프로세스 중 하나만 리더가 되고 나머지는 대기. OTTO_CLUSTER=local에는 공유하는 프로세스가 없으므로 적용되지 않음',
  LEASE_NAME: '리더가 보유하는 Lease의 이름(NAMESPACE 안)',
  LEASE_SECONDS: '대기하는 프로세스가 마지막 갱신을 본 뒤 기다리는 시간',
  LEASE_RENEW_SECONDS: '리더가 마지막 갱신 뒤 리더로 계속 있는 시간. LEASE_SECONDS보다 작아야 함',
  LEASE_RETRY_SECONDS: '갱신과 갱신, Lease 확인과 확인 사이의 간격. LEASE_RENEW_SECONDS보다 작아야 함',
  OTTO_IDENTITY:
    'Lease에 적는 이름. Pod 자신의 이름을 쓰면 다시 시작된 컨테이너가 곧바로 리더로 이어감. 비우면 호스트 이름과 임의의 접미사',
  NAMESPACE: 'Worker Pod와 원장(ledger)의 네임스페이스',
  OTTO_AGENT_IMAGE: '이미지를 지정하지 않은 Worker의 이미지',
  KUBERNETES_EVENTS:
    '`kubectl describe`에서 볼 수 있도록 Worker와 명령의 경과를 Kubernetes Event로 알림. Event 생성 권한이 없으면 알리지 않음',
  IMAGE_ALLOW_LIST:
    '호출자가 지정할 수 있는 이미지의 패턴, 쉼표로 구분. 예: registry.example.com/ci/*. 비우면 모든 이미지',
  WORKERS_LIVE_MAX: '동시에 자원을 쓸 수 있는 최대 Worker 수. 나머지는 줄을 서서 대기',
  WORKERS_PER_COMMAND_MAX: 'ScaleUp 한 번에 요청할 수 있는 최대 Worker 수',
  WORKER_CPU_REQUEST: 'CPU request를 지정하지 않은 Worker의 값',
  WORKER_CPU_LIMIT: 'CPU limit을 지정하지 않은 Worker의 값',
  WORKER_MEMORY_REQUEST: '메모리 request를 지정하지 않은 Worker의 값',
  WORKER_MEMORY_LIMIT: '메모리 limit을 지정하지 않은 Worker의 값',
  WORKER_SECURITY: 'Worker Pod의 보안: Pod Security의 restricted 프로필, 또는 이미지 자체의 사용자',
  WORKER_RUN_AS_USER: 'restricted Worker의 사용자 ID',
  WORKER_TIMEOUT_SECONDS: 'Worker의 최대 실행 시간이자 timeout_seconds를 지정하지 않은 Worker의 실행 시간',
  WORKER_QUEUE_SECONDS: 'Worker가 여유 용량을 기다리는 최대 시간',
  WORKER_PENDING_SECONDS: '허용된 뒤 컨테이너가 실행될 때까지의 최대 시간',
  WORKER_GRACE_SECONDS: 'Worker를 종료할 때 SIGTERM에서 SIGKILL까지의 시간',
  PIPELINE_TIMEOUT_SECONDS:
    'Pipeline의 최대 실행 시간이자 timeout_seconds를 지정하지 않은 Pipeline의 실행 시간. 마지막에 실행되는 Stage는 제외',
  PIPELINE_STAGES_MAX: 'Pipeline 하나의 최대 Stage 수',
  PIPELINE_WORKERS_MAX: 'Pipeline 하나의 최대 Worker 수(모든 Stage 합계)',
  PIPELINE_INFRA_RETRIES:
    '축출되었거나, 노드를 잃었거나, 이미지 레지스트리의 일시적 문제를 만난 Worker의 재시도 횟수. Stage의 재시도 정책에서 차감하지 않음',
  WORKER_HISTORY_SECONDS: 'GetWorkerStatus가 끝난 Worker를 기억하는 시간',
  OTTO_HANDLER_HOST:
    'otto-handler가 Worker의 로그와 상태 변경 알림을 받는 주소, host:port. 비우면 stdout으로 출력',
  OTTO_HANDLER_TLS_CA:
    'otto-handler를 보증하는 인증 기관의 PEM 파일. 교체되면 다시 읽음. system이면 Node가 신뢰하는 기관. 비우면 평문',
  OTTO_HANDLER_TLS_CERT: 'otto-handler에 제시하는 인증서의 PEM 파일(mTLS). 교체되면 다시 읽음',
  OTTO_HANDLER_TLS_KEY: '그 인증서의 개인 키 PEM 파일',
  OTTO_HANDLER_TOKEN_FILE:
    'otto-handler에 `authorization: Bearer …`로 제시하는 토큰의 파일. 교체되면 다시 읽음. 비우면 제시하지 않음',
  GRPC_MOCK_MODE: 'OTTO_HANDLER_HOST와 관계없이 otto-handler에 접속하지 않음: 로그와 알림은 stdout으로',
  SPOOL_DIR:
    'otto-handler가 아직 받지 않은 로그와 알림을 두는 전용 폴더(docs/logs.md). 비우면 끝날 때 지우는 임시 폴더',
  SPOOL_MB_MAX: 'SPOOL_DIR에 두는 로그의 최대 MB. 넘으면 가장 오래된 것을 버리고 그 수를 셈',
  LOG_FOLLOWS_MAX: '동시에 따라 읽는 Worker 로그의 최대 수. 나머지는 대기. 0이면 읽지 않음',
  LOG_DRAIN_SECONDS: '로그를 끝까지 읽지 못해서 끝난 Worker의 Pod를 남겨 두는 최대 시간',
  LOG_SECRET_NAMES: '이름이 비밀처럼 보이는 변수 외에 Worker 로그에서 값을 가릴 변수의 이름, 쉼표로 구분',
  WORKER_LOG_ENDPOINT:
    'Worker가 이 gRPC 서버 또는 WORKER_LOG_PORT에 접속하는 주소, host:port. Worker는 이것을 자신만의 토큰과 함께 OTTO_LOG_ENDPOINT로 받음(docs/otto-agent.md). 비우면 둘 다 받지 않음',
  WORKER_LOG_PORT:
    '로그를 push하는 Worker 전용 포트. GRPC_PORT와 같이 암호화하되 클라이언트 인증서는 요구하지 않음(mTLS에는 필요함). 다른 것은 제공하지 않음. 0이면 빈 포트, off면 GRPC_PORT로 push',
  WORKER_LOG_CA:
    'Worker가 push하는 상대를 확인할 인증 기관의 PEM 파일. 각 Worker에 OTTO_LOG_CA로 전달. 교체되면 다시 읽음. system이면 Worker의 Node가 신뢰하는 기관. 비우면 평문',
  WORKER_TOKEN_KEY: 'Worker 토큰의 키. 비우면 한 번 만들어 NAMESPACE의 ConfigMap에 보관',
  LOG_RATE_LIMIT: 'Worker 하나가 초당 push할 수 있는 최대 줄 수',
  LOG_BUFFER_SIZE: 'Worker 하나가 응답을 받지 않은 채 push해 둘 수 있는 최대 줄 수',
  LOG_MESSAGE_BYTES_MAX: 'push하는 한 줄의 최대 바이트. 더 긴 줄은 otto-agent가 나눔',
  LOG_SESSIONS_MAX: '동시에 push하는 최대 Worker 수',
  REDIS_HOST: 'gRPC와 함께 스케일 이벤트를 받을 Redis(docs/redis.md). 비우면 읽지 않음',
  REDIS_PORT: '그 Redis의 포트',
  REDIS_USERNAME: '그 Redis의 사용자. 비우면 기본 사용자',
  REDIS_PASSWORD: '그 사용자의 비밀번호. 비우면 없음',
  REDIS_DB: '그 Redis의 데이터베이스 번호',
  REDIS_TLS: '그 Redis와 TLS로 통신. 자체 CA는 NODE_EXTRA_CA_CERTS로 지정',
  REDIS_STREAM: '이벤트 스트림의 이름',
  REDIS_GROUP: '그 스트림의 컨슈머 그룹',
  REDIS_CONSUMER: '그룹에서 이 프로세스만 쓰는 이름. 비우면 OTTO_IDENTITY, 그것도 없으면 호스트 이름',
  REDIS_DEAD_LETTERS: '처리하지 못한 이벤트를 이유와 함께 두는 스트림',
  REDIS_CLAIM_SECONDS: '컨슈머가 이 시간 동안 손대지 않은 엔트리는 다른 프로세스가 넘겨받음',
  SHUTDOWN_SECONDS: 'SIGTERM에서 종료까지의 최대 시간. terminationGracePeriodSeconds보다 작게 둘 것',
  RECORD_FILE:
    '일어난 일을 민감 정보를 가리고 기록하는 파일, `ottoscaler replay`용(docs/replay.md). 비우면 기록하지 않음',
  RECORD_MB_MAX: 'RECORD_FILE과 그 이전 파일 각각의 최대 MB',
  LOG_LEVEL: '출력할 로그의 최소 레벨',
  LOG_FORMAT: 'json = 한 줄에 레코드 하나, text = 사람이 읽는 형식',
  ENV_FILE: 'NAME=value 줄로 된 파일. 환경 변수가 우선',
};
