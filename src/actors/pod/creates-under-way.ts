/**
 * Creates that this process has sent and that are not answered. A Pod may be seen, live and end before the answer to its
 * create, or to a repetition of it, comes: deleted meanwhile, it would be made once more by the one that is still on its way.
 */
export class CreatesUnderWay {
  readonly #byName = new Map<string, Set<Promise<unknown>>>();

  async during<T>(podName: string, create: Promise<T>): Promise<T> {
    const creates = this.#byName.get(podName) ?? new Set();
    this.#byName.set(podName, creates.add(create));
    try {
      return await create;
    } finally {
      creates.delete(create);
      if (creates.size === 0) this.#byName.delete(podName);
    }
  }

  /** Resolves once none of this name is under way; each call has its own timeout, so this ends. */
  async settled(podName: string): Promise<void> {
    const creates = this.#byName.get(podName);
    if (creates) await Promise.allSettled(creates);
  }
}
