/**
 * A life drawn from a seed, which may be recorded: commands, runs and cancels, under faults of the cluster,
 * kills of the process and crashes of actors.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../../../src/actors/ports.ts';
import { MemoryTape } from '../../../src/recording/tape.ts';
import { scaleDownCommand, scaleUpCommand } from '../../support/orders.ts';
import { below, chance, drawPipeline, pick } from '../../support/random-pipelines.ts';
import { chaos, chaoticWatch, drawScripts, drawTemper } from './chaos.ts';
import { malformed } from './malformed.ts';
import { Ottoscaler } from '../model/ottoscaler.ts';
import { join } from '../model/recorded.ts';
import { seeded } from '../model/seeded.ts';
import { World } from '../model/world.ts';

export interface RecordedLife {
  /** Equal for equal lives: every call of every process with its time and its fate. */
  readonly hash: string;
  /** None where it was not recorded. */
  readonly lines: readonly string[];
  readonly processes: number;
  readonly crashes: number;
}

const faultsLastMs = 60_000;
const cancelModes = ['now', 'finish-running', 'run-finally'] as const;

export async function recordedLife(seed: number, isRecorded: boolean): Promise<RecordedLife> {
  const random = seeded(seed);
  const world = new World({ scripts: drawScripts(random) });
  const temper = drawTemper(random);
  const share = chance(random, 0.5) ? 0.05 : 0;
  const untilMs = world.clock.now() + faultsLastMs;
  const isOn = () => world.clock.now() < untilMs;
  const processes: Ottoscaler[] = [];
  const tapes: MemoryTape[] = [];
  const start = (): Ottoscaler => {
    const tape = isRecorded ? new MemoryTape() : undefined;
    if (tape) tapes.push(tape);
    const crashing = seeded(Math.floor(random() * 2 ** 32));
    const otto = new Ottoscaler(world, {
      seed: Math.floor(random() * 2 ** 32),
      plan: chaos(random, temper, isOn),
      watch: chaoticWatch(random, temper, isOn),
      policy: { liveMax: 4 },
      compose: malformed(() => (isOn() ? crashing() : 1), share),
      ...(tape ? { tape } : {}),
    });
    processes.push(otto);
    return otto;
  };
  const living = (): Ottoscaler => {
    const otto = processes.at(-1);
    const isOver = !otto || otto.isKilled || otto.said('crashed').some(({ message }) => /pool/.test(message));
    return isOver ? start() : otto;
  };
  for (let act = 0; act < 8; act++) {
    await doSomething(random, living(), act);
    const otto = living();
    await world.run(() => otto.isKilled, random() * 15_000);
  }
  // Some Pods run until they are ended, so not every life comes to rest.
  for (let round = 0; round < 4; round++) {
    const otto = living();
    await world.run(() => otto.isKilled || otto.isIdle, 30_000);
  }
  processes.at(-1)?.kill();
  const trace = processes.flatMap(({ network }) => network.trace);
  return {
    hash: createHash('sha256').update(JSON.stringify(trace)).digest('hex'),
    lines: join(tapes),
    processes: processes.length,
    crashes: processes.flatMap((otto) => otto.said('an actor crashed')).length,
  };
}

async function doSomething(random: Random, otto: Ottoscaler, act: number): Promise<void> {
  const what = random();
  if (what < 0.35) {
    await otto.scaleUp(scaleUpCommand({ requestId: `up-${act}`, workerCount: 1 + below(random, 4) }));
  } else if (what < 0.5) {
    await otto.scaleDown(scaleDownCommand({ requestId: `down-${act}`, target: below(random, 3) }));
  } else if (what < 0.85) {
    const command = drawPipeline(random, `run-${act}`, 1 + below(random, 6));
    await otto.open({ kind: 'submit', pipelineId: command.pipelineId, command });
  } else {
    const mode = pick(random, cancelModes);
    otto.cancel(`run-${act - 1}`, { mode, by: 'alice', reason: 'enough' });
  }
}
