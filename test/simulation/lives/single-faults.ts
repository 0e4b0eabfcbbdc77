/** Lives with one fault each, as sharp as it gets; what went wrong in them is returned. */
import { podNamesOf } from '../../../src/actors/ledger/order.ts';
import { configMaps, pods } from '../../../src/cluster/local/resources/registry.ts';
import { scaleUpCommand } from '../../support/orders.ts';
import { podManifest, type PodManifestOptions } from '../../support/pod-manifest.ts';
import { pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { always, refused, served, type FaultPlan } from '../model/fault-plan.ts';
import { briefly, forGood } from '../model/kubelet.ts';
import { Ottoscaler, type Compose, type OttoscalerOptions } from '../model/ottoscaler.ts';
import { PipelineBench } from '../model/pipeline-bench.ts';
import { World } from '../model/world.ts';
import { judge } from '../oracle/judge.ts';

export type SingleFault = (compose?: Compose) => Promise<readonly string[]>;

const command = scaleUpCommand();
const podNames = podNamesOf('default', command);
const composed = (compose: Compose | undefined): OttoscalerOptions => (compose ? { compose } : {});

/** A Pod that somebody put under a worker's name: our label is not on it, and nothing runs it. */
function foreignPod(world: World, name: string, options: PodManifestOptions = {}): void {
  const { metadata, ...rest } = podManifest(name, options);
  world.createPod({ ...rest, metadata: { ...metadata, labels: { 'managed-by': 'somebody-else' } } });
}

/** Before a worker's Pod is to be deleted it has gone, which is told late, and a stranger's has its name. */
export const replacedBeforeItsDelete: SingleFault = async (compose) => {
  let isReplaced = false;
  const world = new World({ scripts: () => (isReplaced ? undefined : briefly) });
  const plan: FaultPlan = ({ verb, name }) => {
    // Of whoever deletes, the first look at it: the deletion itself.
    if ((verb !== 'pods.delete' && verb !== 'pods.read') || isReplaced) return served;
    isReplaced = true;
    for (const { uid } of world.pods) world.audit.takenAway.add(uid);
    world.remove(name);
    foreignPod(world, name);
    return served;
  };
  const otto = new Ottoscaler(world, {
    ...composed(compose),
    plan,
    watch: { fact: ({ type }) => (type === 'pod.lost' ? { kind: 'delayed', ms: 5_000 } : { kind: 'told' }) },
  });
  await otto.scaleUp(command);
  return judge(world, otto, { podNames, ledgers: 1 });
};

/** The name of one worker of two belongs to a Pod that our ledger owns, and that was made for something else. */
export const nameOfAnotherIntent: SingleFault = async (compose) => {
  const two = scaleUpCommand({ workerCount: 2 });
  const [theirs = '', ours = ''] = podNamesOf('default', two);
  const world = new World({ scripts: (name) => (name === theirs ? undefined : briefly) });
  const plan: FaultPlan = ({ verb, name }) => {
    if (verb !== 'pods.create' || name !== theirs || world.store.find(pods, world.namespace, name))
      return served;
    const [ledger = ''] = world.ledgers.keys();
    const { uid } = world.store.get(configMaps, world.namespace, ledger).metadata;
    foreignPod(world, name, { owner: { name: ledger, uid }, specHash: 'of something else' });
    return served;
  };
  const otto = new Ottoscaler(world, { ...composed(compose), plan });
  await otto.scaleUp(two);
  const broken = await judge(world, otto, { podNames: [ours], ledgers: 1 });
  const isTold = otto.views().some(({ errorMessage }) => errorMessage.includes('that is not ours'));
  return isTold ? broken : [...broken, 'I7: no worker says that its name is taken'];
};

/** Somebody deletes a Pod that runs, and the watch does not tell that it is gone: a list does, soon. */
export const deletedUnseen: SingleFault = async (compose) => {
  const world = new World({ scripts: () => ({ ...forGood, stopMs: 0 }) });
  const otto = new Ottoscaler(world, {
    ...composed(compose),
    watch: { fact: ({ type }) => ({ kind: type === 'pod.lost' ? 'dropped' : 'told' }) },
  });
  await otto.scaleUp(command);
  await world.run(() => otto.views().every(({ status }) => status === 'running'));
  for (const { name, uid } of world.pods) {
    world.audit.takenAway.add(uid);
    world.remove(name);
  }
  await world.pass(30_000);
  const isSeen = otto.views().every(({ status }) => status === 'failed');
  const broken = isSeen ? [] : ['liveness: 30 s after its Pod has gone a worker still runs'];
  return [...broken, ...(await judge(world, otto, { podNames, ledgers: 1 }))];
};

const deadlineSeconds = 30;

/** The deadline of a run passes while nobody lives. */
export const deadlineWhileAway: SingleFault = async (compose) => {
  const run = pipelineCommand([stageCommand('work')], { timeoutSeconds: deadlineSeconds });
  const bench = new PipelineBench(run, () => ({ runMs: Infinity }), composed(compose));
  await bench.open();
  await bench.until('work', 'running');
  await bench.restart(deadlineSeconds * 1_000);
  await bench.world.pass(10_000);
  const isOver = bench.statuses[''] === 'failed';
  const broken = isOver ? [] : ['liveness: 10 s after its deadline a run still goes on'];
  return [...broken, ...(await bench.judge())];
};

/** A worker's Pod vanishes while nobody lives. */
export const vanishedWhileAway: SingleFault = async (compose) => {
  const run = pipelineCommand([stageCommand('work')]);
  const bench = new PipelineBench(run, () => ({ runMs: 60_000 }), composed(compose));
  await bench.open();
  await bench.until('work', 'running');
  bench.otto.kill();
  for (const { uid } of bench.world.pods) bench.world.audit.takenAway.add(uid);
  bench.world.remove(bench.nameOf('work'));
  await bench.restart();
  return bench.judge();
};

const awayMs = 30_000;
const triesMax = 20;

/** The API server takes no Pod for half a minute. */
export const refusedForAWhile: SingleFault = async (compose) => {
  const world = new World({ scripts: () => briefly });
  const untilMs = world.clock.now() + awayMs;
  const plan = always('pods.create', refused('unavailable'), () => world.clock.now() < untilMs);
  const otto = new Ottoscaler(world, { ...composed(compose), plan });
  await otto.scaleUp(command);
  const broken = await judge(world, otto, { podNames, ledgers: 1 });
  const tries = otto.network.trace.filter(({ verb }) => verb === 'pods.create').length;
  return tries > triesMax ? [...broken, `F8: a Pod was asked for ${tries} times in ${awayMs} ms`] : broken;
};

/** Told to end while the record of a worker's end is on its slow way: it is durable before the drain is over. */
export const endedAmidARecord: SingleFault = async (compose) => {
  const world = new World({ scripts: () => briefly });
  const ended = () => [...world.ledgers.values()].some((state) => Object.keys(state?.ended ?? {}).length > 0);
  const plan: FaultPlan = ({ verb }) =>
    verb === 'records.update' && otto.views().some(({ status }) => status === 'succeeded')
      ? { kind: 'slow', beforeMs: 3_000, afterMs: 0 }
      : served;
  const otto: Ottoscaler = new Ottoscaler(world, { ...composed(compose), plan });
  await otto.scaleUp(command);
  await world.run(() => otto.views().every(({ status }) => status === 'succeeded'));
  await world.pass(100);
  const broken = ended() ? ['the record was not slow'] : [];
  otto.ref.send({ type: 'pool.drain' });
  await world.run(() => otto.ref.getSnapshot().status !== 'active', 60_000);
  if (!ended()) broken.push('G11: it has drained, and the end of a worker is not durable');
  otto.kill();
  const next = new Ottoscaler(world, { seed: 2 });
  return [...broken, ...(await judge(world, next, { podNames, ledgers: 1 }))];
};
