/**
 * Whose writes of ledgers count: those of the latest leader.
 *
 * A lease does not fence: who lost it may not know yet. So every ledger says in which epoch it was last
 * written, and nobody writes over a higher one than its own.
 */

export interface Fence {
  /** Ours, which every ledger is stamped with; 0 without election: then ledgers are written whatever they say. */
  readonly epoch: number;
  /** What this process believes no longer holds. When it returns, nothing more leaves it; it ends. */
  stepDown(reason: string): void;
  /**
   * Resolves once our epoch is greater than this one, which a ledger has from a lease that is there no more;
   * rejects where we turn out not to lead.
   */
  outrank(epoch: number): Promise<void>;
}

/** Of a process that shares its ledgers with nobody. */
export const unfenced: Fence = {
  epoch: 0,
  stepDown: () => undefined,
  outrank: () => Promise.resolve(),
};

/** Nobody waits for what it is told of: the process that gets it must end. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** No lease counts further; a ledger that says so was spoiled. */
export const epochMax = 2 ** 31 - 2;

/** @throws FencedError, after it has been told, where the ledger is a later leader's */
export function requireOurs(fence: Fence, ledgerName: string, epoch: number): void {
  if (fence.epoch === 0 || epoch <= fence.epoch) return;
  const reason = `the ledger ${ledgerName} was written in epoch ${epoch}, after ours (${fence.epoch})`;
  fence.stepDown(reason);
  throw new FencedError(reason);
}
