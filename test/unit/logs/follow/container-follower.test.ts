import { describe, expect, test } from 'vitest';
import { ClusterError, type LogRead, type PodApi } from '../../../../src/cluster/port.ts';
import { ContainerFollower } from '../../../../src/logs/follow/container-follower.ts';
import { noneYet } from '../../../../src/logs/follow/counters.ts';
import { pushesMarker } from '../../../../src/logs/push-marker.ts';
import { followedPod } from '../../../support/followed-pod.ts';
import { pod } from '../../../support/orders.ts';
import { LineShelf } from '../../../support/line-shelf.ts';
import { TestClock } from '../../../support/test-clock.ts';

const line = (second: number, text: string) => `2026-01-01T00:00:0${second}.000000000Z ${text}\n`;

type Answer = (read: LogRead) => AsyncIterable<Buffer>;

async function* bytes(text: string): AsyncGenerator<Buffer> {
  if (text !== '') yield Buffer.from(text);
}

/** Never says anything more, until it is cut. */
async function* silence(text: string, { signal }: LogRead): AsyncGenerator<Buffer> {
  if (text !== '') yield Buffer.from(text);
  const cut = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => cut.resolve());
  if (!signal.aborted) await cut.promise;
  throw new ClusterError('unavailable', 'stopped');
}

async function* broken(text: string): AsyncGenerator<Buffer> {
  if (text !== '') yield Buffer.from(text);
  throw new ClusterError('unavailable', 'reset');
}

class Scripted {
  /** What the API server has under the Pod's name. */
  uid: string | undefined = 'u';
  readonly reads: LogRead[] = [];
  readonly clock = new TestClock();
  readonly store: LineShelf;
  readonly follower: ContainerFollower;
  /** Of every reading from now on, in place of the script. */
  answer: Answer | undefined;

  constructor(answers: Answer[], store = new LineShelf()) {
    this.store = store;
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const last = answers.at(-1);
    const pods: Pick<PodApi, 'followLog' | 'read'> = {
      followLog: (_, read) => {
        this.reads.push(read);
        return (this.answer ?? answers.shift() ?? last ?? (() => bytes('')))(read);
      },
      read: () => Promise.resolve(this.uid === undefined ? undefined : pod({ name: 'p', uid: this.uid })),
    };
    const clock = Object.assign(this.clock, { now: () => this.clock.nowMs });
    const deps = { pods, store: this.store, clock, random: () => 0.5, log, counters: noneYet() };
    this.follower = new ContainerFollower(deps, followedPod({ name: 'p', uid: 'u' }));
  }

  /** Lets time pass until `holds`. */
  async pass(holds: () => boolean): Promise<void> {
    for (let turns = 0; !holds(); turns += 1) {
      if (turns > 10_000) throw new Error('it never holds');
      await new Promise(setImmediate);
      this.clock.advance(50);
    }
  }
}

