/**
 * What the HTTP layer asks of the node to answer `metrics.k8s.io`.
 */

export interface ContainerUsage {
  readonly name: string;
  /** Billionths of a core. */
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
  /** Over which the use of CPU was counted, until now. */
  readonly windowMs: number;
}

export interface UsageSource {
  /** By Pod UID; without Pods of which nothing runs, or which have not been measured yet. */
  measure(): Promise<ReadonlyMap<string, readonly ContainerUsage[]>>;
}
