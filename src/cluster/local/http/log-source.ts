/**
 * What the HTTP layer asks of the node to answer `pods/log`.
 */
import type { Pod } from '../pod.ts';

export interface LogQuery {
  readonly container: string;
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Milliseconds since 1970; lines before it are left out. */
  readonly sinceMs?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

export interface LogSource {
  /**
   * The log in pieces until its end, or until `signal` aborts. Throws 400 before the first piece where the
   * container has no log yet.
   */
  readLog(pod: Pod, query: LogQuery, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
