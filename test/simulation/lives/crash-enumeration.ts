/** The reference workload with its process killed at one chosen write, to be compared with the undisturbed one. */
import { together } from '../model/fault-plan.ts';
import type { Traced } from '../model/network.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import { World } from '../model/world.ts';
import { finalStatuses } from '../oracle/judge-run.ts';
import { judge } from '../oracle/judge.ts';
import { readRun } from '../oracle/run-ledger.ts';
import { Caller } from './caller.ts';
import { killedAt, moments, type Kill } from './kill.ts';
import {
  fewer,
  impossible,
  isRefusedByTheServer,
  referenceScripts,
  refusesTheImpossible,
  runs,
  up,
  webNames,
} from './reference-workload.ts';

export interface ReferenceLife {
  readonly broken: readonly string[];
  /** Of the first process. */
  readonly writes: readonly Traced[];
  /** What a kill must not change. */
  readonly end: {
    readonly statuses: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Every Pod that there was. */
    readonly podNames: readonly string[];
    /** How the workers of the task ended, whichever of them was chosen. */
    readonly outcomes: readonly string[];
    /** How many names each scale command was told. */
    readonly told: readonly number[];
  };
}

/** As long as a garbage collector and a reaper may take. */
const restMs = 15_000;
const withinMs = 600_000;

export async function liveThrough(kill?: Kill, compose?: Compose): Promise<ReferenceLife> {
  const world = new World({ scripts: referenceScripts() });
  const options = compose ? { compose } : {};
  const caller = new Caller(world);
  const plan = killedAt(kill, () => void world.clock.setTimeout(() => first.kill(), 0));
  const first: Ottoscaler = new Ottoscaler(world, {
    ...options,
    seed: 1,
    plan: together(plan, refusesTheImpossible),
  });
  let otto = first;
  await world.run(() => caller.turn(otto) || otto.isKilled, withinMs);
  // A kill after the last write is still to come.
  if (kill) await world.run(() => first.isKilled, 1_000);
  const writes = first.network.trace.filter(({ write }) => write > 0);
  if (first.isKilled) {
    await world.pass(kill?.awayMs ?? 0);
    otto = new Ottoscaler(world, { ...options, seed: 2, plan: refusesTheImpossible });
    await world.run(() => caller.turn(otto), withinMs);
  }
  const broken = [
    ...(await judge(world, otto, {
      podNames: webNames,
      runs: runs.map(({ pipelineId }) => pipelineId),
      ledgers: 2 + runs.length,
      restMs,
    })),
    ...caller.broken,
    ...(await brokenReplays(otto, caller)),
  ];
  return { broken, writes, end: endOf(world, caller) };
}

/** All kills of one life; a create that the API server refuses has nothing that could be applied. */
export function* killsOf(
  { writes }: ReferenceLife,
  absencesMs: readonly number[],
): Generator<Kill & Pick<Traced, 'verb'>> {
  for (const call of writes) {
    for (const [index, when] of moments.entries()) {
      if (when !== 'before' && isRefusedByTheServer(call)) continue;
      const awayMs = absencesMs[(call.write + index) % absencesMs.length] ?? 0;
      yield { write: call.write, verb: call.verb, when, awayMs };
    }
  }
}

/** Sent once more after the end, a command is told what it was told, and that it is over. */
async function brokenReplays(otto: Ottoscaler, { told }: Caller): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const command of [up, fewer]) {
    const answer = command.kind === 'scale-up' ? await otto.scaleUp(command) : await otto.scaleDown(command);
    const isSame =
      answer !== 'no answer' &&
      answer.kind === 'accepted' &&
      answer.replayed &&
      answer.podNames.join() === told.get(command);
    if (!isSame) broken.push(`I7: a ${command.kind} sent again was told ${JSON.stringify(answer)}`);
  }
  return broken;
}

function endOf(world: World, { told }: Caller): ReferenceLife['end'] {
  const statuses = runs.map(({ pipelineId }) => [pipelineId, finalStatuses(readRun(world, pipelineId))]);
  const ended = [...world.ledgers.values()].flatMap((state) => Object.values(state?.ended ?? {}));
  return {
    statuses: Object.fromEntries(statuses),
    podNames: world.audit.created.map(({ name }) => name).toSorted(),
    outcomes: ended.map((end) => JSON.stringify((end as { readonly outcome: unknown }).outcome)).toSorted(),
    told: [up, fewer, impossible].map((command) => told.get(command)?.split(',').length ?? 0),
  };
}
