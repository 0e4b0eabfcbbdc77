/** All of one actor, as far as a person may know it. */
import type { AnyActorRef, StateValue } from 'xstate';
import type { Redact } from '../logs/redact/secret-values.ts';
import type { FinishedWorker } from '../machines/pool/registry.ts';
import type { Followed, Happened } from './happenings.ts';
import { chartOf, runOf, type ChartName, type Place } from './place.ts';
import { contextBounds, eventBounds, type Pairs } from './plain-data.ts';
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
      secrets.plain(
        live?.context ?? (finished && shownOf(finished, reading)) ?? {},
        contextBounds,
        pool,
        own,
      ) ?? {},
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
export function ownSecrets(place: Place, reading: Reading): Redact | undefined {
  const { pool, secrets } = reading;
  if (place.kind === 'scale-up') {
    const command = pool.context.registry.scaleUps.get(place.key)?.getSnapshot().context.command;
    return command && secrets.of(command.template.env);
  }
  if (place.kind === 'pipeline' || place.kind === 'stage') {
    const run = runOf(pool, place.key);
    return run && redactionOf(run, secrets);
  }
  const environment = place.kind === 'worker' ? environmentOf(place.key, reading) : undefined;
  return environment && secrets.of(environment);
}

/** What a worker was called with; undefined where nobody remembers it. */
function environmentOf(podName: string, { pool, environmentOf: remembered }: Reading): Pairs | undefined {
  const { workers, history, owners } = pool.context.registry;
  const order = workers.get(podName)?.getSnapshot().context.order;
  if (order) return order.template.env;
  const { ledger, stage } = history.get(podName)?.order ?? {};
  const command =
    (stage && runOf(pool, stage.pipelineId)?.open.command.stages[stage.stageIndex]) ??
    owners.get(ledger?.name ?? '')?.getSnapshot().context.command;
  return command?.template.env ?? remembered(podName);
}

/** Failures whose evidence is ours: no text of the worker's or the cluster's is in it. */
const ownWords: ReadonlySet<string> = new Set(['exit-code', 'oom-killed']);

/** Where what it was called with is forgotten, nobody knows which of its words are secrets. */
function shownOf(finished: FinishedWorker, reading: Reading): unknown {
  const { outcome } = finished.ended;
  const isKnown = environmentOf(finished.slot.podName, reading) !== undefined;
  if (isKnown || outcome.kind === 'succeeded' || ownWords.has(outcome.failure.name)) return finished;
  const { name } = outcome.failure;
  return { ...finished, ended: { ...finished.ended, outcome: { kind: 'failed', failure: { name } } } };
}
