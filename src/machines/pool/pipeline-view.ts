/** What the pool's snapshot says of its runs to those outside: plain data, read only, nothing kept. */
import type { PipelineReader, PipelineReading } from '../pipeline/reading.ts';
import type { PipelineSummary } from '../pipeline/record.ts';
import type { PoolSnapshot } from './view.ts';

/** The actor of a run that was opened and is still at hand. */
export function findPipeline(_pool: PoolSnapshot, _pipelineId: string): PipelineReader | undefined {
  return undefined;
}

export function readPipeline(_pipeline: PipelineReader): PipelineReading {
  throw new Error('not built yet');
}

/** Runs under way and those that ended within the tombstones' time, the latest accepted first. */
export function listPipelines(_pool: PoolSnapshot): readonly PipelineSummary[] {
  return [];
}
