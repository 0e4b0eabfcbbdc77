/**
 * Whether a silent reading is of a quiet container, or dead.
 *
 * A quiet container may be silent for hours, and so may a connection that a proxy keeps after its server is gone. So a
 * silent reading is left alone and asked about. One of a Pod that has ended has no reason to be silent.
 */
import type { Clock } from '../../actors/ports.ts';

const silentMs = 20_000;
const lookEveryMs = 1_000;

export interface SilenceOptions {
  readonly clock: Clock;
  /** Grows with what is heard; busy with it, nothing more is listened to. */
  readonly heard: { readonly chunks: number; readonly isBusy: boolean };
  /** Whether the container has ended meanwhile. */
  readonly isEnding: () => boolean;
  /** Whether there is more than was heard. Must not reject. */
  readonly isBehind: () => Promise<boolean>;
  readonly cut: () => void;
}

/** @returns what ends the guard. */
export function guardSilence({ clock, heard, isEnding, isBehind, cut }: SilenceOptions): () => void {
  let isOver = false;
  let timer: unknown;
  let known = 0;
  let looks = 0;
  const look = async (): Promise<void> => {
    if (isOver) return;
    looks = heard.chunks === known && !heard.isBusy ? looks + 1 : 0;
    known = heard.chunks;
    if (looks > 0 && isEnding()) return cut();
    if (looks * lookEveryMs >= silentMs) {
      looks = 0;
      if ((await isBehind()) && !isOver && heard.chunks === known) return cut();
    }
    if (!isOver) timer = clock.setTimeout(() => void look(), lookEveryMs);
  };
  timer = clock.setTimeout(() => void look(), lookEveryMs);
  return () => {
    isOver = true;
    clock.clearTimeout(timer);
  };
}
