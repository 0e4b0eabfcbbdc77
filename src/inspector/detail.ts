/** All of one actor, as far as a person may know it. */
import type { AnyActorRef, StateValue } from 'xstate';
import type { Redact } from '../logs/redact/secret-values.ts';
import type { FinishedWorker } from '../machines/pool/registry.ts';
import type { Followed, Happened } from './happenings.ts';
import { chartOf, runOf, type ChartName, type Place } from './place.ts';
import { contextBounds, eventBounds } from './plain-data.ts';
import type { ActorDetail, ActorHappening, ActorRow } from './protocol.ts';
import type { Reading } from './reading.ts';
import { redactionOf, rowAt } from './rows.ts';
import { namedTimers } from './timers.ts';
import { whyOf } from './why.ts';
import { eventName, stateNames } from './words.ts';

/** Names of the effects of each chart, by the ids under which it invokes them. */
export type EffectsOf = (chart: ChartName) => (invokeId: string) => string | undefined;

/** Undefined where nothing is remembered of it. */
export function detailOf(
  place: Place,
  sinceMs: number,
  reading: Reading,
): Omit<ActorDetail, 'happenings'> | undefined {
  const now = rowAt(place, reading);
  if (!now) return undefined;
  const row: ActorRow = { ...now, sinceMs };
  const live = liveAt(place, reading);
  const { pool, secrets, timersOf } = reading;
  const timers = live ? namedTimers(timersOf(live.ref)) : [];
  const finished =
    place.kind === 'worker' && !live ? pool.context.registry.history.get(place.key) : undefined;
  const own = ownSecrets(place, reading);
  return {
    row,
    value: live?.value ?? null,
    context:
      secrets.plain(live?.context ?? withoutEvidence(finished, own) ?? {}, contextBounds, pool, own) ?? {},
    chart: chartOf[place.kind],
    why: whyOf(row, timers),
    timers,
  };
}

/** @param after the number of the last one that was told */
export function happeningsOf(
  place: Place,
  { happened, count }: Followed,
  after: number,
  reading: Reading,
  effectsOf: EffectsOf,
): readonly ActorHappening[] {
  const first = count - happened.length + 1;
  const effectOf = effectsOf(chartOf[place.kind]);
  const own = ownSecrets(place, reading);
  return happened.slice(Math.max(0, after + 1 - first)).map((one, index) => {
    const data = dataOf(one, reading, own);
    return {
      n: Math.max(first, after + 1) + index,
      atMs: one.atMs,
      event: eventName(one.type, effectOf),
      from: one.from,
      stateBefore: stateNames(one.before),
      stateAfter: stateNames(one.after),
      ...(data === undefined ? {} : { data }),
    };
  });
}

function dataOf({ event }: Happened, { secrets, pool }: Reading, own: Redact | undefined): unknown {
  if (!event) return undefined;
  const { type: _, ...said } = event;
  return Object.keys(said).length === 0 ? undefined : secrets.plain(said, eventBounds, pool, own);
}

interface Live {
  readonly ref: AnyActorRef;
  readonly status: string;
  readonly value: StateValue;
  readonly context: unknown;
}

/** Undefined of what is over. */
export function liveAt(place: Place, { pool, root }: Reading): Live | undefined {
  if (place.kind === 'pool')
    return { ref: root, status: pool.status, value: pool.value, context: pool.context };
  const ref = refAt(place, pool);
  if (!ref) return undefined;
  const { status, value, context }: Omit<Live, 'ref'> = ref.getSnapshot();
  return { ref, status, value, context };
}

export function refAt(
  place: Exclude<Place, { kind: 'pool' }>,
  pool: Reading['pool'],
): AnyActorRef | undefined {
  const { workers, pipelines, scaleUps, scaleDowns } = pool.context.registry;
  switch (place.kind) {
    case 'worker':
      return workers.get(place.key);
    case 'pipeline':
      return pipelines.get(place.key);
    case 'stage':
      return runOf(pool, place.key)?.stages.get(place.stage);
    case 'scale-up':
      return scaleUps.get(place.key);
    case 'scale-down':
      return scaleDowns.get(place.key);
  }
}

/** Hides what is known to be a secret of this actor, wherever a text holds it. */
export function ownSecrets(place: Place, { pool, secrets }: Reading): Redact | undefined {
  const { workers, history, scaleUps, owners } = pool.context.registry;
  if (place.kind === 'scale-up') {
    const command = scaleUps.get(place.key)?.getSnapshot().context.command;
    return command && secrets.of(command.template.env);
  }
  if (place.kind === 'pipeline' || place.kind === 'stage') {
    const run = runOf(pool, place.key);
    return run && redactionOf(run, secrets);
  }
  if (place.kind !== 'worker') return undefined;
  const order = workers.get(place.key)?.getSnapshot().context.order;
  if (order) return secrets.of(order.template.env);
  const { ledger, stage } = history.get(place.key)?.order ?? {};
  const run = stage && runOf(pool, stage.pipelineId);
  if (run) return redactionOf(run, secrets);
  const command = owners.get(ledger?.name ?? '')?.getSnapshot().context.command;
  return command && secrets.of(command.template.env);
}

/** Failures whose evidence is ours: no text of the worker's or the cluster's is in it. */
const ownWords: ReadonlySet<string> = new Set(['exit-code', 'oom-killed']);

/** What it was called with may be forgotten, and then nobody knows which of its words are secrets. */
function withoutEvidence(finished: FinishedWorker | undefined, own: Redact | undefined): unknown {
  if (!finished || own) return finished;
  const { ended } = finished;
  if (ended.outcome.kind === 'succeeded' || ownWords.has(ended.outcome.failure.name)) return finished;
  const { failure } = ended.outcome;
  return { ...finished, ended: { ...ended, outcome: { kind: 'failed', failure: { name: failure.name } } } };
}
