/**
 * Keeps the order of what must not overtake each other, and lets all else pass.
 *
 * Events of one task take turns in the order in which they entered. One that concerns all tasks waits for all that
 * entered before it, and all that enter after it wait for it.
 */

export interface Turn {
  /** Resolves when it is this one's turn. */
  readonly come: Promise<unknown>;
  /** To be called once, when it is over. */
  readonly end: () => void;
}

export class Lanes {
  /** The end of whoever entered last, by task. */
  readonly #last = new Map<string, Promise<void>>();
  /** The end of the last that concerns all. */
  #all: Promise<void> | undefined;

  /** @param taskId '' = all tasks */
  enter(taskId: string): Turn {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (taskId === '') {
      const come = Promise.all([this.#all, ...this.#last.values()]);
      this.#all = promise;
      return { come, end: () => this.#leaveAll(promise, resolve) };
    }
    const come = Promise.all([this.#all, this.#last.get(taskId)]);
    this.#last.set(taskId, promise);
    return { come, end: () => this.#leave(taskId, promise, resolve) };
  }

  #leave(taskId: string, promise: Promise<void>, resolve: () => void): void {
    if (this.#last.get(taskId) === promise) this.#last.delete(taskId);
    resolve();
  }

  #leaveAll(promise: Promise<void>, resolve: () => void): void {
    if (this.#all === promise) this.#all = undefined;
    resolve();
  }
}
