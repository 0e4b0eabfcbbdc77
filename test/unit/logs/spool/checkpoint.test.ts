import { expect, it } from 'vitest';
import { SpoolFiles } from '../../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../../src/logs/spool/spool.ts';
import { linesOf, originOf, quietLog, streamOf, VirtualClock } from '../../../support/log-lines.ts';
import { ModelDisk, Platter } from '../../../support/model-disk.ts';

it('is one at a time, however many ask for it at once', async () => {
  const errors: string[] = [];
  const log = { ...quietLog, error: (_fields: object, message: string) => void errors.push(message) };
  const platter = new Platter();
  const disk = new ModelDisk(platter);
  const files = await SpoolFiles.open(disk, 2 ** 20);
  const bounds = { memoryBytesMax: 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
  const store = Spool.open(files, { ...bounds, clock: new VirtualClock(), log });
  const kept: Array<Promise<boolean>> = [];
  for (let first = 1; first <= 50; first += 10) {
    await store.append(linesOf(originOf('a'), first, 10));
    kept.push(store.flush(), store.flush());
  }
  expect(await Promise.all(kept)).toEqual(kept.map(() => true));
  expect(errors).toEqual([]);
  disk.isDead = true;

  const next = await SpoolFiles.open(new ModelDisk(platter), 2 ** 20);
  expect(next.recovered.end).toBe(50);
  expect(next.recovered.book.state(streamOf('a'))?.keptSeq).toBe(50);
});
