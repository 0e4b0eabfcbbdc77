/**
 * Every bound of what a caller may ask for, in one place.
 *
 * Configuration may change the numbers, never the rules. Bytes are of UTF-8.
 */

export interface Limits {
  /** The transport refuses larger messages before they are parsed; validation bounds each part far below. */
  readonly messageBytesMax: number;
  readonly idBytesMax: number;
  /** Of repository, commit_sha, triggered_by and reason, each. */
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
  readonly timeoutSecondsMax: number;
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
  metadataEntriesMax: 64,
  annotationBytesMax: 64 * 1024,
};
