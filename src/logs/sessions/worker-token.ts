/**
 * What a worker shows to push as itself: made from its id with a key that only Ottoscaler has, so that it need
 * not be stored, is the same after every restart, and says nothing of any other worker's.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { bearerPrefix } from './pushed-metadata.ts';

export interface WorkerTokens {
  tokenOf(workerId: string): string;
  /** @param header the value of `authorization`, as it came */
  isFrom(workerId: string, header: string): boolean;
}

/** @param key at least 16 bytes that nobody can guess */
export function workerTokens(key: string): WorkerTokens {
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const tokenOf = (workerId: string) => digest(workerId).toString('base64url');
  return {
    tokenOf,
    isFrom(workerId, header) {
      const shown = header.startsWith(bearerPrefix) ? header.slice(bearerPrefix.length) : '';
      // Hashed once more, so that both are of one length whatever was shown.
      return timingSafeEqual(digest(shown), digest(tokenOf(workerId)));
    },
  };
}
