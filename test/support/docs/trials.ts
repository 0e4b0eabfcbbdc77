/**
 * Where each command of the documents is run: here, by test/e2e/documents.test.ts, or by another test.
 *
 * test/unit/docs/commands.test.ts holds this table against the documents: a command that is not in it fails, and so does an
 * entry that no document has any more, or whose test does not mention what it is said to run.
 */
export interface Here {
  /** What is run, where the command itself needs another machine, or takes hours. */
  readonly as?: string;
  /** All that it writes. */
  readonly says: RegExp;
  /** Left out, with a word about it, where this program is not on the PATH. */
  readonly needs?: string;
  /** It stays until its page is over, or only until it has said that. */
  readonly stays?: 'for its page' | 'until it said so';
}

interface Elsewhere {
  /** What runs it: a test, or what CI runs before the tests. */
  readonly file: string;
  /** What stands there of it. */
  readonly mentions: string;
}

type Trial = Here | Elsewhere;

/** What every page has from where its readers are: a checkout, its packages installed, its programs built. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CHANGELOG.md',
  // README.ko.md has README.md's, which test/unit/docs/pages-in-korean.test.ts compares; docs/api.md is run by
  // test/e2e/api-page.test.ts.
  'docs/*.md',
  'docs/adr/*.md',
];
export const pagesOfTheirOwn: readonly string[] = ['docs/api.md'];

const ci = (mentions: string): Elsewhere => ({ file: '.ci/run', mentions });
const team = (mentions: string): Elsewhere => ({ file: 'test/integration/team-targets.test.ts', mentions });
const listening = /"msg":"Ottoscaler is listening"/;
/** Of a program whose work takes hours or a cluster, that it takes these options. */
const usage = (program: string): Here => ({ as: `node ${program} --help`, says: /^Usage: npm run / });

