/** The parts that every chart's `setup` is made of: typed slots for effects, types, and meta data. */
import { fromPromise } from 'xstate';

/**
 * What every non-final state of every chart says of itself. It travels with the snapshot
 * (`snapshot.getMeta()`), so a layer that only holds a ref can tell a person why an actor waits.
 */
export interface StateMeta<Context> {
  /** One clause, for example `waiting for capacity`. */
  readonly reason: (context: Context) => string;
}

/** An effect to be filled with `.provide()`; left empty it fails loudly. */
export function slot<Output, Input>(name: string) {
  return fromPromise<Output, Input>(() => Promise.reject(new Error(`the slot ${name} is not provided`)));
}

/** A value that exists for the compiler only: `setup({ types: { context: typed<Context>() } })`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the parameter is the whole point
export function typed<T>(): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate reads the type, never the value
  return undefined as T;
}
