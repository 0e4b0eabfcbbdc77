/** Seeds that once failed: tried first, always. */
import { readFileSync } from 'node:fs';

export interface FormerFailure {
  readonly seed: number;
  /** With a data plane, whatever the seed draws. */
  readonly hasOutputs?: true;
  /** With events from Redis, whatever the seed draws. */
  readonly hasEvents?: true;
  /** What it found. */
  readonly why: string;
}

export const corpus: readonly FormerFailure[] = JSON.parse(
  readFileSync(new URL('../corpus.json', import.meta.url), 'utf8'),
) as FormerFailure[];
