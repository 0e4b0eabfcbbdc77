/** What a benchmark is, what it is given, and what it finds. */
import type { Progress } from './support/progress.ts';

export interface Benchmark {
  readonly name: string;
  /** One line for `-h`. */
  readonly purpose: string;
  readonly needsKubernetes: boolean;
  run(given: Given): Promise<Findings>;
}

export interface Given {
  /** How often each contender is measured; contenders take turns (A, B, A, B). */
  readonly repetitions: number;
  /** `''` for a benchmark that needs no Kubernetes. */
  readonly kubeconfigPath: string;
  /** Aborts on Ctrl-C. A benchmark then throws, and its `await using` cleans up. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Findings {
  /** What has to be known to read the rows: concurrency, counts, sizes. */
  readonly setup: Readonly<Record<string, string | number>>;
  readonly rows: readonly Row[];
}

/** One measured quantity. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  /** One per repetition, in order. */
  readonly values: readonly number[];
  /** What the project wants; compared with the median. */
  readonly aim?: Aim;
}

export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** Several contenders' measurements of one repetition, turned into one array per contender. */
export function column<T, K extends keyof T>(samples: readonly T[], key: K): Array<T[K]> {
  return samples.map((sample) => sample[key]);
}
