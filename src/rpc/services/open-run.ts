/**
 * Gets hold of a run: asks the pool for its actor and waits until the run's ledger has answered.
 *
 * The actor is the pool's and is shared by everyone who asks for the same run; whoever leaves only leaves.
 */
import type { PipelineReading } from '../../machines/pipeline/reading.ts';
import type { PipelineOpening } from '../../machines/pipeline/record.ts';
import { RpcError } from '../status.ts';
import { quote } from '../validate/reject.ts';
import { type Changes, changesOf } from './changes.ts';
import type { PoolPort } from './pool-port.ts';
import { requireRecovered, requireServing } from './readiness.ts';
import { refusalError } from './refusal.ts';

/** What is known of an accepted run for good. */
export type AcceptedRun = NonNullable<PipelineReading['open']>;

export interface Run {
  readonly accepted: AcceptedRun;
  /** It had been accepted before it was asked for this time. */
  readonly wasAccepted: boolean;
  read(): PipelineReading;
  /**
   * Resolves once there is something new to read.
   *
   * @throws RpcError UNAVAILABLE where there will be nothing new, CANCELLED or DEADLINE_EXCEEDED with the caller
   */
  changed(): Promise<void>;
  /** To be called once; the run goes on. */
  close(): void;
}

/**
 * An actor that somebody else asked for may be about to end without a run: one that attaches to a run which
 * this very call is to start. Then the pool is asked again, this often at most.
 */
const triesMax = 3;

/** @throws RpcError NOT_FOUND, UNAVAILABLE, or what the ledger's refusal means */
export async function openRun(pool: PoolPort, opening: PipelineOpening, signal: AbortSignal): Promise<Run> {
  const isFound = pool.past !== undefined && opening.kind === 'attach';
  if (isFound && !pool.view.findPipeline(pool.ref.getSnapshot(), opening.pipelineId)) throw absent(opening);
  for (let tries = 1; ; tries++) {
    if (isFound) requireRecovered(pool);
    else requireServing(pool);
    const earlier = pool.view.findPipeline(pool.ref.getSnapshot(), opening.pipelineId);
    if (!isFound) pool.ref.send({ type: 'pipeline.open', opening });
    const actor = pool.view.findPipeline(pool.ref.getSnapshot(), opening.pipelineId);
    if (!actor) throw new RpcError('UNAVAILABLE', 'Ottoscaler is shutting down; send the call again');
    const isShared = actor === earlier;
    const changes = changesOf(actor, signal);
    try {
      const read = () => pool.view.readPipeline(actor);
      // oxlint-disable-next-line no-await-in-loop -- each try depends on the one before
      const { phase, open, refusal, resumed } = await untilOpened(read, changes, opening.pipelineId);
      if (open && (phase === 'under way' || phase === 'ended')) {
        return {
          accepted: open,
          wasAccepted: resumed || isShared,
          read,
          changed: () => untilChanged(changes, opening.pipelineId),
          close: () => changes.close(),
        };
      }
      if (!isShared || tries === triesMax) throw refusal ? refusalError(refusal) : absent(opening);
    } catch (error) {
      changes.close();
      throw error;
    }
    changes.close();
  }
}

async function untilOpened(
  read: () => PipelineReading,
  changes: Changes,
  pipelineId: string,
): Promise<PipelineReading> {
  let reading = read();
  while (reading.phase === 'opening') {
    // oxlint-disable-next-line no-await-in-loop -- each reading follows a change
    await untilChanged(changes, pipelineId);
    reading = read();
  }
  return reading;
}

async function untilChanged(changes: Changes, pipelineId: string): Promise<void> {
  if (await changes.next()) return;
  throw new RpcError(
    'UNAVAILABLE',
    `Ottoscaler does not follow the run ${quote(pipelineId)} any more, for it is shutting down or recovers ` +
      'from a fault; the run goes on: send the call again, and re-attach a stream with after_sequence',
  );
}

function absent(opening: PipelineOpening): RpcError {
  const pipelineId = opening.kind === 'retry' ? opening.earlierId : opening.pipelineId;
  return new RpcError(
    'NOT_FOUND',
    `pipeline_id: there is no run ${quote(pipelineId)}, or it ended more than 24 hours ago`,
  );
}
