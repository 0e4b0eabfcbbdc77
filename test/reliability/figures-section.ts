/** The figures of the last runs as tables: whatever a run has told, in words made of its names. */
import type { KeptFigures } from './kept-figures.ts';

/** How each kind is made anew. */
const commands: Readonly<Record<string, string>> = {
  simulation: 'npm run sim -- --seeds 1000 --json .tmp/reliability/simulation.json',
  'crash-enumeration':
    'RELIABILITY_DIR=.tmp/reliability npx vitest run test/integration/crash-enumeration.test.ts',
  'output-crashes': 'RELIABILITY_DIR=.tmp/reliability npx vitest run test/simulation/output-crashes.test.ts',
  'event-crashes': 'RELIABILITY_DIR=.tmp/reliability npx vitest run test/simulation/event-crashes.test.ts',
  mutants: 'RELIABILITY_DIR=.tmp/reliability npx vitest run test/integration/mutants.test.ts',
  chaos: 'npm run chaos -- --kills 200 --json .tmp/reliability/chaos.json',
  redis:
    'RELIABILITY_DIR=.tmp/reliability REDIS_EVENTS=10000 npx vitest run test/e2e/redis-exactly-once.test.ts',
  soak: 'npm run soak -- --minutes 120 --json .tmp/reliability/soak.json',
  bench: 'npm run bench -- recovery failover --json > .tmp/reliability/bench.json',
};

/** Told elsewhere on the page. */
const shownElsewhere = new Set(['at', 'setup', 'faults', 'caughtBy', 'host', 'benchmarks']);

export function figuresSection(figures: KeptFigures): string {
  const kinds = Object.keys(commands).map((kind) => {
    const found = figures[kind];
    const head = `### ${kind}\n\n\`${commands[kind]}\``;
    if (!found) return `${head}\n\nNot run yet.`;
    const rows = [...rowsOf(found), ...benchmarksOf(found)].map(([what, value]) => `| ${what} | ${value} |`);
    return `${head}\n\n${found.at.slice(0, 10)}, ${found.setup}\n\n| | |\n| --- | --- |\n${rows.join('\n')}`;
  });
  return ['## Figures of the last runs', ...kinds].join('\n\n');
}

function* rowsOf(found: Readonly<Record<string, unknown>>, path = ''): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(found)) {
    if (path === '' && shownElsewhere.has(key)) continue;
    const what = `${path}${words(key)}`;
    if (Array.isArray(value)) yield [what, String(value.length)];
    else if (isTree(value)) yield* rowsOf(value, `${what}: `);
    else yield [what, String(value)];
  }
}

/** What `npm run bench -- --json` tells: the median of each row. */
function* benchmarksOf(found: Readonly<Record<string, unknown>>): Generator<readonly [string, string]> {
  const benchmarks = (found['benchmarks'] ?? []) as ReadonlyArray<{
    readonly name: string;
    readonly rows: ReadonlyArray<{
      readonly what: string;
      readonly unit: string;
      readonly values: readonly number[];
    }>;
  }>;
  for (const { name, rows } of benchmarks)
    for (const { what, unit, values } of rows) {
      const sorted = values.toSorted((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
      yield [`${name}: ${what}`, `${Math.round(median * 10) / 10} ${unit}`];
    }
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function words(key: string): string {
  return key.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
