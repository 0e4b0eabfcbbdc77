/** Runs about what a name stands for: a stranger's Pod under it, and a command that is sent after its end. */
import { podManifest } from '../../support/pod-manifest.ts';
import { scaleUpCommand } from '../../support/orders.ts';
import { judge } from '../oracle/judge.ts';
import { briefly } from '../model/kubelet.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';

/** @returns what went wrong when one of two names belonged to a Pod that is not ours. */
export async function meetForeignPod(compose?: Compose): Promise<readonly string[]> {
  const options = compose ? { compose } : {};
  const [theirs = '', ours = ''] = await namesOfTwo();
  const world = new World({ scripts: (name) => (name === theirs ? undefined : briefly) });
  const { metadata, ...rest } = podManifest(theirs);
  world.createPod({ ...rest, metadata: { ...metadata, labels: { 'managed-by': 'somebody-else' } } });
  const otto = new Ottoscaler(world, options);
  const answer = await otto.scaleUp(scaleUpCommand({ workerCount: 2 }));
  const broken = [...(await judge(world, otto, { podNames: [ours], ledgers: 1 }))];
  if (answer === 'no answer' || answer.kind === 'refused' || answer.failedCount !== 1)
    broken.push(`the answer says nothing of the foreign Pod: ${JSON.stringify(answer)}`);
  const failed = otto.views().find(({ podName }) => podName === theirs);
  if (!failed?.errorMessage.includes('that is not ours'))
    broken.push(`the worker's status says nothing of the foreign Pod: ${failed?.errorMessage}`);
  return broken;
}

/** @returns what went wrong when a command was sent again after its Pods were gone, and to the next process. */
export async function replayAfterTheEnd(compose?: Compose): Promise<readonly string[]> {
  const options = compose ? { compose } : {};
  const world = new World({ scripts: () => briefly });
  const command = scaleUpCommand({ workerCount: 2 });
  let otto = new Ottoscaler(world, { ...options, seed: 1 });
  const answers = [await otto.scaleUp(command)];
  await world.run(() => otto.isIdle);
  answers.push(await otto.scaleUp(command));
  await world.run(() => otto.isIdle);
  otto.kill();
  otto = new Ottoscaler(world, { ...options, seed: 2 });
  answers.push(await otto.scaleUp(command));
  const podNames = await namesOfTwo();
  const broken = [...(await judge(world, otto, { podNames, ledgers: 1 }))];
  for (const [index, answer] of answers.entries()) {
    const isSame = answer !== 'no answer' && answer.kind === 'accepted' && answer.replayed === index > 0;
    if (!isSame || answer.podNames.join() !== podNames.join())
      broken.push(`answer ${index} is ${JSON.stringify(answer)}`);
  }
  return broken;
}

/** The names of two workers of the default command: they follow from it alone. */
async function namesOfTwo(): Promise<readonly string[]> {
  const world = new World({ scripts: () => briefly });
  const answer = await new Ottoscaler(world).scaleUp(scaleUpCommand({ workerCount: 2 }));
  return answer !== 'no answer' && answer.kind === 'accepted' ? answer.podNames : [];
}
