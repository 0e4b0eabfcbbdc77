/**
 * The followed log of a model Pod: what it has written so far, all at the time of its creation, and the end.
 */
import { asPod } from '../../../src/cluster/local/pod.ts';
import { pods as podType } from '../../../src/cluster/local/resources/registry.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

export async function* followLog(world: World, network: Network, name: string): AsyncGenerator<Buffer> {
  const text = await network.call('pods.log', name, () => {
    const { metadata, status } = asPod(world.store.get(podType, world.namespace, name));
    const written = status.phase === 'Pending' ? '' : world.logOf(name);
    return written.replaceAll(/[^\n]*\n|[^\n]+$/g, (line) => `${metadata.creationTimestamp ?? ''} ${line}`);
  });
  if (text !== '') yield Buffer.from(text);
}
