import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileDisk } from '../../../../src/logs/spool/file-disk.ts';
import { SpoolFiles } from '../../../../src/logs/spool/spool-files.ts';
import { Spool } from '../../../../src/logs/spool/spool.ts';
import { linesOf, originOf, quietLog, readAll, streamOf, VirtualClock } from '../../../support/log-lines.ts';

let folder: string;
const module = new URL('../../../../src/logs/spool/file-disk.ts', import.meta.url).href;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'ottoscaler-spool-')), 'spool');
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true });
});

async function open(clock: VirtualClock): Promise<Spool> {
  const files = await SpoolFiles.open(new FileDisk(folder), 2 ** 20);
  const bounds = { memoryBytesMax: 2 ** 20, spillAfterMs: 1_000, checkpointEveryMs: 1_000 };
  return Spool.open(files, { ...bounds, clock, log: quietLog });
}

it('gives the next process what was not delivered, and the marks', async () => {
  const first = await open(new VirtualClock());
  const stream = streamOf('a');
  await first.append(linesOf(originOf('a'), 1, 500), { stream, seq: 500, state: { at: 'there' } });
  first.acknowledge(stream, 200);
  first.advance(200);
  await first.close();
  const second = await open(new VirtualClock());
  expect(second.markOf(stream)).toEqual({ stream, seq: 500, state: { at: 'there' } });
  const { lines } = await readAll(second, second.cursor, new Map());
  expect(lines).toEqual(linesOf(originOf('a'), 201, 300));
  await second.close();
});

it('is one process’s at a time, and anybody’s once that one was killed', async () => {
  const held = new FileDisk(folder);
  await held.lock();
  await expect(new FileDisk(folder).lock()).rejects.toThrow('is the spool of another process');
  const take = `const { FileDisk } = await import(${JSON.stringify(module)}); await new FileDisk(${JSON.stringify(folder)}).lock();`;
  const other = (then: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', `${take} ${then}`], { encoding: 'utf8' });
  expect(other('').stderr).toContain('is the spool of another process');
  await held.unlock();
  expect(other('process.kill(process.pid, "SIGKILL");').signal).toBe('SIGKILL');
  await held.lock();
  await held.unlock();
});

it('keeps lines from other users of the machine', async () => {
  const spool = await open(new VirtualClock());
  await spool.append(linesOf(originOf('a'), 1, 1));
  await spool.flush();
  const modes = await Promise.all(
    [folder, join(folder, 'checkpoint')].map(async (path) => (await stat(path)).mode),
  );
  expect(modes.map((mode) => mode & 0o077)).toEqual([0, 0]);
  await spool.close();
});
