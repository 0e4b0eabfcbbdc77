/**
 * Where an actor is found in what the pool remembers: under its kind and its key.
 *
 * A ref would not do: an actor that crashed is made again under its id, and one that is over leaves a record.
 */
import type { AnyActorRef } from 'xstate';
import type { PipelineRef } from '../machines/pool/registry.ts';
import type { PoolSnapshot } from '../machines/pool/view.ts';
import type { ActorKind } from './protocol.ts';

export type ChartName = 'pool' | 'pipeline' | 'stage' | 'worker' | 'scaleUp' | 'scaleDown';

export type Place =
  | { readonly kind: 'pool'; readonly id: 'pool' }
  /** `key` is the run's id. */
  | { readonly kind: 'pipeline'; readonly id: string; readonly key: string }
  /** `key` is the run's id, `stage` an index into the command's stages. */
  | { readonly kind: 'stage'; readonly id: string; readonly key: string; readonly stage: number }
  /** `key` is the Pod's name, or the command's actor id. */
  | { readonly kind: 'worker' | 'scale-up' | 'scale-down'; readonly id: string; readonly key: string };

const poolPlace: Place = { kind: 'pool', id: 'pool' };

export const chartOf = {
  pool: 'pool',
  pipeline: 'pipeline',
  stage: 'stage',
  worker: 'worker',
  'scale-up': 'scaleUp',
  'scale-down': 'scaleDown',
} as const satisfies Record<ActorKind, ChartName>;

const kinds: Readonly<Record<string, ActorKind>> = Object.fromEntries(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the object above
  Object.entries(chartOf).map(([kind, chart]) => [chart, kind as ActorKind]),
);

export const pipelineId = (key: string): string => `pipeline ${JSON.stringify(key)}`;
const stageId = (key: string, stage: string) => `stage ${JSON.stringify([key, stage])}`;

const workerPlace = (key: string): Place => ({ kind: 'worker', id: key, key });
export const pipelinePlace = (key: string): Place => ({ kind: 'pipeline', id: pipelineId(key), key });

/** Undefined where the run has no such stage. */
export function stagePlace(
  pool: PoolSnapshot,
  key: string,
  stage: number,
): Extract<Place, { kind: 'stage' }> | undefined {
  const command = runOf(pool, key)?.open.command.stages[stage];
  return command && { kind: 'stage', id: stageId(key, command.stageId), key, stage };
}

/** Of a run whose actor is at hand. */
export function runOf(pool: PoolSnapshot, key: string): RunAtHand | undefined {
  return pool.context.registry.pipelines.get(key)?.getSnapshot().context.run;
}

export type RunAtHand = NonNullable<ReturnType<PipelineRef['getSnapshot']>['context']['run']>;

/** Every place that has a row, parents before their children. */
export function* placesOf(pool: PoolSnapshot): Generator<Place> {
  const { pipelines, endedPipelines, scaleUps, scaleDowns, workers, history } = pool.context.registry;
  yield poolPlace;
  for (const key of pipelines.keys()) {
    yield pipelinePlace(key);
    yield* stagesOf(pool, key);
  }
  for (const key of endedPipelines.keys()) if (!pipelines.has(key)) yield pipelinePlace(key);
  for (const id of scaleUps.keys()) yield { kind: 'scale-up', id, key: id };
  for (const id of scaleDowns.keys()) yield { kind: 'scale-down', id, key: id };
  for (const key of workers.keys()) yield workerPlace(key);
  for (const key of history.keys()) if (!workers.has(key)) yield workerPlace(key);
}

export function* stagesOf(pool: PoolSnapshot, key: string): Generator<Place> {
  const count = runOf(pool, key)?.open.command.stages.length ?? 0;
  for (let stage = 0; stage < count; stage++) {
    const place = stagePlace(pool, key, stage);
    if (place) yield place;
  }
}

/** What an actor is made of; not in the public type of a ref. */
interface Made {
  readonly logic: object & { readonly id?: unknown; readonly implementations?: unknown };
  readonly src: unknown;
}

const kindsByLogic = new WeakMap<object, { readonly kind: ActorKind | undefined }>();

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every actor has it
const madeOf = (ref: object) => ref as unknown as Made;

/** Undefined of an effect. */
export function kindOf(ref: object): ActorKind | undefined {
  const { logic } = madeOf(ref);
  const known = kindsByLogic.get(logic);
  if (known) return known.kind;
  const kind = 'implementations' in logic ? kinds[String(logic.id)] : undefined;
  kindsByLogic.set(logic, { kind });
  return kind;
}

/** How the chart that invoked it calls an effect. */
export function effectNameOf(ref: { readonly id: string }): string {
  const { src } = madeOf(ref);
  return typeof src === 'string' ? src : ref.id;
}

/** Undefined of an effect, and of a stage whose run is not known. */
export function placeOf(ref: AnyActorRef, pool: () => PoolSnapshot): Place | undefined {
  const kind = kindOf(ref);
  switch (kind) {
    case undefined:
      return undefined;
    case 'pool':
      return poolPlace;
    case 'worker':
      return workerPlace(ref.id);
    case 'scale-up':
    case 'scale-down':
      return { kind, id: ref.id, key: ref.id };
    case 'pipeline':
      return pipelinePlace(keyOf(ref.id.slice('pipeline '.length)));
    case 'stage': {
      const { context }: { readonly context: { readonly plan: { readonly stage: number } } } =
        ref.getSnapshot();
      return stagePlace(pool(), keyOf(ref.id.slice('stage '.length)), context.plan.stage);
    }
  }
}

/** The run's id out of an actor's, which is JSON of it or of an array that begins with it. */
function keyOf(json: string): string {
  const parts: unknown = JSON.parse(json);
  return String(Array.isArray(parts) ? parts[0] : parts);
}
