/** What those outside read of a run's actor: plain data, read only. */
import type { Refused } from '../scale/replies.ts';
import type { Cancel } from './command.ts';
import type { ProgressEvent } from './progress.ts';
import type { OpenPipeline } from './record.ts';

export interface PipelineReading {
  /** `opening` until its ledger has answered; `ended` once its last event is durable. */
  readonly phase: 'opening' | 'refused' | 'absent' | 'under way' | 'ended';
  /** Present where `refused`. */
  readonly refusal?: Refused;
  /** Present from `under way` on. */
  readonly open?: Pick<OpenPipeline, 'command' | 'stages' | 'acceptedAt'>;
  /** True where the run had been accepted before this actor was made. */
  readonly resumed: boolean;
  /** Everything that is durable, in order. It only ever grows at its end, in place. */
  readonly progress: readonly ProgressEvent[];
  /** Present once it is durable. */
  readonly cancel?: Cancel;
}

/** The actor of a run, as far as a reader is concerned. */
export interface PipelineReader {
  subscribe(observer: { next?: () => void; error?: (error: unknown) => void; complete?: () => void }): {
    unsubscribe(): void;
  };
}
