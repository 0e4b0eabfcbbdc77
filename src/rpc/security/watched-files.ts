/**
 * Files that are replaced while the program runs, as Kubernetes does with those of a Secret: read again every few
 * seconds, and taken only where they can be used. What was there before stays in force until then.
 */
import { readFileSync } from 'node:fs';
import { messageOf } from '../../error-message.ts';

export interface WatchedFilesOptions<T> {
  readonly paths: readonly string[];
  /** @throws where they cannot be used, saying why */
  readonly parse: (contents: readonly Buffer[]) => T;
  /** The new content is in force. */
  readonly changed?: (value: T) => void;
  /** A sentence; told once for each new content that cannot be used. */
  readonly failed: (sentence: string) => void;
}

export const lookEveryMs = 5_000;

export class WatchedFiles<T> {
  readonly #options: WatchedFilesOptions<T>;
  readonly #timer: NodeJS.Timeout;
  #contents: readonly Buffer[];
  #value: T;
  #failure = '';

  /** @throws Error where they cannot be used now */
  constructor(options: WatchedFilesOptions<T>) {
    this.#options = options;
    this.#contents = options.paths.map((path) => readFileSync(path));
    this.#value = options.parse(this.#contents);
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#timer.unref();
  }

  get value(): T {
    return this.#value;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { paths, parse, changed, failed } = this.#options;
    try {
      const contents = paths.map((path) => readFileSync(path));
      if (contents.every((content, at) => this.#contents[at]?.equals(content))) return;
      const value = parse(contents);
      this.#contents = contents;
      this.#value = value;
      this.#failure = '';
      changed?.(value);
    } catch (error) {
      const why = messageOf(error);
      if (why !== this.#failure) failed(`${paths.join(', ')}: ${why}; what was there before stays in force`);
      this.#failure = why;
    }
  }
}
