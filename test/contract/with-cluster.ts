/** A vitest `test` whose every run gets a fresh cluster namespace, disposed of also when the test fails. */
import { test as base } from 'vitest';
import type { ClusterUnderTest, SetUp } from './cluster-under-test.ts';

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type is vitest's own inference
export function withCluster(setUp: SetUp) {
  return base.extend<{ under: ClusterUnderTest }>({
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that a fixture needs from this pattern
    under: async ({}, use) => {
      const under = await setUp();
      try {
        await use(under);
      } finally {
        await under.dispose();
      }
    },
  });
}

export type ClusterTest = ReturnType<typeof withCluster>;
