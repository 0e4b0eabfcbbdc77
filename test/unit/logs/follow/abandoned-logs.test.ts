import { describe, expect, it } from 'vitest';
import { ClusterError } from '../../../../src/cluster/port.ts';
import { AbandonedLogs } from '../../../../src/logs/follow/abandoned-logs.ts';
import { FollowedLines } from '../../../../src/logs/follow/followed-lines.ts';
import type { MarkedSource } from '../../../../src/logs/store.ts';
import type { ObservedPod } from '../../../../src/machines/pod.ts';
import { followedPod } from '../../../support/followed-pod.ts';
import { LineShelf } from '../../../support/line-shelf.ts';
import { quietLog, VirtualClock } from '../../../support/log-lines.ts';
import { pod } from '../../../support/orders.ts';

const read = '2026-01-01T00:00:01.000000000Z a line\n';

/** What a former process has left of a Pod whose log it had begun to read. */
function left(name: string, isComplete = false): MarkedSource {
  const followed = followedPod({ name, uid: `uid-${name}` });
  const lines = new FollowedLines(followed);
  lines.begin();
  lines.push(Buffer.from(read));
  if (isComplete) lines.complete();
  return { key: lines.key, mark: lines.mark(), origin: followed.origin };
}

class Bench {
  readonly clock = new VirtualClock();
  readonly store = new LineShelf();
  readonly followed = new Set<string>();
  pods: ReadonlyMap<string, ObservedPod> | 'away' = new Map();
  readonly abandoned: AbandonedLogs;

  constructor(...sources: readonly MarkedSource[]) {
    const { clock, store, followed } = this;
    const api = {
      read: async (name: string) => {
        if (this.pods === 'away') throw new ClusterError('unavailable', 'away');
        return this.pods.get(name);
      },
    };
    const isFollowed = (uid: string) => followed.has(uid);
    this.abandoned = new AbandonedLogs({ pods: api, store, sources, isFollowed, clock, log: quietLog });
  }
}

describe('a log that was begun by a former process', { tags: ['G5', 'I9'] }, () => {
  it('is marked as not read to its end where its Pod is gone, and is then forgotten', async () => {
    const { clock, store } = new Bench(left('a'));
    await clock.advance(10_000);
    expect(store.lines).toMatchObject([
      { stream: 'uid-a/worker~end', seq: 1, gap: { reason: 'unreadable' } },
    ]);
    expect(store.forgotten).toEqual(['uid-a/worker']);
  });

  it('is marked, too, where another Pod has its name', async () => {
    const bench = new Bench(left('a'));
    bench.pods = new Map([['a', pod({ name: 'a', uid: 'another' })]]);
    await bench.clock.advance(10_000);
    expect(bench.store.lines).toHaveLength(1);
  });

  it('is only forgotten where it was read to its end', async () => {
    const { clock, store } = new Bench(left('a', true));
    await clock.advance(10_000);
    expect(store.lines).toEqual([]);
    expect(store.forgotten).toEqual(['uid-a/worker']);
  });

  it('is left to whoever follows it', async () => {
    const bench = new Bench(left('a'));
    bench.followed.add('uid-a');
    await bench.clock.advance(600_000);
    expect(bench.store.lines).toEqual([]);
    expect(bench.store.forgotten).toEqual([]);
  });

  it('is looked after until its Pod is gone, also through an absence of the API server', async () => {
    const bench = new Bench(left('a'));
    bench.pods = new Map([['a', pod({ name: 'a', uid: 'uid-a' })]]);
    await bench.clock.advance(60_000);
    bench.pods = 'away';
    await bench.clock.advance(600_000);
    expect(bench.store.lines).toEqual([]);
    bench.pods = new Map();
    await bench.clock.advance(300_000);
    expect(bench.store.lines).toHaveLength(1);
  });

  it('is left alone where its container pushes: its own numbers show what is missing', async () => {
    const { origin, mark } = left('a');
    const { clock, store } = new Bench({ origin, mark, key: 'uid-a/worker/stdout' });
    await clock.advance(60_000);
    expect(store.forgotten).toEqual([]);
  });
});
