/** What people come to rely on in the page, at a peer that does what each test needs. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActorRow } from '../../src/inspector/protocol.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { ManyWorkers, plainCharts, plainDetail } from '../support/many-workers.ts';
import { startScriptedInspector, type Script } from '../support/scripted-inspector.ts';
import { until } from '../support/until.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const few = new ManyWorkers(3);
const script = (more: Partial<Script> = {}): Script => ({
  rows: () => few.rows,
  detail: plainDetail,
  charts: plainCharts,
  ...more,
});

test('a connection that breaks is taken up again, and with it the tree and what was looked at', async () => {
  let rows: readonly ActorRow[] = few.rows;
  await using inspector = await startScriptedInspector(script({ rows: () => rows }));
  await using opened = await openPage(browser, inspector.url);
  const { page } = opened;
  await page.getByRole('treeitem', { name: /worker-1 / }).click();
  await page.getByText('worker-1 waits.').waitFor();
  const asked = inspector.heard.length;

  rows = few.rows.filter(({ id }) => id !== 'w-2');
  inspector.disconnect();
  await page.getByRole('treeitem', { name: /worker-2 / }).waitFor({ state: 'detached' });
  await page.getByText('Live').waitFor();
  await until('the actor asked for again', () =>
    inspector.heard.slice(asked).some((message) => message.type === 'choose' && message.id === 'w-1'),
  );
  expect(opened.problems).toEqual([]);
});

test('an address with an actor in it opens there, and going back goes to the former', async () => {
  await using inspector = await startScriptedInspector(script());
  await using opened = await openPage(browser, `${inspector.url}#actor/w-1/context`);
  const { page } = opened;
  await page.getByRole('heading', { name: 'worker-1' }).waitFor();
  await page.getByRole('tab', { name: 'Context', selected: true }).waitFor();
  await page.getByRole('treeitem', { name: /worker-2 / }).click();
  await page.getByRole('heading', { name: 'worker-2' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'worker-1' }).waitFor();
  expect(opened.problems).toEqual([]);
});

test('the keyboard alone goes through the tree, filters, chooses, and helps', async () => {
  await using inspector = await startScriptedInspector(script());
  await using opened = await openPage(browser, inspector.url);
  const { page } = opened;
  await page.getByRole('treeitem').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('worker-2');
  await page.getByText('3 of 5').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'worker-2' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('5 of 5').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await page.getByText('1 of 5').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('go through the tree').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(opened.problems).toEqual([]);
});

test('a Korean browser sees Korean, and whoever chooses English keeps it', async () => {
  await using inspector = await startScriptedInspector(script());
  await using opened = await openPage(browser, inspector.url, { locale: 'ko-KR' });
  const { page } = opened;
  await page.getByText('실시간').waitFor();
  await page.getByRole('treeitem', { name: /worker-1 워커/ }).waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Live').waitFor();
  await page.reload();
  await page.getByText('Live').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(opened.problems).toEqual([]);
});

test('the page is dark where the system is, until somebody chooses', async () => {
  await using inspector = await startScriptedInspector(script());
  await using opened = await openPage(browser, inspector.url, { colorScheme: 'dark' });
  const { page } = opened;
  const ground = () => page.locator('body').evaluate('getComputedStyle(document.body).backgroundColor');
  await page.getByRole('treeitem').first().waitFor();
  const dark = await ground();
  await page.getByRole('button', { name: 'As the system' }).click();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await page.getByRole('button', { name: 'Light' }).waitFor();
  expect(await ground()).toBe(light);
});

test('in a narrow window the actor takes the place of the tree, and a button leads back', async () => {
  await using inspector = await startScriptedInspector(script());
  await using opened = await openPage(browser, inspector.url, { viewport: { width: 400, height: 700 } });
  const { page } = opened;
  await page.getByRole('treeitem', { name: /worker-1 / }).click();
  await page.getByRole('heading', { name: 'worker-1' }).waitFor();
  expect(await page.getByRole('tree').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Back to the tree' }).click();
  await page.getByRole('tree').waitFor();
});

describe('buttons', () => {
  test('say how many workers shall remain, and what the server answers', async () => {
    await using inspector = await startScriptedInspector(script());
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    await page.getByRole('treeitem', { name: /task-0 scale-up/ }).click();
    await page.getByRole('button', { name: 'Scale down' }).click();
    await page.getByLabel('Workers that shall remain').fill('1');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByText('scale-down: accepted').waitFor();
    expect(inspector.actions).toEqual([{ name: 'scale-down', body: { taskId: 'task-0', workerCount: 1 } }]);
  });

  test('are not there for viewers', async () => {
    await using inspector = await startScriptedInspector(script({ role: 'viewer' }));
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    await page.getByRole('treeitem', { name: /task-0 scale-up/ }).click();
    await page.getByText('task-0 waits.').waitFor();
    await page.getByText('viewer').waitFor();
    expect(await page.getByRole('button', { name: 'Scale down' }).count()).toBe(0);
  });
});

describe('recordings', () => {
  test('are listed and opened', async () => {
    const tapes = { tapes: [{ name: 'incident.jsonl', bytes: 2_048, changedMs: Date.now() }] };
    await using inspector = await startScriptedInspector(script({ tapes }));
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    await page.getByRole('button', { name: 'Recordings' }).click();
    await page.getByRole('link', { name: 'incident.jsonl' }).click();
    await page.waitForURL('**/?tape=incident.jsonl');
    expect(opened.problems).toEqual([]);
  });

  test('are stepped through by keys and by the slider, and say where they are', async () => {
    await using inspector = await startScriptedInspector(script({ tapeLines: 40 }));
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    await page.getByText('line 1 of 40').waitFor();
    await page.keyboard.press('.');
    await page.getByText('line 2 of 40').waitFor();
    await page.getByText('input 2').waitFor();
    await page.keyboard.press(',');
    await page.getByText('line 1 of 40').waitFor();
    await page.getByRole('slider').fill('31');
    await page.getByText('line 31 of 40').waitFor();
    expect(inspector.heard).toContainEqual({ type: 'seek', n: 31 });
    expect(opened.problems).toEqual([]);
  });
});

test('a log is followed at its end, stays where one scrolls up, and marks stderr and gaps', async () => {
  const lines = Array.from({ length: 3_000 }, (_, n) => ({
    atMs: n,
    source: n % 2 === 0 ? ('stdout' as const) : ('stderr' as const),
    text: `line ${n}`,
  }));
  const gap = { atMs: 0, source: 'stdout' as const, text: '7 lines', isGap: true as const };
  const log = () => ({ lines: [...lines, gap], isOver: false });
  await using inspector = await startScriptedInspector(script({ log }));
  await using opened = await openPage(browser, `${inspector.url}#actor/w-1/log`);
  const { page } = opened;
  const shown = page.getByRole('log');
  await shown.getByText('line 2999').waitFor();
  await shown.locator('.is-stderr', { hasText: 'line 2999' }).waitFor();
  await shown.locator('.is-gap', { hasText: '7 lines' }).waitFor();

  await shown.hover();
  await page.mouse.wheel(0, -20_000);
  await page.getByRole('button', { name: 'Go to the end' }).waitFor();
  const more = { atMs: 0, source: 'stdout' as const, text: 'the newest' };
  inspector.tell({ type: 'log', worker: 'worker-1', lines: [more], isOver: true });
  await page.getByText('The log is at its end.').waitFor();
  expect(await shown.getByText('the newest').count()).toBe(0);
  await page.getByRole('button', { name: 'Go to the end' }).click();
  await shown.getByText('the newest').waitFor();
  expect(opened.problems).toEqual([]);
});
