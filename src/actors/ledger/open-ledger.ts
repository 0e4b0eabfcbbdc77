/**
 * The effects `openLedger`: the intent of a command becomes durable before anything follows from it.
 *
 * The ledger's name is the idempotency key. A taken name is read: the same content means that the command
 * was accepted before (or just now, by a write whose answer was lost: the nonce tells), other content
 * that it must not be.
 */
import { ClusterError, type Cluster, type StoredRecord } from '../../cluster/port.ts';
import type { ScaleDownCommand, ScaleUpCommand } from '../../machines/command.ts';
import type {
  OpenScaleDownReply,
  OpenScaleUpReply,
  Refused,
  RefusalCode,
} from '../../machines/scale/replies.ts';
import { backoffMs } from '../backoff.ts';
import { contentHash, objectName } from '../naming.ts';
import { pause, type Clock, type Random } from '../ports.ts';
import type { LedgerBook } from './ledger-book.ts';
import { openScaleUp, podNamesOf, resolveTemplate, type OrderPolicy } from './order.ts';
import {
  decodeLedger,
  decodeState,
  encodeLedger,
  freshState,
  type Ledger,
  type LedgerState,
} from './record.ts';

export interface OpenLedgerDeps {
  readonly cluster: Cluster;
  readonly book: LedgerBook;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: OrderPolicy;
}

type Opened =
  | {
      readonly kind: 'new' | 'known';
      readonly record: StoredRecord;
      readonly ledger: Ledger;
      readonly state: LedgerState;
    }
  | Refused;

export async function openScaleUpLedger(
  deps: OpenLedgerDeps,
  command: ScaleUpCommand,
  signal: AbortSignal,
): Promise<OpenScaleUpReply> {
  const template = resolveTemplate(command.template, deps.policy);
  const opened = await open(deps, { ...intent(deps, command), kind: 'scale-up', command, template }, signal);
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
    { ...intent(deps, command), kind: 'scale-down', command, podNames },
    signal,
  );
  if (opened.kind === 'refused') return opened;
  const { record, ledger, state } = opened;
  if (ledger.kind !== 'scale-down') return differs(command.taskId);
  const kind = opened.kind === 'new' ? 'opened' : state.closedAt === '' ? 'resumed' : 'replayed';
  if (kind === 'replayed') deps.book.release(record.name);
  return { kind, ledgerName: record.name, podNames: ledger.podNames, acceptedAt: ledger.acceptedAt };
}

const intent = ({ clock, random }: OpenLedgerDeps, command: ScaleUpCommand | ScaleDownCommand) => ({
  hash: contentHash(command),
  acceptedAt: new Date(clock.now()).toISOString(),
  nonce: random().toString(36).slice(2),
});

async function open(deps: OpenLedgerDeps, ledger: Ledger, signal: AbortSignal): Promise<Opened> {
  const { taskId, requestId } = ledger.command;
  const { kind } = ledger;
  const name = objectName({
    kind,
    namespace: deps.cluster.namespace,
    parts: [taskId, requestId],
    title: taskId,
  });
  const labels = { 'ottoscaler.io/record': kind };
  let reason = 'no time was left';
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const record = await deps.cluster.records.create({
        name,
        labels,
        data: encodeLedger(ledger, freshState),
      });
      deps.book.keep(record);
      return { kind: 'new', record, ledger, state: freshState };
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      const known = error.code === 'already-exists' ? await readKnown(deps, name, ledger) : refusalOf(error);
      if (known) return known;
      reason = error.message;
      await pause(deps.clock, backoffMs(tries, deps.random, error.retryAfterMs), signal);
    }
  }
  return { kind: 'refused', code: 'unavailable', reason: `the cluster cannot be written to: ${reason}` };
}

/** @returns undefined where trying again may help. */
async function readKnown(deps: OpenLedgerDeps, name: string, ours: Ledger): Promise<Opened | undefined> {
  try {
    const record = await deps.cluster.records.read(name);
    if (!record) return undefined;
    const ledger = decodeLedger(record);
    if (ledger.hash !== ours.hash) return differs(ours.command.taskId);
    deps.book.keep(record);
    return {
      kind: ledger.nonce === ours.nonce ? 'new' : 'known',
      record,
      ledger,
      state: decodeState(record),
    };
  } catch (error) {
    if (error instanceof ClusterError) return undefined;
    return { kind: 'refused', code: 'differs', reason: String(error) };
  }
}

function differs(taskId: string): Refused {
  const reason = `task_id ${JSON.stringify(taskId)} with this metadata["request_id"] was accepted before with other content; send another request_id`;
  return { kind: 'refused', code: 'differs', reason };
}

/** @returns undefined where trying again may help. */
function refusalOf(error: ClusterError): Refused | undefined {
  const refused = (code: RefusalCode): Refused => ({ kind: 'refused', code, reason: error.message });
  switch (error.code) {
    case 'invalid':
      return refused('invalid');
    case 'forbidden':
      return refused('forbidden');
    case 'quota':
      return refused('exhausted');
    case 'already-exists':
    case 'conflict':
    case 'not-found':
    case 'unauthorized':
    case 'throttled':
    case 'expired':
    case 'unavailable':
    case 'timeout':
      return undefined;
  }
}
