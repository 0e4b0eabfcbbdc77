/**
 * Every setting of the server: its environment variable, its default, its rule, its meaning.
 *
 * The one table that the program reads and docs/configuration.md shows (`npm run docs:settings`). A value that breaks
 * its rule stops the program with one line that says which and why.
 */
import { z } from 'zod';

interface Setting {
  readonly default: string;
  readonly rule: z.ZodType<unknown, string>;
  readonly meaning: string;
}

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const boolean = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'must be a Kubernetes quantity such as 500m or 128Mi');

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const setting = <R extends z.ZodType<unknown, string>>(fallback: string, rule: R, meaning: string) =>
  ({ default: fallback, rule, meaning }) as const satisfies Setting;

export const settings = {
  GRPC_HOST: setting(
    '127.0.0.1',
    z.string().min(1, 'must not be empty'),
    'Address to listen on. Outside loopback it takes TLS and GRPC_CREDENTIALS, or GRPC_PLAINTEXT (docs/security.md)',
  ),
  GRPC_PORT: setting('9090', integer(0, 65_535), 'Port of the gRPC server; 0 picks a free one'),
  GRPC_PLAINTEXT: setting(
    'false',
    boolean,
    'Allow unencrypted, unauthenticated gRPC on an address outside loopback',
  ),
  HTTP_HOST: setting(
    '127.0.0.1',
    z.string().min(1, 'must not be empty'),
    'Address of the HTTP port. Without GRPC_CREDENTIALS whoever reaches it sees all that it shows, and on loopback may act',
  ),
  HTTP_PORT: setting(
    '8080',
    z.union([z.literal('off'), integer(0, 65_535)], 'must be a whole number from 0 to 65535, or off'),
    "Port of the inspector's page, /healthz, /readyz and /metrics (docs/metrics.md); 0 picks a free one, off opens none",
  ),
  HTTP_TLS_CERT: setting(
    '',
    z.string(),
    "PEM file of the HTTP port's certificate, and of those that vouch for it; read again when replaced; empty = plaintext",
  ),
  HTTP_TLS_KEY: setting('', z.string(), 'PEM file of its private key'),
  GRPC_TLS_CERT: setting(
    '',
    z.string(),
    "PEM file of the gRPC server's certificate, and of those that vouch for it; read again when replaced; empty = plaintext",
  ),
  GRPC_TLS_KEY: setting('', z.string(), 'PEM file of its private key'),
  GRPC_TLS_CLIENT_CA: setting(
    '',
    z.string(),
    'PEM file of the authority whose client certificates are asked for (mTLS); empty = callers need none',
  ),
  GRPC_CREDENTIALS: setting(
    '',
    z.string(),
    'JSON file of who may call as what (docs/security.md); read again when replaced; empty = whoever can connect may do everything',
  ),
  GRPC_CALLS_PER_PEER_MAX: setting(
    '1000',
    integer(1, 100_000),
    'Most calls, streams included, that one address may have under way',
  ),
  OTTO_CLUSTER: setting(
    'kubernetes',
    choice('kubernetes', 'local'),
    'Where Pods run: a Kubernetes cluster, or the embedded local one (processes on this machine, isolates nothing)',
  ),
  LOCAL_CLUSTER_DIR: setting(
    '',
    z.string(),
    'Where the embedded cluster keeps its kubeconfig and logs; empty = a new temporary directory, removed at the end',
  ),
  LEADER_ELECTION: setting(
    'true',
    boolean,
    'Of all that share a namespace one leads and the others stand by; never with OTTO_CLUSTER=local, which nobody shares',
  ),
  LEASE_NAME: setting(
    'ottoscaler',
    z
      .string()
      .regex(
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        'must be a name of lower-case letters, digits and dashes',
      ),
    'Lease that the leader holds, in NAMESPACE',
  ),
  LEASE_SECONDS: setting(
    '6',
    integer(3, 600),
    'How long those who stand by wait after the last renewal that they saw',
  ),
  LEASE_RENEW_SECONDS: setting(
    '4',
    integer(2, 599),
    'How long the leader goes on after its last renewal; less than LEASE_SECONDS',
  ),
  LEASE_RETRY_SECONDS: setting(
    '1',
    integer(1, 598),
    'Between two renewals, and between two looks at the lease; less than LEASE_RENEW_SECONDS',
  ),
  OTTO_IDENTITY: setting(
    '',
    z.string().regex(/^[\x21-\x7e]{0,253}$/, 'must be at most 253 printable characters without spaces'),
    "Name in the lease; a Pod's own name lets a container that was started again lead on at once; empty = the host's name and a random suffix",
  ),
  NAMESPACE: setting(
    'default',
    z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a namespace name'),
    'Namespace of worker Pods and ledgers',
  ),
  OTTO_AGENT_IMAGE: setting(
    'busybox:latest',
    z.string().min(1, 'must not be empty'),
    'Image of workers that name none',
  ),
  KUBERNETES_EVENTS: setting(
    'true',
    boolean,
    'Tell what becomes of workers and commands by Kubernetes Events, for `kubectl describe`; without the right to create them it is not told',
  ),
  IMAGE_ALLOW_LIST: setting(
    '',
    list,
    'Comma-separated patterns of images that callers may name, such as registry.example.com/ci/*; empty = every image',
  ),
  WORKERS_LIVE_MAX: setting(
    '200',
    integer(1, 100_000),
    'Most workers whose Pods may use resources at a time; the rest wait in line',
  ),
  WORKERS_PER_COMMAND_MAX: setting('100', integer(1, 1_000), 'Most workers one ScaleUp may ask for'),
  WORKER_CPU_REQUEST: setting('50m', quantity, 'CPU request of workers that name none'),
  WORKER_CPU_LIMIT: setting('500m', quantity, 'CPU limit of workers that name none'),
  WORKER_MEMORY_REQUEST: setting('32Mi', quantity, 'Memory request of workers that name none'),
  WORKER_MEMORY_LIMIT: setting('128Mi', quantity, 'Memory limit of workers that name none'),
  WORKER_SECURITY: setting(
    'restricted',
    choice('restricted', 'none'),
    "Security of worker Pods: Pod Security's restricted profile, or the image's own user",
  ),
  WORKER_RUN_AS_USER: setting('65532', integer(1, 2_147_483_647), 'User id of restricted workers'),
  WORKER_TIMEOUT_SECONDS: setting(
    '3600',
    integer(1, 86_400),
    'Longest a worker may run, and how long one may that names no timeout_seconds',
  ),
  WORKER_QUEUE_SECONDS: setting('3600', integer(1, 86_400), 'Longest a worker waits for capacity'),
  WORKER_PENDING_SECONDS: setting(
    '600',
    integer(1, 86_400),
    'Longest from admission until the container runs',
  ),
  WORKER_GRACE_SECONDS: setting(
    '10',
    integer(0, 3_600),
    'From SIGTERM to SIGKILL when a worker is terminated',
  ),
  PIPELINE_TIMEOUT_SECONDS: setting(
    '21600',
    integer(1, 86_400),
    'Longest a pipeline may run, and how long one may that names no timeout_seconds; stages that come at the end are exempt',
  ),
  PIPELINE_STAGES_MAX: setting('1000', integer(1, 10_000), 'Most stages of a pipeline'),
  PIPELINE_WORKERS_MAX: setting(
    '2000',
    integer(1, 10_000),
    'Most workers of a pipeline, all stages together',
  ),
  PIPELINE_INFRA_RETRIES: setting(
    '3',
    integer(0, 10),
    'Retries of a worker that was evicted, lost its node, or met a hiccup of the image registry; the retry policy of its stage is not charged',
  ),
  WORKER_HISTORY_SECONDS: setting(
    '3600',
    integer(0, 86_400),
    'How long GetWorkerStatus remembers finished workers',
  ),
  OTTO_HANDLER_HOST: setting(
    '',
    z.string().regex(/^$|^[^\s:]\S*:\d{1,5}$/, 'must be host:port'),
    "Where otto-handler takes workers' log lines and notices of their lives, as host:port; empty = they go to stdout",
  ),
  OTTO_HANDLER_TLS_CA: setting(
    '',
    z.string(),
    'PEM file of the authority that vouches for otto-handler; read again when replaced; system = those that Node trusts; empty = plaintext',
  ),
  OTTO_HANDLER_TLS_CERT: setting(
    '',
    z.string(),
    'PEM file of the certificate that is shown to otto-handler (mTLS); read again when replaced',
  ),
  OTTO_HANDLER_TLS_KEY: setting('', z.string(), 'PEM file of its private key'),
  OTTO_HANDLER_TOKEN_FILE: setting(
    '',
    z.string(),
    'File of the token that is shown to otto-handler, as `authorization: Bearer …`; read again when replaced; empty = none',
  ),
  GRPC_MOCK_MODE: setting(
    'false',
    boolean,
    'Contact no otto-handler, whatever OTTO_HANDLER_HOST says: lines and notices go to stdout',
  ),
  SPOOL_DIR: setting(
    '',
    z.string(),
    'Folder of its own for lines and notices that otto-handler has not taken yet (docs/logs.md); empty = a temporary one, removed at the end',
  ),
  SPOOL_MB_MAX: setting(
    '1024',
    integer(1, 1_000_000),
    'Most MB of log lines in SPOOL_DIR; beyond it the oldest are dropped and counted',
  ),
  LOG_FOLLOWS_MAX: setting(
    '1000',
    integer(0, 100_000),
    'Most logs of workers that are followed at a time, the others wait; 0 = none is read',
  ),
  LOG_DRAIN_SECONDS: setting(
    '30',
    integer(2, 3_600),
    "Longest that a finished worker's Pod is kept because its log is not read to the end yet",
  ),
  LOG_SECRET_NAMES: setting(
    '',
    list,
    "Comma-separated names of variables whose values are hidden in workers' lines, beside those that are called like secrets",
  ),
  WORKER_LOG_ENDPOINT: setting(
    '',
    z.string().regex(/^$|^[^\s:]\S*:\d{1,5}$/, 'must be host:port'),
    'Where workers reach this gRPC server, or its WORKER_LOG_PORT, as host:port: they get it as OTTO_LOG_ENDPOINT with a token of their own (docs/otto-agent.md); empty = they get neither',
  ),
  WORKER_LOG_PORT: setting(
    'off',
    z.union([z.literal('off'), integer(0, 65_535)], 'must be a whole number from 0 to 65535, or off'),
    'Port of its own for workers that push, encrypted as GRPC_PORT is and without client certificates (mTLS needs it); nothing else is served there; 0 picks a free one, off = they push to GRPC_PORT',
  ),
  WORKER_LOG_CA: setting(
    '',
    z.string(),
    'PEM file of the authorities by which workers know whom they push to, given to each as OTTO_LOG_CA; read again when replaced; system = those that their Node trusts; empty = plaintext',
  ),
  WORKER_TOKEN_KEY: setting(
    '',
    z.string().regex(/^$|^.{16,}$/, 'must have at least 16 characters'),
    "Key of the workers' tokens; empty = one that is drawn once and kept in a ConfigMap of NAMESPACE",
  ),
  LOG_RATE_LIMIT: setting('100', integer(1, 1_000_000), 'Most lines a second that a worker may push'),
  LOG_BUFFER_SIZE: setting(
    '50',
    integer(1, 10_000),
    'Most lines that a worker may have pushed and that are not answered',
  ),
  LOG_MESSAGE_BYTES_MAX: setting(
    '1024',
    integer(64, 262_144),
    'Most bytes of a line that is pushed; otto-agent splits longer ones',
  ),
  LOG_SESSIONS_MAX: setting('1000', integer(1, 100_000), 'Most workers that push at a time'),
  REDIS_HOST: setting(
    '',
    z.string(),
    'Redis whose stream brings scale events beside gRPC (docs/redis.md); empty = none is read',
  ),
  REDIS_PORT: setting('6379', integer(1, 65_535), 'Port of that Redis'),
  REDIS_USERNAME: setting('', z.string(), 'User of that Redis; empty = its default user'),
  REDIS_PASSWORD: setting('', z.string(), 'Password of that user; empty = none'),
  REDIS_DB: setting('0', integer(0, 65_535), 'Database of that Redis'),
  REDIS_TLS: setting(
    'false',
    boolean,
    'Speak TLS with that Redis; NODE_EXTRA_CA_CERTS names a CA of your own',
  ),
  REDIS_STREAM: setting('otto:scale:events', z.string().min(1, 'must not be empty'), 'Stream of the events'),
  REDIS_GROUP: setting('ottoscaler', z.string().min(1, 'must not be empty'), 'Consumer group on that stream'),
  REDIS_CONSUMER: setting(
    '',
    z.string(),
    "Name of this process in the group, of no other; empty = OTTO_IDENTITY, else the host's name",
  ),
  REDIS_DEAD_LETTERS: setting(
    'otto:scale:events:dead',
    z.string().min(1, 'must not be empty'),
    'Stream of the events that could not be carried out, each with the reason',
  ),
  REDIS_CLAIM_SECONDS: setting(
    '60',
    integer(1, 3_600),
    'How long an entry has to be left alone by its consumer, of whichever process, until another takes it over',
  ),
  SHUTDOWN_SECONDS: setting(
    '20',
    integer(1, 600),
    'Longest from SIGTERM to the end; keep it below terminationGracePeriodSeconds',
  ),
  RECORD_FILE: setting(
    '',
    z.string(),
    'File in which the server records what happens, redacted, for `ottoscaler replay` (docs/replay.md); empty = none',
  ),
  RECORD_MB_MAX: setting('64', integer(1, 10_000), 'Most MB of RECORD_FILE, and of the one before it'),
  LOG_LEVEL: setting(
    'info',
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'Least level of log lines',
  ),
  LOG_FORMAT: setting('json', choice('json', 'text'), 'json = one record a line; text = for a person'),
  ENV_FILE: setting('', z.string(), 'A file of NAME=value lines; the environment outranks it'),
} as const satisfies Record<string, Setting>;

export type Settings = {
  readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]['rule']>;
};
