/**
 * Where followers and sessions put the lines that they read, and find again how far they had come.
 *
 * A mark says up to where a source was read. It becomes durable not before the lines that it covers are: on
 * otto-handler's word that it has them, or on the disk. So whoever resumes from a durable mark reads again what a
 * crash took from memory, under the same numbers.
 */
import type { LineOrigin, WorkerLine } from './line.ts';

export interface FollowMark {
  readonly stream: string;
  /** Of the last line that it covers. */
  readonly seq: number;
  /** Opaque to the store, at most 8 KiB as JSON. */
  readonly state: unknown;
}

/** A source that may be gone on with. */
export interface MarkedSource {
  /** {@link markKeyOf} of its streams. */
  readonly key: string;
  readonly mark: FollowMark;
  readonly origin: LineOrigin;
}

export interface LineStore {
  /**
   * Keeps the lines in order; one whose number was there before is passed over. Resolves when more may be
   * offered, and never rejects: what cannot be kept becomes a counted gap.
   *
   * @param mark covers these lines and all before them of its stream
   */
  append(lines: readonly WorkerLine[], mark?: FollowMark): Promise<void>;
  /** The newest durable mark of a container's streams, by `markKeyOf` any of them. */
  markOf(key: string): FollowMark | undefined;
  /** Its source is gone: nobody will resume. Lines that wait are still delivered. */
  forget(key: string): void;
}

const numbering = /(?:~(?:\d+|end))?(?:@[\da-z]+)?$/;

/**
 * @returns `<pod uid>/<container>` for all numberings of a followed container; `<pod uid>/<container>/<stdout|stderr>`
 *   for each of a container that pushes
 */
export function markKeyOf(stream: string): string {
  return stream.replace(numbering, '');
}
