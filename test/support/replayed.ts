/** Lives again what was recorded. */
import { attemptName } from '../../src/actors/ledger/pipeline-order.ts';
import { parseLine } from '../../src/recording/format.ts';
import { Replay, type Divergence } from '../../src/recording/replay.ts';
import { quietXstate } from './quiet-xstate.ts';

/** @returns where another path was taken, as a sentence; '' where none was */
export function replayed(texts: readonly string[]): string {
  quietXstate();
  let replay: Replay | undefined;
  for (const line of texts.map(parseLine)) {
    if (line.kind === 'life') {
      replay = new Replay(line, { nameOf: attemptName });
      continue;
    }
    const diverged = replay?.take(line);
    if (diverged) return sentence(diverged);
  }
  return '';
}

function sentence({ n, expected, happened, cause }: Divergence): string {
  return `line ${n}, after line ${cause?.n} (${cause?.kind}): expected that ${expected}; ${happened}`;
}
