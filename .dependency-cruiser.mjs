/**
 * The layers of ARCHITECTURE.md as errors. A folder may import what its row allows and nothing else;
 * each SDK is imported from one folder only.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const sdk = (name, packages, home) => ({
  name,
  severity: 'error',
  comment: `${packages} may be imported only from ${home}`,
  from: { path: '^src', pathNot: home },
  to: { path: `node_modules/(${packages})/` },
});

/** They import nothing; every folder of src but the pure machines may import them. */
const leaves = '^src/error-message\\.ts$';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(src|web)' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'leaves-import-nothing',
      severity: 'error',
      from: { path: leaves },
      to: { path: '.+' },
    },
    {
      name: 'machines-are-pure',
      severity: 'error',
      comment: 'statecharts and decisions: no I/O, no clock, no randomness, no logger',
      from: { path: '^src/machines' },
      to: { pathNot: '^(src/machines|node_modules/xstate/)' },
    },
    {
      name: 'cluster-knows-only-machine-types',
      severity: 'error',
      from: { path: '^src/cluster' },
      to: {
        path: '^src/(machines|actors|rpc|cli|inspector|main|config|log)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'cluster-types-from-machines-only',
      severity: 'error',
      from: { path: '^src/cluster' },
      to: { path: '^src/(actors|rpc|cli|inspector|main|config|log)' },
    },
    {
      name: 'local-cluster-stands-alone',
      severity: 'error',
      comment: 'the embedded Kubernetes knows nothing of Ottoscaler: it is a peer behind HTTP',
      from: { path: '^src/cluster/local' },
      to: { path: '^src/', pathNot: [leaves, '^src/cluster/local'] },
    },
    {
      name: 'actors-know-ports-not-adapters',
      severity: 'error',
      from: { path: '^src/actors' },
      to: { path: '^src/(cluster/(kubernetes|local|model)|rpc|cli|inspector|main)' },
    },
    {
      name: 'rpc-knows-actors-as-refs',
      severity: 'error',
      from: { path: '^src/rpc' },
      to: { path: '^src/(actors|cluster|cli|inspector|main)' },
    },
    {
      name: 'rpc-knows-only-machine-types',
      severity: 'error',
      from: { path: '^src/rpc' },
      to: { path: '^src/machines', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-client-is-what-others-import',
      severity: 'error',
      comment: 'whoever imports the package loads this and no server',
      from: { path: '^src/client' },
      to: { path: '^src/', pathNot: [leaves, '^src/(client|rpc/(client|generated))'] },
    },
    {
      name: 'cli-is-a-grpc-client',
      severity: 'error',
      from: { path: '^src/cli' },
      to: { path: '^src/', pathNot: [leaves, '^src/(cli|rpc/(client|generated|validate/stage-graph))'] },
    },
    {
      name: 'logs-know-ports-not-actors',
      severity: 'error',
      comment: 'control and data are apart: lines come and go by ports, and no chart is known here',
      from: { path: '^src/logs' },
      to: {
        path: '^src/',
        pathNot: [leaves, '^src/(logs|actors/(ports|backoff)|cluster/port)'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-agent-is-a-grpc-client',
      severity: 'error',
      comment: 'it runs in images of workers, where every file that it loads costs the command time',
      from: { path: '^src/agent' },
      to: { path: '^src/', pathNot: [leaves, '^src/(agent|logs/(push-marker|sessions)|rpc/push-client)'] },
    },
    {
      name: 'redis-is-another-door',
      severity: 'error',
      comment:
        'an event stands for a gRPC caller: it is judged and answered by the same code, without gRPC itself',
      from: { path: '^src/redis' },
      to: {
        path: '^src/',
        pathNot: [
          leaves,
          '^src/(redis|actors/(ports|backoff)|rpc/(status|generated|validate|services/scale))',
        ],
      },
    },
    {
      name: 'redis-belongs-to-programs',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(redis|programs|events-cli|metrics)' },
      to: { path: '^src/redis' },
    },
    {
      name: 'test-event-is-a-client',
      severity: 'error',
      comment: 'it adds to a stream and asks over gRPC; what becomes of an event is decided elsewhere',
      from: { path: '^src/events-cli' },
      to: {
        path: '^src/',
        pathNot: [
          leaves,
          '^src/(events-cli|cli|config|redis/(redis-place|redis-connection|replies|event-stream|dead-letter)|rpc/(client|generated))',
        ],
      },
    },
    {
      name: 'programs-belong-to-main',
      severity: 'error',
      comment: 'the composition may import everything; only main imports it',
      from: { path: '^src', pathNot: '^src/(programs|main\\.ts)' },
      to: { path: '^src/programs' },
    },
    {
      name: 'recording-stands-beside-the-actors',
      severity: 'error',
      comment:
        'it rebuilds the charts and wraps whatever fills their slots; which effects those are it does not know',
      from: { path: '^src/recording' },
      to: { path: '^src/', pathNot: [leaves, '^src/(recording|machines)'] },
    },
    {
      name: 'nobody-knows-that-it-is-recorded',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(recording|programs)' },
      to: { path: '^src/recording' },
    },
    {
      name: 'http-stands-alone',
      severity: 'error',
      comment: 'routes are handed to it; what they tell is known where they are made',
      from: { path: '^src/http' },
      to: { path: '^src/', pathNot: [leaves, '^src/http'] },
    },
    {
      name: 'the-inspector-looks-on',
      severity: 'error',
      comment: 'it reads what actors remember and knows their types only; what it may do is handed in',
      from: { path: '^src/inspector' },
      to: {
        path: '^src/',
        pathNot: [leaves, '^src/(inspector|http|logs/redact)'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-inspector-knows-no-cluster',
      severity: 'error',
      from: { path: '^src/inspector' },
      to: { path: '^src/(actors|cluster|cli|redis|agent|recording|rpc|config)' },
    },
    {
      name: 'nobody-knows-that-it-is-inspected',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(inspector|programs)' },
      to: { path: '^src/inspector' },
    },
    {
      name: 'the-page-knows-its-protocol',
      severity: 'error',
      comment: 'it is built for browsers: of src it knows what is said on the wire, and that only as types',
      from: { path: '^web' },
      to: { path: '^src/', pathNot: '^src/inspector/protocol\\.ts$' },
    },
    {
      name: 'the-page-knows-types-only',
      severity: 'error',
      from: { path: '^web' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-page-belongs-to-browsers',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^web' },
    },
    { name: 'main-is-the-root', severity: 'error', from: { path: '.+' }, to: { path: '^src/main\\.ts$' } },
    {
      name: 'metrics-read-and-are-told',
      severity: 'error',
      comment: 'they know the shapes of what they show; what shows it is handed in',
      from: { path: '^src/metrics' },
      to: {
        path: '^src/',
        pathNot: [leaves, '^src/(metrics|machines/failure|actors/observer)'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'traces-are-made-of-what-is-seen',
      severity: 'error',
      from: { path: '^src/tracing' },
      to: {
        path: '^src/',
        pathNot: [leaves, '^src/(tracing|actors/ports)'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-knows-that-it-is-traced',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(tracing|programs)' },
      to: { path: '^src/tracing' },
    },
    {
      name: 'nobody-knows-that-it-is-measured',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(metrics|programs)' },
      to: { path: '^src/metrics' },
    },
    sdk('xstate-home', 'xstate', '^src/(machines|actors|programs|recording|inspector)'),
    sdk('grpc-home', '@grpc|grpc-health-check', '^src/rpc'),
    sdk('kubernetes-home', '@kubernetes|undici|js-yaml', '^src/cluster/kubernetes'),
    sdk('redis-home', '@redis', '^src/redis/redis-connection\\.ts$'),
    sdk('opentelemetry-home', '@opentelemetry', '^src/tracing'),
    sdk('prom-client-home', 'prom-client', '^src/metrics'),
    sdk('pino-home', 'pino|pino-pretty', '^src/log\\.ts$'),
    sdk('zod-home', 'zod', '^src/(config|actors/ledger|cli/pipeline|recording|inspector)'),
    sdk('websocket-home', 'ws|sirv', '^src/inspector'),
    sdk('terminal-home', 'commander|log-update|cli-table3', '^src/(cli|events-cli|main\\.ts)'),
    sdk('yaml-home', 'yaml', '^src/cli/pipeline/file'),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
