/**
 * What workers use, as a mean that needs no list of its samples.
 *
 * A sample is one Pod at one moment; each counts the same, so a worker that is seen more often weighs more,
 * as it should in the mean use while a stage ran.
 */
import type { ProgressDraft } from './progress.ts';

export interface UsageSample {
  readonly podName: string;
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** The mean of `count` samples; there is none of no sample. */
export interface UsageMean {
  readonly count: number;
  readonly cpuCores: number;
  readonly memoryMb: number;
}

const bytesPerMb = 1_000_000;

export function addSample(
  mean: UsageMean | undefined,
  { cpuCores, memoryBytes }: Omit<UsageSample, 'podName'>,
): UsageMean {
  const memoryMb = memoryBytes / bytesPerMb;
  if (mean === undefined) return { count: 1, cpuCores, memoryMb };
  const count = mean.count + 1;
  return {
    count,
    cpuCores: mean.cpuCores + (cpuCores - mean.cpuCores) / count,
    memoryMb: mean.memoryMb + (memoryMb - mean.memoryMb) / count,
  };
}

/** @returns the mean as an event tells it; undefined where nothing was measured. */
export function meanOf(mean: UsageMean | undefined): ProgressDraft['usage'] {
  return mean && { cpuCores: mean.cpuCores, memoryMb: mean.memoryMb };
}
