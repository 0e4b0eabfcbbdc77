/**
 * What the rpc layer knows of the actors: a ref to send events to, and how to read its snapshots.
 *
 * The readers are the pool's own (`src/machines/pool/view.ts` and others), handed in by the
 * composition root, since this layer holds no value of the machines.
 */
import type * as summary from '../../machines/pipeline/summary.ts';
import type { PoolEvent } from '../../machines/pool/events.ts';
import type * as outputView from '../../machines/pool/output-view.ts';
import type * as pipelineView from '../../machines/pool/pipeline-view.ts';
import type * as poolView from '../../machines/pool/view.ts';

export interface PoolPort {
  readonly ref: {
    send(
      event: Extract<PoolEvent, { type: 'scale.up' | 'scale.down' | 'pipeline.open' | 'pipeline.cancel' }>,
    ): void;
    getSnapshot(): poolView.PoolSnapshot;
    subscribe(observer: { next: () => void }): { unsubscribe(): void };
  };
  /** Why this process answers nothing, as a clause; undefined while it leads, and without election. */
  readonly standsBy?: () => string | undefined;
  /** What is shown here instead of a pool at work, as in "line 7 of a recording": then no command is taken. */
  readonly past?: string;
  /** Told which trace a command continues, before the pool hears of it. Absent: nothing is traced. */
  readonly traces?: { note(command: object, traceparent: string): void };
  readonly view: Pick<typeof poolView, 'findScaleUp' | 'findScaleDown' | 'viewWorkers'> &
    Pick<typeof pipelineView, 'findPipeline' | 'readPipeline' | 'listPipelines'> &
    Pick<typeof outputView, 'knowsOutput' | 'readWriters'> &
    Pick<typeof summary, 'summarize'>;
}
