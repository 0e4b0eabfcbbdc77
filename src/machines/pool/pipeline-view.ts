/** What the pool's snapshot says of its runs to those outside: plain data, read only, nothing kept. */
import { isTold } from '../pipeline/progress.ts';
import type { PipelineReading } from '../pipeline/reading.ts';
import type { PipelineSummary } from '../pipeline/record.ts';
import { summaryOf } from './pipelines.ts';
import type { PipelineRef } from './registry.ts';
import type { PoolSnapshot } from './view.ts';

/** The actor of a run that was opened and is still at hand. */
export function findPipeline(pool: PoolSnapshot, pipelineId: string): PipelineRef | undefined {
  return pool.context.registry.pipelines.get(pipelineId);
}

export function readPipeline(pipeline: PipelineRef): PipelineReading {
  const snapshot = pipeline.getSnapshot();
  const { run, resumed, refusal, cancelled } = snapshot.context;
  return {
    phase: phaseOf(snapshot),
    resumed,
    progress: run?.progress ?? [],
    ...(refusal ? { refusal } : {}),
    ...(run ? { open: run.open } : {}),
    ...(cancelled ? { cancel: cancelled } : {}),
  };
}

function phaseOf(snapshot: ReturnType<PipelineRef['getSnapshot']>): PipelineReading['phase'] {
  if (snapshot.hasTag('refused')) return 'refused';
  if (snapshot.hasTag('absent')) return 'absent';
  if (snapshot.hasTag('opening')) return 'opening';
  const { run } = snapshot.context;
  return run && isTold(run.progress) ? 'ended' : 'under way';
}

/** Runs under way and those that ended within the tombstones' time, the latest accepted first. */
export function listPipelines(pool: PoolSnapshot): readonly PipelineSummary[] {
  const { pipelines, endedPipelines } = pool.context.registry;
  const known = new Map(endedPipelines);
  for (const [id, ref] of pipelines) {
    const summary = summaryOf(ref);
    if (summary) known.set(id, summary);
  }
  return [...known.values()].toSorted(
    (a, b) => compare(b.acceptedAt, a.acceptedAt) || compare(a.pipelineId, b.pipelineId),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