export const trials: Readonly<Record<string, Trial>> = {
  // README.md
  'make demo': ci('step demo told_if_broken demo make demo'),
  'make test': ci('suite tests test'),
  'npm ci && npm run build': { file: 'Makefile', mentions: 'npm ci' },
  'npm start': { says: listening, stays: 'for its page' },
  'npx test-scaling -action scale-up -workers 3 -task build-123 -watch': { says: /3 .*succeeded/ },
  'npx test-scaling -action status': { says: /./ },
  'npx test-scaling -action logs -task build-123 -follow': { says: /^otto-build-123-\S+ .*build-123/m },
  'npx test-scaling -action scale-down -workers 0 -task build-123': { says: /./ },
  'npx test-pipeline -type full': {
    file: 'test/kubernetes/pipeline-run.test.ts',
    mentions: "'-type', 'full'",
  },
  'npx test-pipeline -file pipeline.yaml': { says: /completed/i },
  'kubectl get pods -l managed-by=ottoscaler': { says: /^NAME|No resources found/, needs: 'kubectl' },
  'make setup-user USER=한진우': team("'setup-user USER=한진우': ["),
  'make build deploy port-forward': team("'port-forward': ["),
  'OTTO_CLUSTER=local npm start': { says: listening, stays: 'for its page' },
  'npx ottoscaler local-cluster': { says: /KUBECONFIG/, stays: 'for its page' },

  // CONTRIBUTING.md
  'make check': ci('step checks make check-static'),
  'make fmt': { as: 'make --dry-run fmt', says: /npm run --silent fmt/ },

  // docs/chaos.md, docs/performance.md, docs/simulation.md
  'KUBECONFIG=… AUDIT_LOG=… npm run chaos -- --kills 200 [--seed N] [--minutes M] [--json FILE]':
    usage('test/chaos/main.ts'),
  'npm run soak -- --minutes 120 [--clients N] [--json FILE]': usage('test/soak/main.ts'),
  'KUBECONFIG=… npm run bench -- create actors latency job failover pipeline': {
    as: 'node bench/main.ts --help',
    says: /create/,
  },
  'KUBECONFIG=… npm run bench -- pipeline': { as: 'node bench/main.ts --help', says: /pipeline/ },
  'npm run sim -- --seeds 1000': { as: 'npm run sim -- --help', says: /--seeds/ },
  'npm run sim -- --seed 805 --trace': { says: /0 violations/ },
  'npm run sim -- --seeds 10000 --minutes 30 --json coverage.json': {
    as: 'node test/simulation/main.ts --seed 805 --minutes 30 --json coverage.json && cat coverage.json',
    says: /\{/,
  },
  'npm run sim -- --seeds 50 --twice': {
    file: 'test/simulation/same-life.test.ts',
    mentions: 'a seed is one life',
  },

  // docs/client.md
  'npm pack': { file: 'test/e2e/package.test.ts', mentions: "'pack'" },
  'npm install ./ottoscaler-0.1.0.tgz': { file: 'test/e2e/package.test.ts', mentions: "'install'" },
  'npx test-scaling -action status -server localhost:9090': { says: /./ },

  // docs/deploy.md
  'docker build -t ottoscaler:latest .': { file: 'test/support/image-store.ts', mentions: 'buildah' },
  'docker build -t otto-agent:latest --target agent .': {
    file: 'test/kubernetes/deploy.test.ts',
    mentions: 'agent',
  },
  'kind create cluster': team('kind create cluster'),
  'docker build -t ottoscaler:latest . && kind load docker-image ottoscaler:latest': team(
    'kind load docker-image ottoscaler:latest',
  ),
  'kubectl apply -k k8s/overlays/kind': {
    file: 'test/kubernetes/deploy.test.ts',
    mentions: 'kubectl apply -k k8s/overlays/kind',
  },
  'kubectl rollout status deployment/ottoscaler': team('rollout status deployment/ottoscaler'),
  'kubectl port-forward deployment/ottoscaler 9090:9090': {
    file: 'test/support/port-forward.ts',
    mentions: "'port-forward'",
  },
  'npx test-pipeline -type simple': { says: /completed/i },
  'kubectl create namespace ottoscaler': {
    file: 'test/support/kubernetes.ts',
    mentions: "'create', 'namespace'",
  },
  'kubectl -n ottoscaler create secret generic ottoscaler-tls --from-file=tls.crt --from-file=tls.key --from-file=ca.crt':
    { file: 'test/support/production-overlay.ts', mentions: "'ottoscaler-tls'" },
  'kubectl -n ottoscaler create secret generic ottoscaler-credentials --from-file=credentials.json': {
    file: 'test/support/production-overlay.ts',
    mentions: "'ottoscaler-credentials'",
  },
  'kubectl apply -k k8s/overlays/production': {
    file: 'test/support/production-overlay.ts',
    mentions: 'k8s/overlays/production',
  },
  'kubectl apply -n my-namespace -f k8s/base/server/service-account.yaml -f k8s/base/workers/role.yaml': {
    file: 'test/kubernetes/rbac.test.ts',
    mentions: "'server/service-account.yaml', 'workers/role.yaml'",
  },

  // docs/replay.md, docs/inspector.md
  'RECORD_FILE=/var/lib/ottoscaler/incident.jsonl npx ottoscaler': {
    as: 'OTTO_CLUSTER=local RECORD_FILE=incident.jsonl npx ottoscaler',
    says: /"msg":"watching Pods"/,
    stays: 'until it said so',
  },
  'npx ottoscaler replay incident.jsonl': { says: /Every state is as it was/ },
  'HTTP_PORT=8080 npx ottoscaler replay incident.jsonl --inspect': {
    as: 'HTTP_PORT=0 npx ottoscaler replay incident.jsonl --inspect',
    says: /http:\/\//,
    stays: 'until it said so',
  },

  // docs/pipeline-file.md
  'npx test-pipeline -file pipeline.yaml -lint': { says: /rollback/ },
  'npx test-pipeline -file pipeline.yaml -id build-42 -sha "$(git rev-parse HEAD)"': { says: /completed/i },

  // docs/redis.md
  'REDIS_HOST=localhost npm start': {
    as: 'OTTO_CLUSTER=local REDIS_HOST=localhost npm start',
    says: /reading events from Redis/,
    stays: 'for its page',
  },
  'npx test-event -type scale_up -pods 2 -task build-42 -watch': { says: /2 .*succeeded/ },
  'make test-event': { as: 'make --dry-run test-event', says: /test-event\.js .*scale_up -pods 2 -watch/ },
  'make redis-cli': team("'redis-cli': ["),
  "redis-cli XADD otto:scale:events '*' type scale_up pod_count 2 task_id build-42": {
    as: `redis-cli -p "$REDIS_PORT" XADD otto:scale:events '*' type scale_up pod_count 2 task_id build-42`,
    says: /^"?\d+-\d+/,
  },

  // docs/team.md
  'make add-user USER=홍길동 SLUG=honggildong': team('add-user'),
  'make build': team("build: ['docker build"),
  'make deploy': team('deploy: ['),
  'make port-forward': team("'port-forward': ["),
  'npx test-scaling -action scale-up -workers 3 -task my-task-123 -watch': { says: /3 .*succeeded/ },
  'make logs': team('logs: ['),
  'make deploy DRY_RUN=1 ENV_FILE=.env.hanjinwoo.local': team('ENV_FILE='),
  'ENV_FILE=.env.hanjinwoo.local npm start': { file: 'test/e2e/env-file.test.ts', mentions: 'ENV_FILE' },
  'ENV_FILE=.env.hanjinwoo.local npx test-event -type scale_up -pods 2': {
    file: 'test/e2e/env-file.test.ts',
    mentions: 'test-event',
  },
  'make dev-start': team("'dev-start': ["),
  'make dev-shell': team("'dev-shell': ["),
  'make dev-stop': team("'dev-stop': ["),
  'make dev-clean': team("'dev-clean': ["),

  // docs/tracing.md
  'OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 npm start': {
    file: 'test/e2e/tracing.test.ts',
    mentions: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  },
};
