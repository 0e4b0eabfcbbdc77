/** Where a watch is shown: a terminal, a pipe or a program. */
import type { Moment } from './worker-row.ts';
import type { WatchState } from './watch-state.ts';

export interface WatchDisplay {
  /** After every answer. */
  show(state: WatchState, now: Moment): void;
  /** The server did not answer; it is asked again. At most once between two answers. */
  trouble(sentence: string, now: Moment): void;
  /** All is over: the last word, with the summary. */
  end(state: WatchState, now: Moment): void;
  /** Called last, also after an interruption: leaves the terminal as it was found. */
  close(): void;
}
