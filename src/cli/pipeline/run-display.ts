/** Where a run is shown: a terminal, a pipe or a program. */
import type { PipelineProgress__Output } from '../../rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { RunState } from './run-state.ts';
import type { WorkerNews } from './worker-news.ts';

export interface RunDisplay {
  /** Once, when it is known which stages there are. */
  begin(state: RunState): void;
  /** After every event, with the state that it leads to. */
  event(event: PipelineProgress__Output, state: RunState): void;
  /** What the workers say; only a terminal has eyes for it. */
  news?(news: WorkerNews): void;
  /** About the connection, a cancel or a limit, in one sentence that is safe to print; '' = no longer. */
  notice(sentence: string): void;
  /** The run is over. */
  end(state: RunState): void;
  /** Called last, also after an interruption: leaves the terminal as it was found. */
  close(): void;
}
