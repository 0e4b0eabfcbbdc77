/**
 * Every bound of what a caller may ask for, in one place.
 *
 * Configuration may change the numbers, never the rules. Bytes are of UTF-8.
 */

export interface Limits {
  /** The transport refuses larger messages before they are parsed; validation bounds each part far below. */
  readonly messageBytesMax: number;
  readonly idBytesMax: number;
  /** Of name, repository, commit_sha, triggered_by and reason, each. */
  readonly textBytesMax: number;
  readonly workersPerCommandMax: number;
  /** The largest target ScaleDown may name. */
  readonly workersTotalMax: number;
  readonly buildConfigEntriesMax: number;
  /** Command, arguments and environment together, as execve counts them. */
  readonly payloadBytesMax: number;
  readonly imageCharsMax: number;
  /** Which images callers may name; absent = every one. See `isImageAllowed` for the patterns. */
  readonly imageAllowList?: readonly string[];
  /** Inclusive bounds, as Kubernetes quantities. */
  readonly cpu: { readonly min: string; readonly max: string };
  readonly memory: { readonly min: string; readonly max: string };
  /** What a worker gets where the caller names no limit; a request above it is refused here, not by Kubernetes. */
  readonly cpuLimitDefault?: string;
  readonly memoryLimitDefault?: string;
  /** Of one worker. */
  readonly timeoutSecondsMax: number;
  /** Of a whole run. */
  readonly pipelineSecondsMax: number;
  /** Of a rest before a retry, and of a wait for capacity. */
  readonly waitSecondsMax: number;
  readonly stagesMax: number;
  /** Workers of one combination of a stage's matrix. */
  readonly stageWorkersMax: number;
  readonly matrixCombinationsMax: number;
  /** Workers of all stages together. */
  readonly pipelineWorkersMax: number;
  readonly retriesMax: number;
  /** A pipeline's command as JSON: one ledger keeps it beside its state. */
  readonly pipelineBytesMax: number;
  readonly metadataEntriesMax: number;
  /** Metadata in all: it is kept in annotations. */
  readonly annotationBytesMax: number;
}

export const defaultLimits: Limits = {
  messageBytesMax: 1024 * 1024,
  idBytesMax: 253,
  textBytesMax: 1024,
  workersPerCommandMax: 100,
  workersTotalMax: 100_000,
  buildConfigEntriesMax: 512,
  payloadBytesMax: 128 * 1024,
  imageCharsMax: 512,
  cpu: { min: '10m', max: '64' },
  memory: { min: '4Mi', max: '256Gi' },
  timeoutSecondsMax: 86_400,
  pipelineSecondsMax: 86_400,
  waitSecondsMax: 86_400,
  stagesMax: 1_000,
  stageWorkersMax: 100,
  matrixCombinationsMax: 256,
  pipelineWorkersMax: 2_000,
  retriesMax: 10,
  pipelineBytesMax: 700 * 1024,
  metadataEntriesMax: 64,
  annotationBytesMax: 64 * 1024,
};
