/** Lives again what was recorded. */
import { attemptName } from '../../src/actors/ledger/pipeline-order.ts';
import { divergenceLines } from '../../src/programs/replay-report.ts';
import { parseLine } from '../../src/recording/format.ts';
import { relive } from '../../src/recording/relive.ts';
import { quietXstate } from './quiet-xstate.ts';

/** @returns where another path was taken, in words; '' where none was */
export async function replayed(lines: readonly string[]): Promise<string> {
  quietXstate();
  const relived = await relive(lines.map(parseLine), { nameOf: attemptName });
  return relived?.diverged ? divergenceLines(relived.diverged).join('\n') : '';
}
