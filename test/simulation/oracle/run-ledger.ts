/** The ledger of a run as it stands in a model cluster, read back by Ottoscaler's own code. */
import { attemptName, pipelineLedgerName } from '../../../src/actors/ledger/pipeline-order.ts';
import { decodePipeline } from '../../../src/actors/ledger/pipeline-record.ts';
import { decodePipelineState } from '../../../src/actors/ledger/pipeline-state.ts';
import { configMaps } from '../../../src/cluster/local/resources/registry.ts';
import type { PipelineCommand } from '../../../src/machines/pipeline/command.ts';
import type { PipelineRecord } from '../../../src/machines/pipeline/record.ts';
import type { World } from '../model/world.ts';

export interface RunLedger {
  readonly uid: string;
  readonly command: PipelineCommand;
  readonly record: PipelineRecord;
}

/** @returns undefined where there is none. */
export function readRun({ store, namespace }: World, pipelineId: string): RunLedger | undefined {
  const name = pipelineLedgerName(namespace, pipelineId);
  const found = store.find(configMaps, namespace, name);
  if (!found) return undefined;
  const data = Object.fromEntries(
    Object.entries(found['data'] ?? {}).map(([key, value]) => [key, String(value)]),
  );
  const stored = { name, data };
  const ledger = decodePipeline(stored);
  const { record } = decodePipelineState(stored, ledger, attemptName(namespace));
  return { uid: found.metadata.uid, command: ledger.command, record };
}

/** Names of all Pods of a run's attempts, as the ledger has them. */
export function podNamesOf({ namespace }: World, { command, record }: RunLedger): readonly string[] {
  const nameOf = attemptName(namespace);
  return record.attempts.map(({ stage, index, attempt }) =>
    nameOf(command.pipelineId, command.stages[stage]?.stageId ?? '', index, attempt),
  );
}
