/** The effect `recordOutcome`: how a worker ended is written once and never overwritten. */
import type { AttemptRecord } from '../../machines/pipeline/record.ts';
import type { Ending } from '../../machines/worker/events.ts';
import type { EndedWorker } from '../../machines/worker/order.ts';
import type { Clock } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { LedgerState } from './record.ts';

export interface OutcomeDeps {
  readonly book: LedgerBook<LedgerState>;
  readonly runs: LedgerBook<PipelineState>;
  readonly clock: Clock;
}

/** @returns what is durable: an outcome that was recorded before stays. */
export function recordOutcome(deps: OutcomeDeps, ending: Ending): Promise<EndedWorker> {
  const { order, slot } = ending;
  const ended = endedFrom(ending, deps.clock);
  if (!order.stage) return recordWorker(deps.book, order.ledger.name, slot.index, ended);
  const { index, attempt } = slot;
  return recordAttempt(deps.runs, order.ledger.name, {
    stage: order.stage.stageIndex,
    index,
    attempt,
    ended,
  });
}

function endedFrom({ outcome, refusal, pod }: Ending, clock: Clock): EndedWorker {
  const container = pod?.container;
  return {
    outcome,
    createdAt: pod?.createdAt ?? '',
    startedAt: container && container.kind !== 'waiting' ? container.startedAt : '',
    endedAt: container?.kind === 'terminated' ? container.finishedAt : new Date(clock.now()).toISOString(),
    nodeName: pod?.nodeName ?? '',
    ...(refusal ? { refusal } : {}),
  };
}

async function recordWorker(
  book: OutcomeDeps['book'],
  ledgerName: string,
  index: number,
  ended: EndedWorker,
): Promise<EndedWorker> {
  const key = String(index);
  let durable = ended;
  await book.change(ledgerName, (state) => {
    durable = state.ended[key] ?? ended;
    return state.ended[key] ? state : { ...state, ended: { ...state.ended, [key]: ended } };
  });
  return durable;
}

async function recordAttempt(
  runs: OutcomeDeps['runs'],
  ledgerName: string,
  one: AttemptRecord & { readonly ended: EndedWorker },
): Promise<EndedWorker> {
  let durable = one.ended;
  await runs.change(ledgerName, (state) => {
    const { attempts } = state.record;
    const at = attempts.findIndex(
      ({ stage, index, attempt }) => stage === one.stage && index === one.index && attempt === one.attempt,
    );
    const known = attempts[at]?.ended;
    durable = known ?? one.ended;
    if (known) return state;
    const written = at < 0 ? [...attempts, one] : attempts.with(at, one);
    return { ...state, record: { ...state.record, attempts: written } };
  });
  return durable;
}
