/** Waits for a command's actor to answer, by its snapshots. */
import type { ScaleAnswer } from '../../machines/scale/replies.ts';

interface Answering {
  readonly context: { readonly answer?: ScaleAnswer };
  hasTag(tag: 'answered'): boolean;
}

export interface AnsweringRef {
  getSnapshot(): Answering;
  subscribe(observer: { next(snapshot: Answering): void; error(error: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}

/**
 * Resolves with the first answer. Rejects with the signal's reason where nobody waits any more (the command
 * goes on), or with what the actor crashed of.
 */
export async function answerOf(ref: AnsweringRef, signal: AbortSignal): Promise<ScaleAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ScaleAnswer>();
  const look = (snapshot: Answering) => {
    if (snapshot.hasTag('answered') && snapshot.context.answer) resolve(snapshot.context.answer);
  };
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const subscription = ref.subscribe({
    next: look,
    error: reject,
    complete: () => reject(new Error('the command ended without an answer')),
  });
  look(ref.getSnapshot());
  try {
    return await promise;
  } finally {
    subscription.unsubscribe();
    signal.removeEventListener('abort', giveUp);
  }
}
