/** Fates drawn from a seed: each run of a seed meets the same ones. */
import type { Random } from '../../../src/actors/ports.ts';
import {
  fails,
  refused,
  served,
  unanswered,
  type ClusterCall,
  type Fate,
  type FaultPlan,
} from '../model/fault-plan.ts';
import { briefly, forGood, type PodScript } from '../model/kubelet.ts';
import type { FactFate, WatchPlan } from '../model/watch.ts';

/** How much goes wrong in a run; each seed has a temper of its own, so that some faults meet undisturbed. */
export interface Temper {
  /** Chances, 0 to 1, of one call or one fact. */
  readonly refused: number;
  readonly unanswered: number;
  readonly slow: number;
  readonly late: number;
  readonly killed: number;
  readonly facts: number;
}

export function drawTemper(random: Random): Temper {
  const some = (most: number) => (random() < 0.5 ? 0 : random() * most);
  return {
    refused: some(0.4),
    unanswered: some(0.3),
    slow: some(0.4),
    late: some(0.1),
    killed: some(0.08),
    facts: some(0.5),
  };
}

const pick = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];

export function chaos(random: Random, temper: Temper, isOn: () => boolean): FaultPlan {
  return (call) => (isOn() ? drawFate(random, temper, call) : served);
}

function drawFate(random: Random, temper: Temper, call: ClusterCall): Fate {
  const isWrite = call.write > 0;
  let chance = random();
  const meets = (share: number) => (chance -= share) < 0;
  if (meets(temper.refused)) return drawRefusal(random, call);
  if (meets(isWrite ? temper.unanswered : 0)) return unanswered(random() < 0.5 ? 'timeout' : 'unavailable');
  if (meets(temper.slow)) return { kind: 'slow', beforeMs: random() * 3_000, afterMs: random() * 3_000 };
  if (meets(isWrite ? temper.late : 0))
    return { kind: 'late', error: fails('timeout'), appliedAfterMs: random() * 30_000 };
  if (meets(temper.killed))
    return { kind: 'killed', when: pick(random, ['before', 'unanswered', 'after']) ?? 'before' };
  return served;
}

function drawRefusal(random: Random, { verb }: ClusterCall): Fate {
  if (random() < 0.3) return refused('throttled', Math.floor(random() * 5_000));
  if (verb === 'pods.create' && random() < 0.3) return refused('quota');
  if (verb === 'records.update' && random() < 0.3) return refused('conflict');
  if (verb === 'records.list' && random() < 0.3) return refused('expired');
  return refused(pick(random, ['unavailable', 'timeout', 'unauthorized']) ?? 'unavailable');
}

export function chaoticWatch(random: Random, temper: Temper, isOn: () => boolean): WatchPlan {
  return {
    fact: (): FactFate => {
      if (!isOn() || random() >= temper.facts) return { kind: 'told' };
      const kind = pick(random, ['doubled', 'dropped', 'reverted', 'delayed'] as const) ?? 'doubled';
      return kind === 'delayed' ? { kind, ms: random() * 5_000 } : { kind };
    },
  };
}

/** @returns a script by name, the same for the same name. Some Pods run until they are ended. */
export function drawScripts(random: Random): (name: string) => PodScript {
  const scripts = new Map<string, PodScript>();
  return (name) => {
    const known = scripts.get(name) ?? drawScript(random);
    scripts.set(name, known);
    return known;
  };
}

function drawScript(random: Random): PodScript {
  const runMs = random() < 0.3 ? forGood.runMs : random() * 20_000;
  const times = { bindMs: random() * 2_000, startMs: random() * 2_000, stopMs: random() * 5_000 };
  return { ...briefly, ...times, runMs, exitCode: random() < 0.3 ? 1 : 0 };
}
