/** Commands whose process is killed at one chosen write, and what is left in the end. */
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { always, faultless, refused, together, type FaultPlan } from '../model/fault-plan.ts';
import { judge } from '../oracle/judge.ts';
import { briefly, forGood } from '../model/kubelet.ts';
import type { Traced } from '../model/network.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';

interface Kill {
  /** The write of the command's process, from 1. */
  readonly write: number;
  readonly when: 'before' | 'unanswered' | 'after';
}

interface Survival {
  readonly broken: readonly string[];
  /** The writes of the process that was to be killed. */
  readonly writes: readonly Traced[];
}

export type Run = (kill?: Kill, compose?: Compose) => Promise<Survival>;

/** @returns the writes of the undisturbed run, at each of which the process can be killed. */
export async function killPoints(run: Run): Promise<readonly Traced[]> {
  return (await run()).writes;
}

function killedAt(kill: Kill | undefined): FaultPlan {
  if (!kill) return faultless;
  return (call) => (call.write === kill.write ? { kind: 'killed', when: kill.when } : { kind: 'served' });
}

const writesOf = (otto: Ottoscaler) => otto.network.trace.filter(({ write }) => write > 0);

/** Three workers that end by themselves. */
export const surviveScaleUp: Run = async (kill, compose) => {
  const world = new World({ scripts: () => briefly });
  const options = compose ? { compose } : {};
  const command = scaleUpCommand({ workerCount: 3, requestId: 'r' });
  const first = new Ottoscaler(world, { ...options, seed: 1, plan: killedAt(kill) });
  const answers = [await first.scaleUp(command)];
  await world.run(() => first.isKilled || first.isIdle);
  first.kill();
  const second = new Ottoscaler(world, { ...options, seed: 2 });
  answers.push(await second.scaleUp(command));
  await world.run(() => second.isIdle);
  answers.push(await second.scaleUp(command));
  const names = namesIn(answers);
  const broken = [
    ...(await judge(world, second, { podNames: names, ledgers: 1 })),
    ...disagreements(answers),
  ];
  if (names.length !== 3) broken.push(`${names.length} names were answered instead of 3`);
  return { broken, writes: writesOf(first) };
};

/** Of four workers that run for good, three are ended; the last one is ended afterwards to come to rest. */
export const surviveScaleDown: Run = async (kill, compose) => {
  const world = new World({ scripts: () => forGood });
  const options = compose ? { compose } : {};
  const before = new Ottoscaler(world, { ...options, seed: 1 });
  const up = await before.scaleUp(scaleUpCommand({ workerCount: 4 }));
  await world.run(() => before.views().every(({ status }) => status === 'running'));
  before.kill();
  const first = new Ottoscaler(world, { ...options, seed: 2, plan: killedAt(kill) });
  const command = scaleDownCommand({ target: 1, requestId: 'r' });
  const answers = [await first.scaleDown(command)];
  await world.run(() => first.isKilled || world.pods.length === 1, 60_000);
  await world.run(() => first.isKilled, 1_000);
  first.kill();
  const second = new Ottoscaler(world, { ...options, seed: 3 });
  answers.push(await second.scaleDown(command));
  const broken = [...disagreements(answers)];
  const victims = namesIn(answers);
  await world.run(() => world.pods.length === 1, 60_000);
  await world.pass(10_000);
  if (world.pods.length !== 1) broken.push(`${world.pods.length} Pods remain instead of 1`);
  if (victims.length !== 3) broken.push(`${victims.length} names were answered instead of 3`);
  for (const { name } of world.pods) if (victims.includes(name)) broken.push(`${name} was not ended`);
  await second.scaleDown(scaleDownCommand({ target: 0 }));
  const podNames = up !== 'no answer' && up.kind === 'accepted' ? up.podNames : [];
  broken.push(...(await judge(world, second, { podNames, ledgers: 2 })));
  return { broken, writes: writesOf(first) };
};

type Answers = readonly Awaited<ReturnType<Ottoscaler['scaleUp']>>[];

const accepted = (answers: Answers) =>
  answers.filter((answer) => answer !== 'no answer').filter((answer) => answer.kind === 'accepted');

function namesIn(answers: Answers): readonly string[] {
  return accepted(answers).at(-1)?.podNames ?? [];
}

/** Whoever was answered was answered the same, and every answer but the first says that it is one. */
function disagreements(answers: Answers): string[] {
  const given = accepted(answers);
  const broken: string[] = [];
  for (const answer of answers) {
    if (answer !== 'no answer' && answer.kind === 'refused') broken.push(`refused: ${answer.reason}`);
  }
  if (answers.at(-1) === 'no answer') broken.push('the last caller was not answered');
  const names = new Set(given.map(({ podNames }) => podNames.join()));
  if (names.size > 1) broken.push('two callers were told different names');
  for (const [index, { replayed }] of given.entries()) {
    if (index > 0 && !replayed) broken.push('a replay was answered as if it were new');
  }
  return broken;
}

/** Three workers none of which the API server will ever take: the caller is to learn that, and nothing stays. */
export const surviveRefusal: Run = async (kill, compose) => {
  const world = new World();
  const options = compose ? { compose } : {};
  const command = scaleUpCommand({ workerCount: 3, requestId: 'r' });
  const invalid = always('pods.create', refused('invalid'));
  const first = new Ottoscaler(world, { ...options, seed: 1, plan: together(killedAt(kill), invalid) });
  await first.scaleUp(command);
  await world.run(() => first.isKilled || first.isIdle);
  first.kill();
  const second = new Ottoscaler(world, { ...options, seed: 2, plan: invalid });
  const answer = await second.scaleUp(command);
  const broken = [...(await judge(world, second, { podNames: [], ledgers: 0 }))];
  if (answer === 'no answer' || answer.kind !== 'refused' || answer.code !== 'invalid')
    broken.push(`the caller was told ${JSON.stringify(answer)}`);
  return { broken, writes: writesOf(first) };
};
