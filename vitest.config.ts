import { defineConfig } from 'vitest/config';

const project = (name: string, folders: string[], timeoutMs: number) => ({
  test: { name, include: folders.map((f) => `test/${f}/**/*.test.ts`), testTimeout: timeoutMs, hookTimeout: 60_000 },
});

/**
 * `unit` needs nothing but Node; `contract`, `integration` and `e2e` start real processes on free loopback
 * ports; `kubernetes` needs a real API server (KUBECONFIG) and is run by `npm run test:kubernetes` only.
 */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['unit'], 10_000),
      project('property', ['property'], 120_000),
      project('contract', ['contract'], 30_000),
      project('integration', ['integration'], 60_000),
      project('e2e', ['e2e'], 120_000),
      project('kubernetes', ['kubernetes'], 600_000),
    ],
  },
});
