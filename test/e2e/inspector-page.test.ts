/** The inspector as a person uses it: the built program with its embedded cluster, and its page in a real browser. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { startProgram, startServer } from '../support/program.ts';

const project = fileURLToPath(new URL('../../examples/sample-project', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function startInspected() {
  const server = await startServer({ OTTO_CLUSTER: 'local', HTTP_PORT: '0' });
  const [, port] = await server.says(/"httpPort":(\d+)/);
  return { ...server, url: `http://127.0.0.1:${port}/` };
}

async function pipelineFile(text: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'otto-inspected-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = path.join(directory, 'pipeline.yaml');
  await writeFile(file, text);
  return file;
}

function runPipeline(address: string, id: string, file: string) {
  return startProgram('bin/test-pipeline.js', [
    '-file',
    file,
    '-repo',
    project,
    '-id',
    id,
    '-server',
    address,
  ]);
}

test('a run is seen from its beginning to its end: its stages, their workers, charts and logs', async () => {
  const server = await startInspected();
  await using opened = await openPage(browser, server.url);
  const { page } = opened;
  await page.getByRole('treeitem', { name: /pool/ }).waitFor();
  const client = runPipeline(server.address, 'shown', path.join(project, 'pipeline.yaml'));

  await page.getByRole('treeitem', { name: /^running tally pipeline shown/ }).click();
  await page.getByRole('tab', { name: 'Run', selected: true }).waitFor();
  await page.getByRole('button', { name: /^Build, succeeded/ }).waitFor();
  await page.getByRole('button', { name: /^Integration test, .*2 tries/ }).waitFor();
  expect(await client.ended).toBe(0);
  await page.getByRole('treeitem', { name: /^succeeded tally pipeline shown/ }).waitFor();
  await page.getByRole('button', { name: /^Package, succeeded/ }).waitFor();
  await page.getByRole('button', { name: 'Cancel run' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: /otto-shown-lint-\S+\s+try 1, succeeded/ }).press('Enter');
  await page.getByRole('img', { name: 'Statechart of worker; current state: done' }).waitFor();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page
    .getByRole('log')
    .getByText(/files can be parsed/)
    .waitFor();
  expect(opened.problems).toEqual([]);
});

test('what workers call themselves and write is shown as text, whatever it holds', async () => {
  const server = await startInspected();
  const task = '<img src=x onerror=alert(1)>';
  const command = String.raw`printf '\033[31mred\033[0m <script>document.title="taken"</script>\n'; exec sleep 3600`;
  const scaleUp = ['-action', 'scale-up', '-workers', '1', '-task', task, '-command', command];
  const client = startProgram('bin/test-scaling.js', [...scaleUp, '-server', server.address]);
  expect(await client.ended).toBe(0);

  await using opened = await openPage(browser, server.url);
  const { page } = opened;
  await page.getByRole('treeitem', { name: task }).waitFor();
  await page.getByRole('treeitem', { name: /^running \S+ worker/ }).click();
  await page.locator('.state.is-lit', { hasText: 'active' }).first().waitFor();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('⟨ESC⟩[31mred⟨ESC⟩[0m <script>document.title="taken"</script>').waitFor();
  expect(await page.title()).toBe('Ottoscaler');
  expect(opened.problems).toEqual([]);
});

test('a run is cancelled after somebody has confirmed it, and its worker ends', async () => {
  const server = await startInspected();
  const file = await pipelineFile('name: endless\nstages:\n  - id: wait\n    run: exec sleep 3600\n');
  const client = runPipeline(server.address, 'endless-1', file);
  await using opened = await openPage(browser, server.url);
  const { page } = opened;
  await page.getByRole('treeitem', { name: /^running \S+ worker/ }).waitFor();
  await page.getByRole('treeitem', { name: /^running endless pipeline/ }).click();

  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('treeitem', { name: /^running endless pipeline/ }).waitFor();

  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('radio', { name: /^Now/ }).check();
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.locator('.toast').waitFor();
  await page.getByRole('treeitem', { name: /^cancelled endless pipeline/ }).waitFor();
  await page.getByRole('button', { name: /^wait, cancelled/ }).waitFor();
  expect(await client.ended).not.toBe(0);
  expect(opened.problems).toEqual([]);
});
