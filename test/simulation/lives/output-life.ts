/**
 * Two workers whose lines and lives are told to an otto-handler that is away for a while: with the process killed at one
 * chosen effect of the data plane, or a byte of its disk changed.
 */
import { scaleUpCommand } from '../../support/orders.ts';
import type { PodScript } from '../model/kubelet.ts';
import { Ottoscaler, type Compose } from '../model/ottoscaler.ts';
import type { Conduct } from '../model/otto-handler.ts';
import type { DiskPlan } from '../model/process-disk.ts';
import type { LogScript } from '../model/worker-log.ts';
import { World } from '../model/world.ts';
import { lineText } from '../oracle/judge-lines.ts';
import { Violations } from '../oracle/violation.ts';
import { Decisions } from '../seeds/decisions.ts';
import type { LineCounts } from '../seeds/output-court.ts';
import { PodFates } from '../seeds/pod-fates.ts';
import { Timeline } from '../seeds/timeline.ts';
import { WorkerOutputs } from '../seeds/worker-outputs.ts';

export interface OutputKill {
  /** Writes to disks, messages and notices, counted together from 1. */
  readonly effect: number;
  /** `torn`: half of what was to be written is there. A message is always `after`: it has arrived. */
  readonly when: 'before' | 'torn' | 'after';
}

export interface OutputLife {
  readonly broken: readonly string[];
  /** What each effect was. */
  readonly effects: readonly string[];
  readonly lines: LineCounts;
}

export interface OutputLifeOptions {
  readonly kill?: OutputKill | undefined;
  readonly compose?: Compose | undefined;
  /** While the handler is away the process is killed, and a byte of the lines on its disk is another one. */
  readonly rotsAt?: (bytes: Buffer) => number;
}

const command = scaleUpCommand({ workerCount: 2 });
const writesForMs = 4_000;
/** From its beginning, in ms. */
const handlerAway = { fromMs: 1_500, forMs: 3_500 };
const awayMs = 700;
const rotMs = 4_200;
const tornShares = { before: 0, torn: 0.5, after: 1 } as const;
const restMs = 600_000;

const steadily: LogScript = {
  lines: Array.from({ length: 40 }, (_, at) => ({
    afterMs: Math.floor((at * writesForMs) / 40),
    earlyMs: 0,
    text: lineText(at + 1, `compiling ${'a'.repeat(at)}`),
  })),
  rotations: [],
};

/** One worker succeeds, the other one fails. */
const script = (isFirst: boolean): PodScript => ({
  bindMs: 50,
  startMs: 100,
  runMs: writesForMs + (isFirst ? 0 : 400),
  exitCode: isFirst ? 0 : 1,
  stopMs: 100,
});

export async function liveOutputs({ kill, compose, rotsAt }: OutputLifeOptions = {}): Promise<OutputLife> {
  const names: string[] = [];
  const scripts = (name: string): PodScript => {
    if (!names.includes(name)) names.push(name);
    return script(names[0] === name);
  };
  const world = new World({ scripts });
  const nowMs = () => world.clock.now();
  const verdict = new Violations(nowMs);
  const effects: string[] = [];
  const isKilledAt = (what: string): boolean => effects.push(what) === kill?.effect;
  const when = kill?.when ?? 'after';
  const disk: DiskPlan = (what) =>
    isKilledAt(what) ? { kind: 'killed', tornShare: tornShares[when] } : { kind: 'done' };
  const conduct: Conduct = {
    message: (_from, lines) => ({
      backMs: 5,
      status: 'ACK',
      killsSender: isKilledAt(`message of ${lines.length} lines`),
    }),
    notice: (_from, { status }) =>
      isKilledAt(`notice ${status}`)
        ? { kind: 'killed', when: when === 'before' ? 'before' : 'after' }
        : { kind: 'answered', afterMs: 5, answer: 'RECEIVED' },
  };
  // Nothing is drawn: no key is allowed.
  const decisions = new Decisions({ seed: 1, nowMs, only: new Set() });
  const outputs = new WorkerOutputs({
    world,
    decisions,
    timeline: new Timeline(nowMs, false),
    fates: new PodFates(decisions, () => false),
    verdict,
    lastsMs: 0,
    conduct,
    disk,
  });
  world.logs.scripts = () => steadily;
  world.clock.setTimeout(() => outputs.handler.leave(handlerAway.forMs), handlerAway.fromMs);
  const start = (seed: number) =>
    new Ottoscaler(world, { seed, peripherals: [outputs], ...(compose ? { compose } : {}) });
  let otto = start(1);
  if (rotsAt !== undefined) {
    world.clock.setTimeout(() => {
      otto.kill();
      outputs.rot('a', rotsAt);
    }, rotMs);
  }
  for (let seed = 2; ; seed++) {
    // oxlint-disable-next-line no-await-in-loop -- one process comes after the other
    await otto.scaleUp(command);
    const isOver = () => otto.isKilled || (otto.isIdle && names.length > 0 && world.pods.length === 0);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await world.run(isOver, restMs);
    if (!otto.isKilled && outputs.isAtRest) break;
    // A kill may still be to come, of what is told after all else has ended.
    // oxlint-disable-next-line no-await-in-loop -- as above
    await world.run(() => otto.isKilled || outputs.isAtRest, restMs);
    if (!otto.isKilled) break;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await world.pass(awayMs);
    otto = start(seed);
  }
  // Long enough for marks to be looked after that nobody follows.
  await world.pass(30_000);
  outputs.examine();
  const crashed = otto.said('crashed').map(({ message }) => message);
  return { broken: [...verdict.sentences, ...crashed], effects, lines: outputs.counts };
}

/** Every moment of every effect of one life. */
export function* outputKills({ effects }: OutputLife): Generator<OutputKill & { readonly what: string }> {
  for (const [index, what] of effects.entries())
    for (const moment of ['before', 'torn', 'after'] as const)
      if (moment === 'after' || !what.startsWith('message')) yield { effect: index + 1, when: moment, what };
}

/** Lines wait on the disk, and one of their characters is another one. */
export async function rottenSpool(compose?: Compose): Promise<readonly string[]> {
  const life = await liveOutputs({ compose, rotsAt: (bytes) => bytes.lastIndexOf('compiling') });
  return life.lines.marked > 0 ? life.broken : [...life.broken, 'F41: nothing was lost of a rotten spool'];
}
