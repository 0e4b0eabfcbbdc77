/** The effect `keepHouse`: the pool's clock, and the sweep of old tombstones. */
import { fromCallback } from 'xstate';
import type { PoolEvent } from '../machines/pool/events.ts';
import { sweepTombstones, type SweepDeps } from './ledger/sweep-tombstones.ts';

const tickMs = 1_000;
const sweepEveryMs = 10 * 60_000;

export function keepHouse(deps: SweepDeps) {
  const { clock, log } = deps;
  return fromCallback<PoolEvent>(({ sendBack }: { sendBack: (event: PoolEvent) => void }) => {
    let timer: unknown;
    let sweepAtMs = clock.now() + sweepEveryMs;
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it belongs to this house
    const sweep = () =>
      sweepTombstones(deps).catch((error: unknown) =>
        log.warn(
          { reason: String(error) },
          'old tombstones could not be removed; the next sweep tries again',
        ),
      );
    const tick = () => {
      const atMs = clock.now();
      sendBack({ type: 'clock.ticked', atMs });
      if (atMs >= sweepAtMs) {
        sweepAtMs = atMs + sweepEveryMs;
        void sweep();
      }
      timer = clock.setTimeout(tick, tickMs);
    };
    timer = clock.setTimeout(tick, 0);
    return () => clock.clearTimeout(timer);
  });
}
