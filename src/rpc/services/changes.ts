/**
 * Waits for the changes of an actor, one subscription for all of them.
 *
 * Nothing is queued: a change only says that there is something to read, and however many come while nobody
 * waits, they are one. The subscription begins before anything is read, so no change falls between a reading
 * and the wait that follows it.
 */
import type { PipelineReader } from '../../machines/pipeline/reading.ts';

export interface Changes {
  /**
   * Resolves with true at the next change since the last call, with false where there will be none any more.
   * Rejects with the signal's reason.
   */
  next(): Promise<boolean>;
  close(): void;
}

export function changesOf(actor: PipelineReader, signal: AbortSignal): Changes {
  let hasChanged = false;
  let isOver = false;
  let wake: (() => void) | undefined;
  const change = () => {
    hasChanged = true;
    wake?.();
  };
  const end = () => {
    isOver = true;
    change();
  };
  const giveUp = () => wake?.();
  signal.addEventListener('abort', giveUp, { once: true });
  const subscription = actor.subscribe({ next: change, error: end, complete: end });
  return {
    async next() {
      signal.throwIfAborted();
      if (!hasChanged && !isOver) await new Promise<void>((resolve) => (wake = resolve));
      signal.throwIfAborted();
      const changed = hasChanged;
      hasChanged = false;
      return changed;
    },
    close() {
      subscription.unsubscribe();
      signal.removeEventListener('abort', giveUp);
    },
  };
}
