/** Ledgers as they stand in the cluster; every field can be overruled. */
import { encodeLedger, freshState, type Ledger, type LedgerState } from '../../src/actors/ledger/record.ts';
import { defaultsOf, encodePipeline, type PipelineLedger } from '../../src/actors/ledger/pipeline-record.ts';
import { RunCodec } from '../../src/actors/ledger/pipeline-state.ts';
import { attemptName } from '../../src/actors/ledger/pipeline-order.ts';
import { contentHash } from '../../src/actors/naming.ts';
import type { Cluster, StoredRecord } from '../../src/cluster/port.ts';
import { thePipeline, type ProgressEvent } from '../../src/machines/pipeline/progress.ts';
import type { PipelineRecord } from '../../src/machines/pipeline/record.ts';
import { policy } from '../simulation/model/ottoscaler.ts';
import { scaleDownCommand, scaleUpCommand } from './orders.ts';
import { pipelineCommand, stageCommand } from './pipelines.ts';

type ScaleUpLedger = Extract<Ledger, { kind: 'scale-up' }>;
type ScaleDownLedger = Extract<Ledger, { kind: 'scale-down' }>;

const immutable = { acceptedAt: '2026-01-01T00:00:00.000Z', nonce: 'n1' };

export function scaleUpLedger(overrides: Partial<ScaleUpLedger> = {}): ScaleUpLedger {
  const command = overrides.command ?? scaleUpCommand({ workerCount: 2 });
  const { template } = command;
  return { kind: 'scale-up', command, template, hash: contentHash(command), ...immutable, ...overrides };
}

export function scaleDownLedger(overrides: Partial<ScaleDownLedger> = {}): ScaleDownLedger {
  const command = overrides.command ?? scaleDownCommand({ requestId: 'r' });
  return {
    kind: 'scale-down',
    command,
    podNames: ['otto-a-0'],
    hash: contentHash(command),
    ...immutable,
    ...overrides,
  };
}

export function writeLedger(
  { records }: Cluster,
  name: string,
  ledger: Ledger = scaleUpLedger(),
  state: Partial<LedgerState> = {},
): Promise<StoredRecord> {
  return records.create({ name, labels: {}, data: encodeLedger(ledger, { ...freshState, ...state }) });
}

export function pipelineLedger(overrides: Partial<PipelineLedger> = {}): PipelineLedger {
  const command = overrides.command ?? pipelineCommand([stageCommand('a'), stageCommand('b')]);
  const defaults = defaultsOf(policy.order);
  return { command, defaults, hash: contentHash(command), ...immutable, ...overrides };
}

/** An event of a run; by default of the run itself, at the time of its acceptance. */
export function event(overrides: Partial<ProgressEvent> = {}): ProgressEvent {
  return {
    stage: thePipeline,
    status: 'running',
    message: '',
    podNames: [],
    percentage: 0,
    errorMessage: '',
    workers: { succeeded: 0, failed: 0, total: 0 },
    attempt: 0,
    at: immutable.acceptedAt,
    startedAt: '',
    completedAt: '',
    ...overrides,
  };
}

export const freshRun: PipelineRecord = { attempts: [], progress: [event()], closedAt: '' };

export function writeRun(
  { records, namespace }: Cluster,
  name: string,
  ledger: PipelineLedger = pipelineLedger(),
  record: Partial<PipelineRecord> = {},
): Promise<StoredRecord> {
  const state = new RunCodec(ledger, attemptName(namespace)).encode({ ...freshRun, ...record });
  return records.create({ name, labels: {}, data: encodePipeline(ledger, state) });
}
