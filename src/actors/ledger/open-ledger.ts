/**
 * The effects `openLedger` of scale commands: the intent becomes durable before anything follows from it.
 *
 * The ledger's name is the idempotency key; `claim-record.ts` says what a taken name means.
 */
import type { StoredRecord } from '../../cluster/port.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../machines/command.ts';
import {
  refused,
  type OpenScaleDownReply,
  type OpenScaleUpReply,
  type Refused,
} from '../../machines/scale/replies.ts';
import { contentHash, objectName } from '../naming.ts';
import { claimRecord, type ClaimDeps, type Claimed } from './claim-record.ts';
import type { LedgerBook } from './ledger-book.ts';
import { openScaleUp, podNamesOf, resolveTemplate, type OrderPolicy } from './order.ts';
import {
  decodeLedger,
  decodeState,
  encodeLedger,
  freshState,
  type Immutable,
  type Ledger,
  type LedgerState,
} from './record.ts';

export interface OpenLedgerDeps extends ClaimDeps {
  readonly book: LedgerBook<LedgerState>;
  readonly policy: OrderPolicy;
}

interface Opened {
  readonly ledger: Ledger;
  readonly state: LedgerState;
}

export async function openScaleUpLedger(
  deps: OpenLedgerDeps,
  command: ScaleUpCommand,
  signal: AbortSignal,
): Promise<OpenScaleUpReply> {
  const template = resolveTemplate(command.template, deps.policy);
  const opened = await open(
    deps,
    { ...immutable(deps, command), kind: 'scale-up', command, template },
    signal,
  );
  if (opened.kind === 'refused') return opened;
  const { record, ledger, state } = opened;
  if (ledger.kind !== 'scale-up') return differs(command.taskId);
  if (state.closedAt !== '') {
    deps.book.release(record.name);
    return {
      kind: 'replayed',
      podNames: podNamesOf(deps.cluster.namespace, ledger.command),
      acceptedAt: ledger.acceptedAt,
    };
  }
  const work = openScaleUp(deps.cluster.namespace, record, ledger, state, deps.policy);
  return { kind: opened.kind === 'new' ? 'opened' : 'resumed', ...work };
}

export async function openScaleDownLedger(
  deps: OpenLedgerDeps,
  command: ScaleDownCommand,
  podNames: readonly string[],
  signal: AbortSignal,
): Promise<OpenScaleDownReply> {
  const opened = await open(
    deps,
    { ...immutable(deps, command), kind: 'scale-down', command, podNames },
    signal,
  );
  if (opened.kind === 'refused') return opened;
  const { record, ledger, state } = opened;
  if (ledger.kind !== 'scale-down') return differs(command.taskId);
  const kind = opened.kind === 'new' ? 'opened' : state.closedAt === '' ? 'resumed' : 'replayed';
  if (kind === 'replayed') deps.book.release(record.name);
  return { kind, ledgerName: record.name, podNames: ledger.podNames, acceptedAt: ledger.acceptedAt };
}

/** What every new ledger says of itself, whatever its kind. */
export function immutable(
  { clock, random }: Pick<ClaimDeps, 'clock' | 'random'>,
  command: object,
): Immutable {
  return {
    hash: contentHash(command),
    acceptedAt: new Date(clock.now()).toISOString(),
    nonce: random().toString(36).slice(2),
  };
}

async function open(deps: OpenLedgerDeps, ledger: Ledger, signal: AbortSignal): Promise<Claimed<Opened>> {
  const { taskId, requestId } = ledger.command;
  const { kind } = ledger;
  const { namespace } = deps.cluster;
  const name = objectName({ kind, namespace, parts: [taskId, requestId], title: taskId });
  const labels = { 'ottoscaler.io/record': kind };
  const epoch = deps.fence?.epoch ?? 0;
  const fresh = epoch > 0 ? { epoch, ...freshState } : freshState;
  const intent = {
    record: { name, labels, data: encodeLedger(ledger, fresh) },
    ours: { ledger, state: fresh },
    decode: (record: StoredRecord) => ({
      ledger: decodeLedger(record),
      state: decodeState(record),
    }),
    takeOver: (record: StoredRecord) => deps.book.takeOver(record),
    differs: differs(taskId),
  };
  const opened = await claimRecord(deps, intent, signal);
  if (opened.kind !== 'refused') deps.book.keep(opened.record, opened.state);
  return opened;
}

function differs(taskId: string): Refused {
  const reason = `task_id ${JSON.stringify(taskId)} with this metadata["request_id"] was accepted before with other content; send another request_id`;
  return refused('differs', reason);
}
