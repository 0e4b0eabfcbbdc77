/**
 * How long to wait before the next try: exponential with jitter, never below `baseMs`.
 *
 * The jitter only adds, so `baseMs` is also the bound on the rate of tries.
 */
export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Since the last real data. */
  get failures(): number {
    return this.#failures;
  }

  /** @returns milliseconds: base·2ⁿ plus up to half of it, at least what the server asked for. */
  next(retryAfterMs = 0): number {
    const { baseMs, maxMs, random } = this.#options;
    const exponentialMs = Math.min(baseMs * 2 ** this.#failures, maxMs);
    // Beyond 2³⁰ the power would only lose precision: maxMs holds by then.
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.max(exponentialMs, retryAfterMs) * (1 + random() / 2);
  }

  /** To be called on real data only: an open connection alone proves nothing. */
  reset(): void {
    this.#failures = 0;
  }
}
