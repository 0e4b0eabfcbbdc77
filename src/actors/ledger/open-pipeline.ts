/**
 * The effect `openLedger` of a run: a new one becomes durable before anything follows from it, one that was
 * accepted before is found again, and one that has ended is repeated under another id.
 *
 * The ledger's name is the idempotency key, `pipeline_id`. The first events are in the ledger from the start:
 * whoever sees the run sees that it was accepted.
 */
import type { StoredRecord } from '../../cluster/port.ts';
import type { PipelineCommand } from '../../machines/pipeline/command.ts';
import { stamp, thePipeline, type ProgressDraft } from '../../machines/pipeline/progress.ts';
import type { OpenPipelineReply, PipelineOpening, PipelineRecord } from '../../machines/pipeline/record.ts';
import { refused, type Refused } from '../../machines/scale/replies.ts';
import { claimRecord, findRecord, type ClaimDeps } from './claim-record.ts';
import { foreseenBytes, recordBytesMax } from './foresee-size.ts';
import type { LedgerBook } from './ledger-book.ts';
import { immutable } from './open-ledger.ts';
import type { OrderPolicy } from './order.ts';
import { attemptName, openPipeline, pipelineLedgerName } from './pipeline-order.ts';
import {
  decodePipeline,
  defaultsOf,
  encodePipeline,
  pipelineKind,
  type PipelineLedger,
} from './pipeline-record.ts';
import { decodePipelineState, RunCodec, type PipelineState } from './pipeline-state.ts';
import { obstacleTo, retryCommand } from './retry-run.ts';

export interface OpenPipelineDeps extends ClaimDeps {
  readonly runs: LedgerBook<PipelineState>;
  readonly policy: OrderPolicy;
}

interface Run {
  readonly ledger: PipelineLedger;
  readonly state: PipelineState;
}

/** Tries until the cluster answers or the signal aborts. */
export function openPipelineLedger(
  deps: OpenPipelineDeps,
  opening: PipelineOpening,
  signal: AbortSignal,
): Promise<OpenPipelineReply> {
  switch (opening.kind) {
    case 'submit':
      return submit(deps, opening.command, signal);
    case 'attach':
      return attach(deps, opening.pipelineId, signal);
    case 'retry':
      return retry(deps, opening, signal);
  }
}

async function submit(
  deps: OpenPipelineDeps,
  command: PipelineCommand,
  signal: AbortSignal,
): Promise<OpenPipelineReply> {
  const { namespace } = deps.cluster;
  const ledger: PipelineLedger = { ...immutable(deps, command), command, defaults: defaultsOf(deps.policy) };
  const codec = new RunCodec(ledger, attemptName(namespace));
  const state = { codec, record: freshRecord(ledger), epoch: deps.fence?.epoch ?? 0 };
  const data = encodePipeline(ledger, codec.encode(state.record, state.epoch));
  const bytes = foreseenBytes(data, command);
  if (bytes > recordBytesMax) return tooLarge(bytes);
  const intent = {
    record: {
      name: pipelineLedgerName(namespace, command.pipelineId),
      labels: { 'ottoscaler.io/record': pipelineKind },
      data,
    },
    ours: { ledger, state },
    ...reader(deps),
    differs: differs(command.pipelineId),
  };
  const claimed = await claimRecord<Run>(deps, intent, signal);
  return claimed.kind === 'refused'
    ? claimed
    : reply(deps, claimed.kind === 'new' ? 'opened' : 'resumed', claimed);
}

async function attach(
  deps: OpenPipelineDeps,
  pipelineId: string,
  signal: AbortSignal,
): Promise<OpenPipelineReply> {
  const found = await find(deps, pipelineId, signal);
  if (found.kind === 'absent') return { kind: 'absent', pipelineId };
  return found.kind === 'refused' ? found : reply(deps, 'resumed', found);
}

/**
 * The new run is looked for first: asking again finds it, also when the earlier one is gone by now, or when
 * another configuration would take other stages over.
 */
