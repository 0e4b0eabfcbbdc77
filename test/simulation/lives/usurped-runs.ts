/**
 * A leader whose machine slept: it goes on without knowing that it slept, and cannot reach its lease to find out.
 * Meanwhile the run that it leads is cancelled at who leads after it.
 */
import { scaleUpCommand } from '../../support/orders.ts';
import { noRetry, pipelineCommand, stageCommand } from '../../support/pipelines.ts';
import { always, refused, together } from '../model/fault-plan.ts';
import { judge } from '../oracle/judge.ts';
import { briefly, forGood } from '../model/kubelet.ts';
import { LeaseAudit } from '../oracle/lease-audit.ts';
import { Ottoscaler, type Compose, type Election } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';

const election: Election = {
  leaseName: 'ottoscaler',
  identity: 'a',
  durationMs: 6_000,
  renewMs: 4_000,
  retryMs: 1_000,
};

const pipelineId = 'run';

/**
 * @param wakesAfterMs how long after the cancel the former leader goes on
 * @returns what went wrong
 */
export async function cancelBehindItsBack(
  wakesAfterMs: number,
  compose?: Compose,
): Promise<readonly string[]> {
  const world = new World({ scripts: () => ({ ...forGood, stopMs: 2_000 }) });
  const leases = new LeaseAudit(world);
  const options = compose ? { compose } : {};
  let isBlind = false;
  const blindness = together(
    always('leases.update', refused('unavailable'), () => isBlind),
    always('leases.read', refused('unavailable'), () => isBlind),
  );
  const first = new Ottoscaler(world, { ...options, seed: 1, election, plan: blindness });
  leases.follow('a', first);
  const retry = { ...noRetry, retriesMax: 3 };
  const command = pipelineCommand([stageCommand('build', { workerCount: 2, retry })], { pipelineId });
  await first.open({ kind: 'submit', pipelineId, command });
  await world.run(() => first.views().filter(({ status }) => status === 'running').length === 2);
  first.stand('suspended');
  const second = new Ottoscaler(world, { ...options, seed: 2, election: { ...election, identity: 'b' } });
  leases.follow('b', second);
  await world.run(() => second.isServing, 60_000);
  await second.open({ kind: 'attach', pipelineId });
  second.cancel(pipelineId, { mode: 'now', by: 'somebody', reason: '' });
  await world.pass(wakesAfterMs);
  isBlind = true;
  first.goOn('answers');
  await world.run(() => first.isKilled, 10_000);
  const judged = await judge(world, second, { runs: [pipelineId], ledgers: 1 });
  const broken = [...leases.broken.sentences, ...judged];
  if (!first.isKilled) broken.push('the former leader goes on');
  const live = world.audit.created.filter(({ attempt }) => attempt > 1);
  for (const { name } of live) broken.push(`${name} was created after the cancel`);
  return broken;
}

/**
 * The former leader accepts a command, and answers it, when another has taken over all the ledgers there were.
 *
 * @returns what went wrong
 */
export async function acceptBehindItsBack(): Promise<readonly string[]> {
  // Longer than the former leader goes on: what it began is left to others.
  const world = new World({ scripts: () => ({ ...briefly, runMs: 10_000 }) });
  const leases = new LeaseAudit(world);
  let isBlind = false;
  const blindness = together(
    always('leases.update', refused('unavailable'), () => isBlind),
    always('leases.read', refused('unavailable'), () => isBlind),
  );
  const first = new Ottoscaler(world, { seed: 1, election, plan: blindness });
  leases.follow('a', first);
  await world.run(() => first.isServing);
  first.stand('suspended');
  const options = { election: { ...election, identity: 'b' } };
  const second = new Ottoscaler(world, { ...options, seed: 2 });
  leases.follow('b', second);
  await world.run(() => second.isServing, 60_000);
  isBlind = true;
  first.goOn('answers');
  const answer = await first.scaleUp(scaleUpCommand({ workerCount: 2, requestId: 'r' }));
  const podNames = answer !== 'no answer' && answer.kind === 'accepted' ? answer.podNames : [];
  const broken = podNames.length === 2 ? [] : [`the former leader answered ${JSON.stringify(answer)}`];
  await world.run(() => second.isKilled, 1_200_000);
  if (!second.isKilled) broken.push('who leads now never saw the ledger');
  const third = new Ottoscaler(world, { ...options, seed: 3 });
  leases.follow('b', third);
  const judged = await judge(world, third, { podNames, ledgers: 1 });
  return [...broken, ...leases.broken.sentences, ...judged];
}
