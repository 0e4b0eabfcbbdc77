/**
 * How large the ledger of a run will be: a ConfigMap holds 1 MiB, and a run whose outcomes no longer fit
 * could neither go on nor end. So what cannot be recorded is not begun.
 */
import { workersOf, type PipelineCommand } from '../../machines/pipeline/command.ts';

/** What is left to 1 MiB is for failures, whose evidence nobody can foresee. */
export const recordBytesMax = 900 * 1024;

/** Of a run in which all goes well: a worker's row, and the few events of a stage, as `pipeline-state.ts` writes them. */
const workerBytes = 36;
const stageBytes = 320;

/** @param data of the record as it is created */
export function foreseenBytes(
  data: Readonly<Record<string, string>>,
  { stages }: Pick<PipelineCommand, 'stages'>,
): number {
  const now = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return stages.reduce((sum, stage) => sum + stageBytes + workersOf(stage) * workerBytes, now);
}
