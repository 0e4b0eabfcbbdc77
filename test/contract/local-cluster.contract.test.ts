/** The conformance suite against the embedded local cluster, whose node the tests play themselves. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalCluster } from '../../src/cluster/local/local-cluster.ts';
import { onApiServer } from '../support/api-server-under-test.ts';
import type { SetUp } from './cluster-under-test.ts';
import { clusterSuite } from './cluster.suite.ts';

const onLocalCluster: SetUp = async () => {
  const undo: (() => Promise<void>)[] = [];
  const dispose = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const directory = await mkdtemp(path.join(tmpdir(), 'ottoscaler-contract-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const local = await startLocalCluster({ directory, node: false });
    undo.push(() => local.close());
    const under = await onApiServer(local.kubeconfigPath, 'none')();
    undo.push(() => under.dispose());
    return { ...under, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
};

clusterSuite('the embedded local cluster', onLocalCluster);
