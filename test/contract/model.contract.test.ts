/** The conformance suite against the model cluster: what the fault tests stand on must be like the others. */
import { connect } from '../simulation/model/connection.ts';
import { Network } from '../simulation/model/network.ts';
import { World } from '../simulation/model/world.ts';
import { podManifest } from '../support/pod-manifest.ts';
import type { SetUp } from './cluster-under-test.ts';
import { clusterSuite } from './cluster.suite.ts';
import { configMaps, leases } from '../../src/cluster/local/resources/registry.ts';

const onModel: SetUp = () => {
  const world = new World();
  const isRunning = { value: true };
  const cluster = connect(world, { network: new Network(world.clock) });
  void keepRunning(world, isRunning);
  return Promise.resolve({
    cluster,
    kubelet: {
      bind: (name) => done(() => world.bind(name)),
      setStatus: (name, patch) => done(() => world.setStatus(name, patch)),
      finishDeletion: (name) => done(() => world.remove(name)),
    },
    others: {
      createPod: (name) =>
        done(() => {
          const { metadata, ...rest } = podManifest(name);
          world.createPod({ ...rest, metadata: { ...metadata, labels: { 'managed-by': 'somebody-else' } } });
        }),
      createConfigMap: (name) =>
        done(() => {
          const draft = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { theirs: 'yes' } };
          world.store.create(configMaps, world.namespace, draft);
        }),
      deleteLease: (name) => done(() => void world.store.delete(leases, world.namespace, name)),
    },
    dispose: () => done(() => void (isRunning.value = false)),
  });
};

function done(act: () => void): Promise<void> {
  act();
  return Promise.resolve();
}

/** Virtual time passes as fast as the machine allows. */
async function keepRunning(world: World, isRunning: { value: boolean }): Promise<void> {
  while (isRunning.value) {
    world.clock.step(world.clock.now() + 1);
    await world.settle();
  }
}

clusterSuite('the model cluster', onModel);
