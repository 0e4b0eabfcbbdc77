/**
 * The conformance suite of the cluster port: every adapter, and a real kube-apiserver, must pass it as it is.
 */
import { describe, expect } from 'vitest';
import type { SetUp } from './cluster-under-test.ts';
import { withCluster } from './with-cluster.ts';
import { podsSuite } from './pods.suite.ts';
import { leasesSuite } from './leases.suite.ts';
import { logsSuite } from './logs.suite.ts';
import { recordsSuite } from './records.suite.ts';
import { reflectSuite } from './reflect.suite.ts';

export function clusterSuite(name: string, setUp: SetUp): void {
  describe(`cluster port: ${name}`, () => {
    const test = withCluster(setUp);

    test('names the version of the cluster when probed', async ({ under }) => {
      expect((await under.cluster.probe()).version).toMatch(/^v?\d+\.\d+/);
    });

    podsSuite(test);
    logsSuite(test);
    reflectSuite(test);
    recordsSuite(test);
    leasesSuite(test);
  });
}
