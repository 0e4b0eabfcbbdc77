/** The effect `recordOutcome`: how a worker ended is written once and never overwritten. */
import type { Ending } from '../../machines/worker/events.ts';
import type { EndedWorker } from '../../machines/worker/order.ts';
import type { Clock } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';

export async function recordOutcome(
  { book, clock }: { readonly book: LedgerBook; readonly clock: Clock },
  { order, slot, outcome, refusal, pod }: Ending,
): Promise<EndedWorker> {
  const container = pod?.container;
  const ended: EndedWorker = {
    outcome,
    createdAt: pod?.createdAt ?? '',
    startedAt: container && container.kind !== 'waiting' ? container.startedAt : '',
    endedAt: container?.kind === 'terminated' ? container.finishedAt : new Date(clock.now()).toISOString(),
    nodeName: pod?.nodeName ?? '',
    ...(refusal ? { refusal } : {}),
  };
  const key = String(slot.index);
  let durable = ended;
  await book.change(order.ledger.name, (state) => {
    durable = state.ended[key] ?? ended;
    return state.ended[key] ? state : { ...state, ended: { ...state.ended, [key]: ended } };
  });
  return durable;
}
