/** The file of a recording: bounded, never waited for, and with what came before it. */
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecording, type RecordedLine } from '../../../src/recording/read-recording.ts';
import { RecordFile } from '../../../src/recording/record-file.ts';

let folder: string;
let file: string;
let ends: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'otto-record-'));
  file = path.join(folder, 'incident.jsonl');
  ends = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openFile = (bytesMax = 1_000_000) =>
  RecordFile.open({ path: file, bytesMax, onEnd: (why) => void ends.push(why) });
const pool = {
  liveMax: 1,
  historyMs: 1,
  historyMax: 1,
  drainMs: 1,
  infrastructureMax: 1,
  childRestarts: { intensity: 1, periodMs: 1 },
  poolRestarts: { intensity: 1, periodMs: 1 },
};
const header = (n: number) => ({ n, atMs: 0, kind: 'life', format: 1, versions: {}, namespace: 'a', pool });
const event = (n: number) => ({
  n,
  atMs: 0,
  kind: 'sent',
  states: '0',
  event: { type: 'x', text: 'y'.repeat(90) },
});

async function read(): Promise<readonly RecordedLine[]> {
  const lines: RecordedLine[] = [];
  for await (const line of readRecording(file)) lines.push(line);
  return lines;
}

describe('a recording', () => {
  test('is written in the order in which it came, and only its owner may read it', async () => {
    const tape = await openFile();
    tape.write(header);
    for (let i = 0; i < 500; i++) tape.write(event);
    await tape.close();
    expect((await read()).map(({ n }) => n)).toEqual(Array.from({ length: 501 }, (_, i) => i + 1));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(ends).toEqual([]);
  });

  test('is written while it goes on', async () => {
    const tape = await openFile();
    tape.write(header);
    await expect.poll(() => readFile(file, 'utf8')).toContain('"life"');
    tape.write(event);
    await expect.poll(() => readFile(file, 'utf8')).toContain('"sent"');
    await tape.close();
  });

  test(
    'ends where its file is full, says so in its last line and once to who runs it',
    { tags: ['F41', 'I11'] },
    async () => {
      const tape = await openFile(4_096);
      tape.write(header);
      for (let i = 0; i < 100; i++) tape.write(event);
      expect(tape.isOpen).toBe(false);
      await tape.close();
      expect(ends).toEqual(['the file is as large as it may become']);
      expect((await read()).at(-1)).toMatchObject({ kind: 'end', why: ends[0] });
      expect((await stat(file)).size).toBeLessThanOrEqual(4_096);
    },
  );

  test('ends where the disk is much slower than what happens', { tags: ['F41', 'I11'] }, async () => {
    const tape = await openFile(1e9);
    tape.write(header);
    const large = (n: number) => ({ ...event(n), event: { type: 'x', text: 'y'.repeat(5_000_000) } });
    for (let i = 0; i < 4; i++) tape.write(large);
    expect(ends).toEqual(['the disk is slower than what happens']);
    await tape.close();
    expect((await read()).map(({ kind }) => kind)).toEqual(['life', 'sent', 'sent', 'sent', 'end']);
  });

  test(
    'goes on after what former processes recorded, also where a kill has torn their last line',
    { tags: ['F41'] },
    async () => {
      for (let life = 0; life < 2; life++) {
        const tape = await openFile();
        tape.write(header);
        tape.write(event);
        await tape.close();
      }
      expect((await read()).map(({ n, kind }) => [n, kind])).toEqual([
        [1, 'life'],
        [2, 'sent'],
        [3, 'life'],
        [4, 'sent'],
      ]);
      await writeFile(file, `${await readFile(file, 'utf8')}{"n":5,"atMs":1,"ki`);
      const tape = await openFile();
      tape.write(header);
      await tape.close();
      expect((await read()).slice(4)).toMatchObject([
        { n: 5, kind: 'torn' },
        { n: 6, kind: 'life' },
      ]);
    },
  );

  test('moves out of the way what leaves it less than half of its room', async () => {
    const first = await openFile(4_096);
    first.write(header);
    for (let i = 0; i < 20; i++) first.write(event);
    await first.close();
    const second = await openFile(4_096);
    second.write(header);
    await second.close();
    expect(await readdir(folder)).toEqual(['incident.jsonl', 'incident.jsonl.1']);
    expect(await read()).toHaveLength(1);
  });

  test('that cannot be written is refused with the setting, the file and the reason', async () => {
    file = path.join(folder, 'absent', 'incident.jsonl');
    await expect(openFile()).rejects.toThrow(/^RECORD_FILE=".*incident\.jsonl" cannot be written: ENOENT/);
  });
});

describe('what is no recording is refused with the number of the line', () => {
  const life = JSON.stringify(header(1));
  const sent = JSON.stringify(event(2));

  test.each([
    ['', 'line 1 is missing: it is empty'],
    ['# a page\n', 'line 1 is not JSON'],
    [`${sent}\n`, /^line 1 is not the header/],
    [`${life}\n{"n":2}\n`, /^line 2 is no line of a recording/],
    [`${life}\n{"n":\n${sent}\n`, 'line 2 is not JSON'],
    [`${life}\n${JSON.stringify(event(7))}\n`, /^line 2 says that it is line 7/],
    [`${life.replace('"format":1', '"format":2')}\n`, /line 1 .* another format than 1/],
  ])('%j', async (text, problem) => {
    await writeFile(file, text);
    await expect(read()).rejects.toThrow(problem);
  });

  test('a last line that a kill has torn is no reason', { tags: ['F41'] }, async () => {
    await writeFile(file, `${life}\n${sent}\n{"n":3,"at`);
    expect((await read()).map(({ kind }) => kind)).toEqual(['life', 'sent', 'torn']);
  });
});
