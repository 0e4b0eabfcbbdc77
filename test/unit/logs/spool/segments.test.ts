import { expect, test } from 'vitest';
import { encodeLines } from '../../../../src/logs/spool/segment-codec.ts';
import { Segments } from '../../../../src/logs/spool/segments.ts';
import { linesOf, originOf } from '../../../support/log-lines.ts';
import { ModelDisk, Platter } from '../../../support/model-disk.ts';

const origin = originOf('a');
const encoded = (position: number) => encodeLines(position, linesOf(origin, position + 1, 1), []);

/** Whose syncs, or removals, take until they are let go. */
class SlowDisk extends ModelDisk {
  readonly held: PromiseWithResolvers<void>[] = [];
  slow: 'sync' | 'remove' | undefined;

  override async sync(name: string): Promise<void> {
    await this.#pass('sync');
    await super.sync(name);
  }

  override async remove(name: string): Promise<void> {
    await this.#pass('remove');
    await super.remove(name);
  }

  async #pass(what: 'sync' | 'remove'): Promise<void> {
    if (this.slow !== what) return;
    const held = Promise.withResolvers<void>();
    this.held.push(held);
    await held.promise;
  }
}

async function bench() {
  const platter = new Platter();
  const disk = new SlowDisk(platter);
  const segments = await Segments.open(disk, 1_000_000);
  const append = (position: number) => {
    const { frame, head } = encoded(position);
    return segments.append(frame, head);
  };
  return { platter, disk, segments, append };
}

test('a file is not done with while it is appended to, though all that it had was delivered', async () => {
  const { disk, segments, append } = await bench();
  await append(0);
  const { oldest } = segments;
  if (!oldest) throw new Error('nothing was appended');
  expect(segments.endsBefore(oldest, 1)).toBe(true);
  disk.slow = 'sync';
  const appending = append(1);
  while (disk.held.length === 0) await Promise.resolve();
  expect(segments.endsBefore(oldest, 1)).toBe(false);
  disk.held[0]?.resolve();
  await appending;
  expect(segments.endsBefore(oldest, 1)).toBe(false);
  expect(segments.endsBefore(oldest, 2)).toBe(true);
});

test('what is appended while the only file is removed can be read, also by the next process', async () => {
  const { platter, disk, segments, append } = await bench();
  await append(0);
  disk.slow = 'remove';
  const removing = segments.removeOldest();
  const appending = append(1);
  for (const held of disk.held) held.resolve();
  await Promise.all([removing, appending]);
  expect(await segments.read(1)).toMatchObject([{ seq: 2 }]);
  const next = await Segments.open(new ModelDisk(platter), 1_000_000);
  expect([next.oldest?.frames.length, (await next.read(1))?.[0]?.seq]).toEqual([1, 2]);
});

test('a file that two ask to remove is removed once', async () => {
  const { disk, segments, append } = await bench();
  await append(0);
  disk.slow = 'remove';
  const removing = [segments.removeOldest(), segments.removeOldest()];
  const appending = append(1);
  for (const held of disk.held) held.resolve();
  await Promise.all([...removing, appending]);
  expect(await segments.read(1)).toMatchObject([{ seq: 2 }]);
});
