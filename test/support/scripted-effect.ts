/**
 * An effect whose answer the test gives, when it wants to.
 *
 * It fills a slot as `fromPromise` does, but answers at once instead of in a microtask: a test that sends
 * an event sees all of its consequences when `send` returns, in every run in the same order.
 */
import type { ActorRef, PromiseActorLogic, PromiseSnapshot, Snapshot } from 'xstate';

/** One invocation of an effect. */
export interface Call<Input, Output> {
  readonly slot: string;
  readonly input: Input;
  /** False once it was answered, or its state was left. */
  readonly isOpen: boolean;
  reply(output: Output): void;
  fail(error: unknown): void;
}

/** @param onCall is given each invocation when it starts; it may answer at once, later, or never. */
export function scriptedEffect<Output, Input>(
  slot: string,
  onCall: (call: Call<Input, Output>) => void,
): PromiseActorLogic<Output, Input> {
  type State = PromiseSnapshot<Output, Input>;
  return {
    getInitialSnapshot: (_scope, input) => ({ status: 'active', output: undefined, error: undefined, input }),
    getPersistedSnapshot: (state) => state,
    transition: (state, event): State => {
      if (state.status !== 'active') return state;
      if (event.type === 'xstate.stop') return { ...state, status: 'stopped' };
      if (event.type === 'scripted.fail') return { ...state, status: 'error', error: event['error'] };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `reply` below is the only sender
      return { ...state, status: 'done', error: undefined, output: event['output'] as Output };
    },
    start: ({ input }, { self }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- xstate always passes an invocation's input
      onCall(new ScriptedCall<Input, Output>(slot, input as Input, self));
    },
  };
}

type EffectRef = ActorRef<Snapshot<unknown>, { type: string; [key: string]: unknown }>;

class ScriptedCall<Input, Output> implements Call<Input, Output> {
  readonly slot: string;
  readonly input: Input;
  readonly #ref: EffectRef;

  constructor(slot: string, input: Input, ref: EffectRef) {
    this.slot = slot;
    this.input = input;
    this.#ref = ref;
  }

  get isOpen(): boolean {
    return this.#ref.getSnapshot().status === 'active';
  }

  reply(output: Output): void {
    this.#answer({ type: 'scripted.reply', output });
  }

  fail(error: unknown): void {
    this.#answer({ type: 'scripted.fail', error });
  }

  #answer(event: { type: string; [key: string]: unknown }): void {
    if (this.isOpen) this.#ref.send(event);
  }
}