async function retry(
  deps: OpenPipelineDeps,
  { pipelineId, earlierId, triggeredBy }: Extract<PipelineOpening, { kind: 'retry' }>,
  signal: AbortSignal,
): Promise<OpenPipelineReply> {
  const known = await find(deps, pipelineId, signal);
  if (known.kind === 'refused') return known;
  if (known.kind === 'found') {
    const { command } = known.ledger;
    const isSame = command.retryOf?.pipelineId === earlierId && command.triggeredBy === triggeredBy;
    return isSame ? reply(deps, 'resumed', known) : differs(pipelineId);
  }
  const earlier = await find(deps, earlierId, signal);
  if (earlier.kind === 'refused') return earlier;
  if (earlier.kind === 'absent') return { kind: 'absent', pipelineId: earlierId };
  const obstacle = obstacleTo(earlier.ledger, earlier.state.record);
  if (obstacle !== undefined) return refused('precondition', obstacle);
  const fresh = { pipelineId, triggeredBy };
  const command = retryCommand(earlier.ledger, earlier.state.record, fresh, defaultsOf(deps.policy));
  return submit(deps, command, signal);
}

async function find(deps: OpenPipelineDeps, pipelineId: string, signal: AbortSignal) {
  const name = pipelineLedgerName(deps.cluster.namespace, pipelineId);
  // An actor that crashed may have left a write under way; the next one begins after it.
  await deps.runs.settled(name);
  return findRecord<Run>(deps, name, reader(deps), signal);
}

function reader(deps: OpenPipelineDeps) {
  return {
    decode: (record: StoredRecord) => decodeRun(deps, record),
    takeOver: (record: StoredRecord) => deps.runs.takeOver(record),
  };
}

function decodeRun({ cluster }: OpenPipelineDeps, record: StoredRecord): Run {
  const ledger = decodePipeline(record);
  return { ledger, state: decodePipelineState(record, ledger, attemptName(cluster.namespace)) };
}

function reply(
  { runs, policy, clock }: OpenPipelineDeps,
  kind: 'opened' | 'resumed',
  { record, ledger, state }: Run & { readonly record: StoredRecord },
): OpenPipelineReply {
  if (state.record.closedAt === '') runs.keep(record, state);
  return { kind, ...openPipeline(record, ledger, state.record, policy, clock.now()) };
}

/** What is durable as soon as the run is. */
function freshRecord({ command, acceptedAt }: PipelineLedger): PipelineRecord {
  const { stages, retryOf } = command;
  const atMs = Date.parse(acceptedAt);
  const counted = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  const accepted = draft(thePipeline, 'running', `accepted: ${counted}`, 0);
  const indexOf = new Map(stages.map(({ stageId }, index) => [stageId, index]));
  const reused = (retryOf?.reused ?? []).flatMap(({ stageId, digest }) => {
    const stage = indexOf.get(stageId);
    const message = `reused from ${retryOf?.pipelineId ?? ''}, digest ${digest}`;
    return stage === undefined ? [] : [draft(stage, 'completed', message, 100)];
  });
  const progress = [accepted, ...reused].map((one) => stamp(one, undefined, atMs));
  return { attempts: [], progress, closedAt: '' };
}

function draft(
  stage: number,
  status: ProgressDraft['status'],
  message: string,
  percentage: number,
): ProgressDraft {
  const workers = { succeeded: 0, failed: 0, total: 0 };
  return { stage, status, message, percentage, errorMessage: '', workers, attempt: 0 };
}

function differs(pipelineId: string): Refused {
  const id = JSON.stringify(pipelineId);
  return refused(
    'differs',
    `pipeline_id ${id} was accepted before with other content; choose another pipeline_id`,
  );
}

function tooLarge(bytes: number): Refused {
  return refused(
    'exhausted',
    `the record of this run would take ${kib(bytes)} KiB, more than the ${kib(recordBytesMax)} KiB that a cluster keeps of one; send fewer stages or workers, or shorter ones`,
  );
}

const kib = (bytes: number) => Math.ceil(bytes / 1024);
