import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { tags } from './test/reliability/tags.ts';

const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 60_000,
    setupFiles: ['test/support/drawn.ts'],
  },
});

const report = process.env['TEST_REPORT'];

/**
 * `unit`, `property`, `replay` and `simulation` need nothing but Node; `contract`, `integration` and `e2e` start real servers and
 * processes on free loopback ports; `kubernetes` needs a real API server (KUBECONFIG).
 */
export default defineConfig({
  test: {
    tags,
    // grpc-js dials TLS at 127.0.0.1 by that name, which is nothing for whoever reads what tests say.
    execArgv: ['--disable-warning=DEP0123'],
    // Much of their time is waiting; by default all but one core.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
    projects: [
      project('unit', 10_000),
      project('property', 120_000),
      project('replay', 30_000),
      project('simulation', 120_000),
      project('contract', 30_000),
      project('integration', 60_000),
      project('e2e', 120_000),
      project('kubernetes', 300_000),
    ],
  },
});
