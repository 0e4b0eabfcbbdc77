/** What the inspector serves whatever is looked at: its page and the charts. */
import { fileURLToPath } from 'node:url';
import type { HttpFallback, HttpRoute } from '../http/server.ts';
import { effectsOf } from '../inspector/chart.ts';
import { chartRoutes } from '../inspector/charts.ts';
import type { EffectsOf } from '../inspector/detail.ts';
import { pageFiles } from '../inspector/page-files.ts';
import { pipelineMachine } from '../machines/pipeline/pipeline.machine.ts';
import { poolMachine } from '../machines/pool/pool.machine.ts';
import { scaleDownMachine } from '../machines/scale/scale-down.machine.ts';
import { scaleUpMachine } from '../machines/scale/scale-up.machine.ts';
import { stageMachine } from '../machines/stage/stage.machine.ts';
import { workerMachine } from '../machines/worker/worker.machine.ts';
import { versions } from './versions.ts';

/** By their own ids. */
export const charts = {
  pool: poolMachine,
  pipeline: pipelineMachine,
  stage: stageMachine,
  worker: workerMachine,
  scaleUp: scaleUpMachine,
  scaleDown: scaleDownMachine,
};

const effects = Object.fromEntries(
  Object.entries(charts).map(([name, machine]) => [name, effectsOf(machine)]),
);

export const effectsOfCharts: EffectsOf = (chart) => effects[chart] ?? (() => undefined);

/** Where the page is built; the same place for the program as it is written and as it is built. */
const pageFolder = fileURLToPath(new URL('../../dist/page', import.meta.url));

export function pageParts(): { readonly routes: readonly HttpRoute[]; readonly fallback?: HttpFallback } {
  const files = pageFiles(pageFolder);
  return { routes: chartRoutes(Object.values(charts)), ...(files ? { fallback: files } : {}) };
}

export function ownVersion(): string {
  return versions()['ottoscaler'] ?? '';
}
