/**
 * A process that hosts a local cluster with one Pod, for the test that kills it. Prints the two process ids that the
 * Pod prints, as JSON.
 */
import { podsUrl, scriptPod, startTestCluster } from './local-cluster.client.ts';

const [directory = '', script = ''] = process.argv.slice(2);
const cluster = await startTestCluster({ directory });
await cluster.call('POST', podsUrl, scriptPod('p', script));
await cluster.pod('p', (pod) => pod?.status.phase === 'Running');
const follow = cluster.stream(`${podsUrl}/p/log?follow=true`);
await follow.find(() => follow.lines.length >= 2);
console.log(JSON.stringify(follow.lines.map(Number)));
