/** `ottoscaler replay` as a person runs it, on recordings that are kept and on files that are none. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOttoscalerClient } from '../../src/rpc/client.ts';

const recording = 'test/recordings/pipeline-with-retried-stages.jsonl';

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['src/main.ts', 'replay', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return { child, ended: once(child, 'close').then(() => ({ code: child.exitCode, ...said })) };
}

const replay = (...args: readonly string[]) => start(...args).ended;

/** A file of these lines, removed after the test. */
function fileOf(lines: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'otto-replay-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'incident.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

describe('a recording that is lived again as it was', () => {
  test('is shown as a tree of states with reasons, and ends with 0', async () => {
    const { code, stdout, stderr } = await replay(recording, '--until', '66');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Every state is as it was. At line 66:');
    expect(stdout).toMatch(/^pool {2}operating\.serving {2}\(\d live workers, 0 waiting\)$/m);
    expect(stdout).toMatch(/^└─ pipeline "p" {2}live\..* {2}\(4 stages have not ended\)$/m);
    expect(stdout).toMatch(
      /^ {3}├─ stage \["p","build"\] {2}retrying\.quiet {2}\(failed workers are tried again\)$/m,
    );
    expect(stdout).toMatch(/^ {3}│ {2}[├└]─ worker otto-p-build-\w+ {2}/m);
  });

  test('is shown as JSON for programs', async () => {
    const { code, stdout } = await replay(recording, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      lives: 1,
      n: linesOf(recording).length,
      states: { kind: 'pool', state: 'operating.serving', children: [{ id: 'pipeline "p"' }] },
    });
  });

  test('tells the history of one actor, each step with the line that led to it', async () => {
    const { code, stdout } = await replay(recording, '--actor', 'stage ["p","build"]');
    expect(code).toBe(0);
    const [title, ...steps] = stdout.trimEnd().split('\n');
    expect(title).toBe('stage ["p","build"]');
    expect(steps[0]).toMatch(/^line \d+ +\+0\.\d{3} s +\(made\) → pending\.blocked$/);
    expect(steps.some((step) => /running → retrying\.quiet +on worker\.recorded/.test(step))).toBe(true);
    expect(steps.at(-1)).toMatch(/cleanup → \(over\) +on worker\.finished$/);
  });
});

describe('what cannot be answered ends with 2 and one line', () => {
  test.each([
    [
      ['/nonexistent/file.jsonl'],
      /^ottoscaler replay: \/nonexistent\/file\.jsonl: it cannot be read: ENOENT/,
    ],
    [['README.md'], /^ottoscaler replay: README\.md: line 1 is not JSON\n$/],
    [[recording, '--actor', 'nobody'], /there is no actor "nobody" up to line \d+\n$/],
    [[recording, '--actor', 'otto-p-build'], /"otto-p-build" is a part of \d ids, such as otto-p-build/],
    [[recording, '--until', 'noon'], /a line is a whole number from 1/],
    [[], /missing required argument 'file'/],
  ])('%j', async (args, problem) => {
    const { code, stdout, stderr } = await replay(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(problem);
  });

  test('a line that is none is named by its number', async () => {
    const file = fileOf(linesOf(recording).with(9, '{"n":10,"kind":"unheard"}'));
    const { code, stderr } = await replay(file);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/: line 10 is no line of a recording: .*\n$/)]);
  });
});

test('another path ends with 1, and says where it left this one', async () => {
  const lines = linesOf(recording);
  const at = lines.findIndex((line) => line.includes('"slot":"writeJournal"'));
  const file = fileOf(lines.with(at, (lines[at] ?? '').replace('writeJournal', 'closePipeline')));
  const { code, stdout } = await replay(file);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `Line ${at + 1} expects that closePipeline of pipeline "p" begins; but writeJournal of pipeline "p" begins.`,
  );
});

test('Ctrl-C ends it with 130 and no word', async () => {
  const pipe = `${fileOf([])}.pipe`;
  spawnSync('mkfifo', [pipe]);
  const { child, ended } = start(pipe);
  const source = createWriteStream(pipe).on('error', () => {});
  const [header = ''] = linesOf(recording);
  let interrupted = false;
  // A recording without an end: one life after the other, for as long as somebody reads.
  for (let n = 1; child.exitCode === null; n++) {
    if (source.write(`${header.replace('"n":1', `"n":${n}`)}\n`)) continue;
    await Promise.race([once(source, 'drain').catch(() => undefined), ended]);
    if (!interrupted) child.kill('SIGINT');
    interrupted = true;
  }
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
  source.destroy();
});

describe('a moment of a recording that is served', () => {
  test('answers whatever reads as it was then, takes no command, and ends with 0 on Ctrl-C', async () => {
    const { child, ended } = start(recording, '--until', '66', '--serve', '0');
    const address = await addressToldBy(child);
    const client = createOttoscalerClient(address);
    onTestFinished(() => client.close());
    const { workers } = await client.getWorkerStatus({ task_id: '', worker_pod_name: '', status_filter: '' });
    const statuses = workers?.map(({ status }) => status).toSorted();
    expect(statuses).toEqual(['failed', 'failed', 'pending', 'running']);
    const events = client.watchPipeline({ pipeline_id: 'p' });
    const seen: string[] = [];
    for await (const { stage_id, status } of events) {
      seen.push(`${stage_id} ${status}`);
      if (status === 'STAGE_RETRYING') break;
    }
    expect(seen).toEqual([
      ' STAGE_RUNNING',
      'build STAGE_PENDING',
      'build STAGE_RUNNING',
      'build STAGE_RETRYING',
    ]);
    await expect(client.scaleUp({ task_id: 'x', worker_count: 1 })).rejects.toThrow(
      'this Ottoscaler shows line 66 of a recording and takes no commands',
    );
    await expect(client.cancelPipeline({ pipeline_id: 'p' })).rejects.toThrow('takes no commands');
    await expect(client.getPipeline({ pipeline_id: 'q' })).rejects.toThrow('there is no run "q"');
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  test('needs a port that is free', async () => {
    const first = start(recording, '--serve', '0');
    const address = await addressToldBy(first.child);
    const { code, stderr } = await replay(recording, '--serve', address.slice(address.indexOf(':') + 1));
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot listen on ${address}`);
  });
});

async function addressToldBy({ stderr }: ReturnType<typeof start>['child']): Promise<string> {
  for await (const text of stderr) {
    const [, address] = /Serving line \d+ on (127\.0\.0\.1:\d+)/.exec(String(text)) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('it ended without serving');
}
