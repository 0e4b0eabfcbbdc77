/**
 * The effects that write a run's ledger: what happened, and that it is over.
 *
 * A run has one entry under way at a time. One that is sent again, since its answer was lost, has the effect
 * of once: its place in the list of events tells.
 */
import type { Cancel, CancelMode } from '../../machines/pipeline/command.ts';
import { stamp, type ProgressDraft, type ProgressEvent } from '../../machines/pipeline/progress.ts';
import type { AttemptRecord, JournalEntry, PipelineRecord } from '../../machines/pipeline/record.ts';
import type { Clock } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { PipelineState } from './pipeline-state.ts';

export interface JournalDeps {
  readonly runs: LedgerBook<PipelineState>;
  readonly clock: Clock;
}

/**
 * Resolves once the entry is durable.
 *
 * @returns the events from number `base + 1` on. Where the ledger is gone, and with it all that it promised,
 * the drafts as if they were the first: whoever waits for them comes to an end.
 */
export async function writeJournal(
  { runs, clock }: JournalDeps,
  entry: JournalEntry,
): Promise<readonly ProgressEvent[]> {
  const { ledger, base, drafts } = entry;
  let known = base;
  let durable = stamped([], drafts, clock.now());
  await runs.change(ledger.name, (state) => {
    const record = withEntry(state.record, isLarge(state) ? essential(entry) : entry, clock.now());
    known = state.record.progress.length;
    durable = record.progress.slice(base);
    return record === state.record ? state : { ...state, record };
  });
  if (known < base) throw new Error(`the ledger ${ledger.name} has lost events: it has ${known} of ${base}`);
  return durable;
}

/** The tombstone: the ledger stays, so that the run is found and a repetition is recognised, and is written no more. */
export async function closePipeline(
  { runs, clock }: JournalDeps,
  { ledgerName }: { readonly ledgerName: string },
): Promise<void> {
  await runs.change(ledgerName, (state) =>
    state.record.closedAt
      ? state
      : { ...state, record: { ...state.record, closedAt: new Date(clock.now()).toISOString() } },
  );
  runs.release(ledgerName);
}

/** From here on only changes of status are written down, so that there is room for the end. */
const largeChars = 512 * 1024;

const isLarge = ({ codec }: PipelineState) => codec.chars > largeChars;

function essential(entry: JournalEntry): JournalEntry {
  return { ...entry, drafts: entry.drafts.filter((draft) => !draft.isOptional) };
}

/** @returns the same record where nothing of the entry is new. */
function withEntry(record: PipelineRecord, entry: JournalEntry, nowMs: number): PipelineRecord {
  const isNew = record.progress.length === entry.base;
  const events = isNew ? stamped(record.progress, entry.drafts, nowMs) : [];
  const attempts = missing(record.attempts, entry.created);
  const cancel = stronger(record.cancel, entry.cancel);
  if (events.length === 0 && attempts.length === 0 && cancel === record.cancel) return record;
  return {
    ...record,
    attempts: [...record.attempts, ...attempts],
    progress: [...record.progress, ...events],
    ...(cancel ? { cancel } : {}),
  };
}

/** Each draft follows the latest event of its stage, and none is older than the last event: a clock may go back. */
function stamped(
  earlier: readonly ProgressEvent[],
  drafts: readonly ProgressDraft[],
  nowMs: number,
): readonly ProgressEvent[] {
  if (drafts.length === 0) return [];
  const latest = latestOf(earlier, new Set(drafts.map(({ stage }) => stage)));
  const atMs = Math.max(nowMs, Date.parse(earlier.at(-1)?.at ?? '') || 0);
  return drafts.map((draft) => {
    const event = stamp(draft, latest.get(draft.stage), atMs);
    latest.set(draft.stage, event);
    return event;
  });
}

/** The latest event of each of these stages, looked for from the end, where they mostly are. */
function latestOf(events: readonly ProgressEvent[], stages: ReadonlySet<number>): Map<number, ProgressEvent> {
  const latest = new Map<number, ProgressEvent>();
  for (let at = events.length - 1; at >= 0 && latest.size < stages.size; at--) {
    const event = events[at];
    if (event && stages.has(event.stage) && !latest.has(event.stage)) latest.set(event.stage, event);
  }
  return latest;
}

/** Those that the record does not have, each once. */
function missing(
  known: readonly AttemptRecord[],
  created: JournalEntry['created'],
): readonly AttemptRecord[] {
  if (created.length === 0) return [];
  const keys = new Set(known.map(attemptKey));
  return created.flatMap(({ stage, index, attempt }) => {
    const key = attemptKey({ stage, index, attempt });
    if (keys.has(key)) return [];
    keys.add(key);
    return [{ stage, index, attempt }];
  });
}

const attemptKey = ({ stage, index, attempt }: Pick<AttemptRecord, 'stage' | 'index' | 'attempt'>) =>
  `${stage}/${index}/${attempt}`;

const strength: Readonly<Record<CancelMode, number>> = { 'finish-running': 1, 'run-finally': 2, now: 3 };

/** A cancel is only ever replaced by one that ends more. */
function stronger(known: Cancel | undefined, asked: Cancel | undefined): Cancel | undefined {
  if (!known || !asked) return known ?? asked;
  return strength[asked.mode] > strength[known.mode] ? asked : known;
}
