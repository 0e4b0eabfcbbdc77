import { expect, it } from 'vitest';
import { Relay } from '../../../../src/logs/relay/relay.ts';
import { stdoutLink } from '../../../../src/logs/relay/stdout-link.ts';
import { SpoolFiles } from '../../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../../src/logs/spool/spool.ts';
import { linesOf, originOf, quietLog, VirtualClock } from '../../../support/log-lines.ts';
import { ModelDisk, Platter } from '../../../support/model-disk.ts';

it('writes every line as a record of the log where there is no handler, and the store forgets it', async () => {
  const clock = new VirtualClock();
  const records: Array<[object, string]> = [];
  const log = {
    ...quietLog,
    info: (fields: object, message: string) => void records.push([fields, message]),
  };
  const files = await SpoolFiles.open(new ModelDisk(new Platter()), 2 ** 20);
  const bounds = { memoryBytesMax: 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
  const store = Spool.open(files, { ...bounds, clock, log: quietLog });
  const relay = new Relay({ store, link: stdoutLink(log), clock, random: () => 0.5, log: quietLog });
  await store.append(linesOf(originOf('a'), 1, 1_000));
  await clock.advance(1_000);
  expect(records.map(([, message]) => message)).toEqual(
    linesOf(originOf('a'), 1, 1_000).map(({ text }) => text),
  );
  expect(records[0]?.[0]).toMatchObject({ workerId: 'a', taskId: 'task', seq: 1, source: 'stdout' });
  expect(store.cursor).toBe(1_000);
  await relay.close(0);
});
