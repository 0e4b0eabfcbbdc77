/** `npm run docs:metrics`: writes docs/metrics.md's table from the registry that is served; `--check` only compares. */
import { Metrics } from '../src/metrics/metrics.ts';
import { generateTable } from './generated-table.ts';

const nothing = () => {
  throw new Error('no value is read here');
};
const metrics = new Metrics({ monotonicMs: () => 0, wallMs: () => 0 });
metrics.read({
  snapshot: nothing,
  drift: nothing,
  output: { counts: nothing, sessions: nothing },
  redis: nothing,
  leads: nothing,
  epoch: nothing,
  version: '',
});

const rows = metrics
  .describe()
  .toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
  .map(
    ({ name, type, labelNames, help }) =>
      `| \`${name}\` | ${type} | ${labelNames.map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} |`,
  );
const head = ['| metric | type | labels | meaning |', '| --- | --- | --- | --- |'];
await generateTable('docs/metrics.md', 'metrics', [...head, ...rows]);

/** Ours first. */
function rank(name: string): number {
  return name.startsWith('ottoscaler_') ? 0 : 1;
}
