/**
 * Stops sending where otto-handler wants everything again: then it is not the lines that are at fault.
 *
 * `closed` → after so many RETRYs in a row `open` for a while → one message as a probe →
 * its ACK or DROP closes it, its RETRY opens it for longer.
 */
const retriesToOpen = 16;
const firstMs = 500;
const lastMs = 30_000;

export class Breaker {
  #retries = 0;
  #openings = 0;
  #opensAgainMs = 0;
  #isProbing = false;

  get isClosed(): boolean {
    return this.#openings === 0;
  }

  /** Epoch ms from which a message may be sent; Infinity while a probe is out. */
  get sendsFromMs(): number {
    if (this.isClosed) return 0;
    return this.#isProbing ? Infinity : this.#opensAgainMs;
  }

  sent(): void {
    this.#isProbing = !this.isClosed;
  }

  /** The connection of the probe ended. */
  forgotten(): void {
    this.#isProbing = false;
  }

  taken(): void {
    this.#retries = 0;
    this.#openings = 0;
    this.#isProbing = false;
  }

  /** @param share random, in [0, 1) */
  refused(nowMs: number, share: number): void {
    this.#retries++;
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    if (this.isClosed ? this.#retries < retriesToOpen : !wasProbe) return;
    const fullMs = Math.min(lastMs, firstMs * 2 ** this.#openings);
    this.#openings++;
    this.#opensAgainMs = nowMs + fullMs / 2 + (fullMs / 2) * share;
  }
}