describe('a follower', { tags: ['G5'] }, () => {
  test('asks ever more rarely for a container that does not log', async () => {
    const scripted = new Scripted([() => bytes('')]);
    await scripted.pass(() => scripted.clock.nowMs >= 60_000);
    expect(scripted.reads.length).toBeGreaterThan(12);
    expect(scripted.reads.length).toBeLessThan(30);
    scripted.follower.stop();
    expect(await scripted.follower.outcome).toBe('stopped');
  });

  test('of a container that pushes leaves a mark, so that the next one hands on nothing of what is there then', async () => {
    const former = new Scripted([(read) => silence(line(1, pushesMarker) + line(2, 'pushed'), read)]);
    await former.pass(() => former.store.marks.size > 0);
    const next = new Scripted([() => bytes(line(3, 'pushed, too, in a newer file'))], former.store);
    next.follower.ended();
    await next.pass(() => next.clock.nowMs >= 60_000);
    expect(next.store.lines.filter(({ gap }) => gap === undefined)).toEqual([]);
    former.follower.stop();
    next.follower.stop();
  });

  test('leaves a silent container alone as long as it has nothing new to say', async () => {
    const scripted = new Scripted([(read) => silence(line(1, 'a'), read), () => bytes(line(1, 'a'))]);
    await scripted.pass(() => scripted.clock.nowMs >= 90_000);
    expect(scripted.reads.filter(({ follow }) => follow)).toHaveLength(1);
    expect(scripted.reads.filter(({ tailLines }) => tailLines === 1).length).toBeGreaterThan(2);
    scripted.follower.stop();
  });

  test('cuts a dead connection, loses nothing and repeats nothing', async () => {
    const scripted = new Scripted([
      (read) => silence(line(1, 'a'), read),
      () => bytes(line(1, 'b')),
      (read) => silence(line(1, 'a') + line(1, 'b'), read),
    ]);
    await scripted.pass(() => scripted.store.lines.length === 2);
    expect(scripted.store.texts).toEqual(['a', 'b']);
    expect(scripted.clock.nowMs).toBeLessThan(60_000);
    scripted.follower.stop();
  });

  test('does not take the end of a reading for the end of the log', async () => {
    const scripted = new Scripted([
      () => bytes(line(1, 'a')),
      () => bytes(line(1, 'a') + line(2, 'b')),
      () => broken(line(1, 'a')),
      () => bytes(line(1, 'a') + line(2, 'b')),
    ]);
    await scripted.pass(() => scripted.reads.length === 2);
    const outcome = scripted.follower.finish(10_000);
    await scripted.pass(() => scripted.reads.length === 4);
    expect(await outcome).toBe('complete');
    expect(scripted.store.texts).toEqual(['a', 'b']);
  });

  test('does not take what an orderly end cut off for a line', async () => {
    const whole = line(1, 'a') + line(2, 'whole');
    const scripted = new Scripted([() => bytes(whole.slice(0, -3)), () => bytes(whole)]);
    expect(await scripted.follower.finish(10_000)).toBe('complete');
    expect(scripted.store.texts).toEqual(['a', 'whole']);
  });

  test('takes a last line without a line break once two readings end with it', async () => {
    const whole = line(1, 'a') + line(2, 'unbroken').trimEnd();
    const scripted = new Scripted([() => bytes(whole)]);
    expect(await scripted.follower.finish(10_000)).toBe('complete');
    expect(scripted.store.texts).toEqual(['a', 'unbroken']);
  });

  test('does not believe in an empty log at the first reading', async () => {
    const scripted = new Scripted([() => bytes(''), () => bytes(line(1, 'a'))]);
    expect(await scripted.follower.finish(10_000)).toBe('complete');
    expect(scripted.store.texts).toEqual(['a']);
  });

  test.each(['another', undefined])(
    'does not take the empty log of another Pod under its name for its own (uid %s)',
    async (uid) => {
      const scripted = new Scripted([() => bytes('')]);
      scripted.uid = uid;
      const outcome = scripted.follower.finish(10_000);
      await scripted.pass(() => scripted.store.lines.length === 1);
      expect(await outcome).toBe('incomplete');
      expect(scripted.store.lines).toMatchObject([{ gap: { reason: 'unreadable' } }]);
    },
  );

  test('gives a kubelet that takes its time the time for the last reading', async () => {
    const slow = Promise.withResolvers<void>();
    const scripted = new Scripted([
      () => bytes(line(1, 'a')),
      async function* () {
        await slow.promise;
        yield* bytes(line(1, 'a'));
      },
    ]);
    await scripted.pass(() => scripted.store.lines.length === 1);
    const startedMs = scripted.clock.nowMs;
    const outcome = scripted.follower.finish(60_000);
    await scripted.pass(() => scripted.clock.nowMs > startedMs + 10_000);
    slow.resolve();
    expect(await outcome).toBe('complete');
    expect(scripted.reads).toHaveLength(2);
  });

  test('sees that its place is gone where the log is empty after a rotation, also through connections that live short', async () => {
    const scripted = new Scripted([() => bytes(line(1, 'a') + line(1, 'b'))]);
    await scripted.pass(() => scripted.store.lines.length === 2);
    // Whatever would begin before its place is cut first; the newest file has nothing, and comes to an orderly end.
    let reads = 0;
    scripted.answer = (read) => (read.tailLines === undefined && reads++ < 3 ? broken('') : bytes(''));
    const outcome = scripted.follower.finish(60_000);
    await scripted.pass(() => scripted.store.lines.length === 3);
    expect(await outcome).toBe('complete');
    expect(scripted.store.lines[2]).toMatchObject({ gap: { reason: 'rotated' } });
    expect(scripted.clock.nowMs).toBeLessThan(30_000);
  });

  test('says in place what a log cannot be read any more, when its time is up', async () => {
    const words = 'failed to try resolving symlinks in path "/var/log/pods/x": no such file or directory';
    const scripted = new Scripted([() => bytes(line(1, 'a')), () => bytes(words)]);
    await scripted.pass(() => scripted.store.lines.length === 1);
    const outcome = scripted.follower.finish(5_000);
    await scripted.pass(() => scripted.store.lines.length === 2);
    expect(await outcome).toBe('incomplete');
    expect(scripted.store.lines[1]).toMatchObject({ stream: 'u/worker~end', gap: { reason: 'unreadable' } });
  });

  test('never attributes the log of a Pod to another one of its name', async () => {
    const scripted = new Scripted([() => bytes(line(1, 'mine')), () => bytes(line(5, 'of another'))]);
    scripted.uid = undefined;
    await scripted.pass(() => scripted.store.lines.length === 2);
    expect(await scripted.follower.outcome).toBe('incomplete');
    expect(scripted.store.lines[1]).toMatchObject({ gap: { reason: 'unreadable' } });
  });
});
