/**
 * What the rpc layer knows of the actors: a ref to send events to, and how to read its snapshots.
 *
 * The readers are the pool's own (`src/machines/pool/view.ts`), handed in by the composition root, since
 * this layer holds no value of the machines.
 */
import type { PoolEvent } from '../../machines/pool/events.ts';
import type * as poolView from '../../machines/pool/view.ts';

type PoolView = typeof poolView;

export interface PoolPort {
  readonly ref: {
    send(event: Extract<PoolEvent, { type: 'scale.up' | 'scale.down' }>): void;
    getSnapshot(): poolView.PoolSnapshot;
  };
  readonly view: Pick<PoolView, 'findScaleUp' | 'findScaleDown' | 'viewWorkers'>;
}
