/** How far the workers of one ScaleUp have come, as the command counts them. Pure. */
import type { WorkerReport } from '../worker/events.ts';
import type { EndedWorker, Refusal, WorkerOrder } from '../worker/order.ts';
import type { OpenScaleUp, Refused, ScaleAnswer } from './replies.ts';

export type Placement =
  | { readonly kind: 'asked' | 'queued' | 'created' }
  /** Over; `created` tells whether its Pod had existed, `refusal` why it never can. */
  | {
      readonly kind: 'ended' | 'finished';
      readonly created: boolean;
      readonly failed: boolean;
      readonly reason: string;
      readonly refusal?: Refusal;
    };

type Placements = ReadonlyMap<string, Placement>;

export function placements(work: OpenScaleUp): Placements {
  return new Map(work.slots.map(({ slot }) => [slot.podName, { kind: 'asked' } as const]));
}

/** @returns the placements after these reports of the workers; unknown ids change nothing. */
export function advance(all: Placements, reports: readonly WorkerReport[]): Placements {
  let changed: Map<string, Placement> | undefined;
  for (const report of reports) {
    const before = (changed ?? all).get(report.id);
    const after = before && next(before, report);
    if (after && after !== before) (changed ??= new Map(all)).set(report.id, after);
  }
  return changed ?? all;
}

function next(before: Placement, report: WorkerReport): Placement {
  const isOver = before.kind === 'ended' || before.kind === 'finished';
  switch (report.type) {
    case 'worker.queued':
      return before.kind === 'asked' ? { kind: 'queued' } : before;
    case 'worker.created':
      return isOver ? before : { kind: 'created' };
    case 'worker.ended':
      return isOver
        ? before
        : {
            kind: 'ended',
            created: before.kind === 'created',
            failed: report.outcome.kind === 'failed',
            reason: report.outcome.kind === 'failed' ? report.outcome.failure.evidence : '',
            ...(report.refusal ? { refusal: report.refusal } : {}),
          };
    case 'worker.finished':
      return isOver ? { ...before, kind: 'finished' } : finished(report.ended);
    case 'worker.running':
    case 'worker.recorded':
    case 'worker.freed':
    case 'worker.settled':
    case 'worker.strayed':
      return before;
  }
}

/** A worker that had ended before this process, as its ledger tells it. */
function finished({ outcome, refusal }: EndedWorker): Placement {
  return {
    kind: 'finished',
    created: !refusal,
    failed: outcome.kind === 'failed',
    reason: outcome.kind === 'failed' ? outcome.failure.evidence : '',
    ...(refusal ? { refusal } : {}),
  };
}

const every = (all: Placements, holds: (p: Placement) => boolean) => [...all.values()].every(holds);

/** Each worker's Pod exists, is in line for capacity, or can never exist. */
export const allPlaced = (all: Placements) => every(all, (p) => p.kind !== 'asked');
export const allCreated = (all: Placements) => every(all, (p) => p.kind !== 'asked' && p.kind !== 'queued');
export const allFinished = (all: Placements) => every(all, (p) => p.kind === 'finished');

/** @returns why the whole command is refused: the API server will not take a single one of its Pods. */
export function nothingPossible(all: Placements): Refused | undefined {
  let first: Refused | undefined;
  for (const p of all.values()) {
    if ((p.kind !== 'ended' && p.kind !== 'finished') || !p.refusal) return undefined;
    first ??= { kind: 'refused', code: p.refusal === 'invalid' ? 'invalid' : 'forbidden', reason: p.reason };
  }
  return first;
}

export function summarize(order: WorkerOrder, all: Placements, replayed: boolean): ScaleAnswer {
  const created = count(all, (p) => p.kind === 'created' || ('created' in p && p.created));
  const queued = count(all, (p) => p.kind === 'queued');
  const failedCount = count(all, (p) => 'failed' in p && p.failed && !p.created);
  const rest = all.size - created - queued - failedCount;
  const parts = [
    `${created} of ${all.size} created`,
    queued > 0 ? `${queued} waiting for capacity` : '',
    rest > 0 ? `${rest} not yet taken by the API server` : '',
    failedCount > 0 ? `${failedCount} failed` : '',
  ];
  return {
    kind: 'accepted',
    replayed,
    podNames: [...all.keys()],
    acceptedAt: order.acceptedAt,
    failedCount,
    message: replayed ? 'already processed' : parts.filter(Boolean).join(', '),
  };
}

const count = (all: Placements, holds: (p: Placement) => boolean) => [...all.values()].filter(holds).length;
