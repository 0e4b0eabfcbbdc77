/** The actor tree as data: who is there, in which state and why. */
import type { PoolSnapshot } from '../machines/pool/view.ts';
import type { WorkerRef } from '../machines/pool/registry.ts';
import type { StateMeta } from '../machines/slots.ts';
import { statePath } from './state-path.ts';

export interface ActorState {
  readonly kind: 'pool' | 'scale-up' | 'scale-down' | 'pipeline' | 'stage' | 'worker';
  readonly id: string;
  /** For example `pending.admitted.creating`. */
  readonly state: string;
  /** Why it is there, in a clause; of one that is over, how it ended. */
  readonly reason: string;
  readonly children: readonly ActorState[];
}

/**
 * The pool with its commands and its runs, in the order of their making. Workers are below the stage or the
 * command that asked for them; those that nobody asks about any more are the pool's own.
 */
export function statesOf(pool: PoolSnapshot): ActorState {
  const { scaleUps, scaleDowns, pipelines, workers, owners } = pool.context.registry;
  const askers = new Map([...owners].map(([ledgerName, { id }]) => [ledgerName, id]));
  const unshown = new Map(Map.groupBy(workers.values(), (ref) => askerOf(ref, askers)));
  const workersOf = (id: string): readonly ActorState[] => {
    const own = unshown.get(id) ?? [];
    unshown.delete(id);
    return own.map((ref) => stateOf('worker', ref));
  };
  const children = [
    ...[...scaleUps.values()].map((ref) => stateOf('scale-up', ref, workersOf(ref.id))),
    ...[...scaleDowns.values()].map((ref) => stateOf('scale-down', ref)),
    ...[...pipelines.values()].map((ref) => {
      const stages = [...(ref.getSnapshot().context.run?.stages.values() ?? [])];
      return stateOf(
        'pipeline',
        ref,
        stages.map((stage) => stateOf('stage', stage, workersOf(stage.id))),
      );
    }),
  ];
  const rest = [...unshown.values()].flat().map((ref) => stateOf('worker', ref));
  return stateOf('pool', { id: 'pool', getSnapshot: () => pool }, [...children, ...rest]);
}

/** An actor and all below it. */
export function* flatten(actor: ActorState): Generator<ActorState> {
  yield actor;
  for (const child of actor.children) yield* flatten(child);
}

/** Id of the actor that asked for this worker. */
function askerOf(ref: WorkerRef, askers: ReadonlyMap<string, string>): string {
  const { stage, ledger } = ref.getSnapshot().context.order;
  if (stage) return `stage ${JSON.stringify([stage.pipelineId, stage.stageId])}`;
  return askers.get(ledger.name) ?? '';
}

interface Shown<Context> {
  readonly id: string;
  getSnapshot(): {
    readonly status: string;
    readonly value: object | string;
    readonly context: Context;
    getMeta(): Readonly<Record<string, StateMeta<Context> | undefined>>;
  };
}

function stateOf<Context>(
  kind: ActorState['kind'],
  ref: Shown<Context>,
  children: readonly ActorState[] = [],
): ActorState {
  const snapshot = ref.getSnapshot();
  const { status, value, context } = snapshot;
  return {
    kind,
    id: ref.id,
    state: statePath(value),
    reason: status === 'active' ? reasonOf(snapshot.getMeta(), context) : status,
    children,
  };
}

/** The innermost state's own word. */
function reasonOf<Context>(
  metas: Readonly<Record<string, StateMeta<Context> | undefined>>,
  context: Context,
): string {
  const innermost = Object.entries(metas).toSorted(([a], [b]) => b.length - a.length)[0]?.[1];
  return innermost?.reason(context) ?? '';
}
