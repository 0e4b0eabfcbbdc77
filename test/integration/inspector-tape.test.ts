/** Recordings on the inspector: beside a pool at work, and alone by `ottoscaler replay --inspect`. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Tapes } from '../../src/inspector/protocol.ts';
import { InspectorClient } from '../support/inspector-client.ts';
import { startInspectedPool } from '../support/inspected-pool.ts';
import { startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const recording = 'test/recordings/pipeline-with-retried-stages.jsonl';

function folderOfTapes(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'otto-tapes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(recording, path.join(folder, 'incident.jsonl'));
  writeFileSync(path.join(folder, 'torn.jsonl'), 'no recording\n');
  writeFileSync(path.join(folder, 'notes.txt'), 'no recording\n');
  symlinkSync(path.resolve('package.json'), path.join(folder, 'link.jsonl'));
  return folder;
}

test('recordings of the folder are listed, opened by name and wound, and nothing else is', async () => {
  const folder = folderOfTapes();
  const pool = await startInspectedPool({ RECORD_FILE: path.join(folder, 'now.jsonl') });
  const { tapes } = (await (await fetch(`http://${pool.address}/api/tapes`)).json()) as Tapes;
  expect(tapes.map(({ name }) => name).toSorted()).toEqual(['incident.jsonl', 'torn.jsonl']);

  const page = await InspectorClient.open(pool.address, '?tape=incident.jsonl');
  await page.until('the end of it', () => page.latest('tree'));
  expect(page.latest('hello')).toMatchObject({ session: { role: 'viewer' }, tape: { n: 165, last: 165 } });
  expect(page.rows.get('pipeline "p"')).toMatchObject({ phase: 'succeeded', isOver: true });

  page.send({ type: 'choose', id: 'stage ["p","build"]' });
  page.send({ type: 'run', pipelineId: 'p' });
  page.send({ type: 'seek', n: 66 });
  await page.until('line 66', () => page.latest('tape')?.tape.n === 66);
  await page.until('the stage there', () => page.rows.get('stage ["p","build"]')?.state === 'retrying.quiet');
  await page.until('all of it', () => page.detail?.row.state === 'retrying.quiet');
  expect(page.detail?.happenings.at(-1)).toMatchObject({ stateAfter: 'retrying.quiet' });
  expect(page.run?.stages[0]).toMatchObject({ phase: 'retrying' });

  page.send({ type: 'step', by: -1 });
  await page.until('a step back', () => page.latest('tape')?.tape.n === 65);
  page.send({ type: 'step', by: 1 });
  await page.until('and forward', () => page.latest('tape')?.tape.n === 66);
  page.send({ type: 'seek', n: 1 });
  await page.until('the beginning', () => page.rows.size === 1 && page.latest('tape')?.tape.n === 1);
  expect(pool.observers()).toBe(0);
});

test.each(['..%2Fincident.jsonl', '%2Fetc%2Fpasswd', 'link.jsonl', 'notes.txt', 'absent.jsonl', '.'])(
  'the name %s opens nothing',
  async (name) => {
    const pool = await startInspectedPool({ RECORD_FILE: path.join(folderOfTapes(), 'now.jsonl') });
    const page = await InspectorClient.open(pool.address, `?tape=${name}`);
    await page.until('its end', () => page.closeCode === 1008);
    expect(page.latest('refused')?.why).toMatch(
      /^There is no recording ".*" in the folder of RECORD_FILE\.$/,
    );
    expect(page.latest('tree')).toBeUndefined();
  },
);

test('a file that is no recording is refused with the line where that shows', async () => {
  const pool = await startInspectedPool({ RECORD_FILE: path.join(folderOfTapes(), 'now.jsonl') });
  const page = await InspectorClient.open(pool.address, '?tape=torn.jsonl');
  await page.until('its end', () => page.closeCode === 1008);
  expect(page.latest('refused')?.why).toContain('line 1 is not JSON');
});

test('ottoscaler replay --inspect shows one recording alone, and takes no commands', async () => {
  const program = startProgram('src/main.ts', ['replay', recording, '--inspect'], { HTTP_PORT: '0' });
  const [, address = ''] = await until('where it is served', () =>
    /Open http:\/\/(127\.0\.0\.1:\d+)\//.exec(program.stderr()),
  );
  const page = await InspectorClient.open(address);
  await page.until('the tree', () => page.rows.has('pipeline "p"'));
  expect(page.latest('hello')).toMatchObject({ session: { role: 'viewer' }, tape: { last: 165 } });
  const chart = await fetch(`http://${address}/api/charts/worker`);
  expect(chart.status).toBe(200);
  const action = await fetch(`http://${address}/api/actions/scale-down`, { method: 'POST', body: '{}' });
  expect([404, 405]).toContain(action.status);
  program.child.kill('SIGINT');
  expect(await program.ended).toBe(0);
});
