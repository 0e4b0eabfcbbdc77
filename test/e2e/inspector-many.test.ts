/** The built page in a real browser, at a peer that tells of more workers than any cluster here could run. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { ManyWorkers, plainCharts, plainDetail } from '../support/many-workers.ts';
import { startScriptedInspector } from '../support/scripted-inspector.ts';
import { until } from '../support/until.ts';

const workers = 10_000;
const changesASecond = 5_000;
const batchMs = 100;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const inspectorOf = (many: ManyWorkers) =>
  startScriptedInspector({ rows: () => many.rows, detail: plainDetail, charts: plainCharts });

describe('10,000 workers of which 5,000 change a second', () => {
  test('can be seen, scrolled, filtered and chosen, all the while', async () => {
    const many = new ManyWorkers(workers);
    await using inspector = await inspectorOf(many);
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    const timer = setInterval(() => many.change((changesASecond * batchMs) / 1_000, inspector), batchMs);
    try {
      const items = page.getByRole('treeitem');
      await page.getByText(/^10101 of 10101/).waitFor();
      // Of all those lines only those in sight are in the document.
      expect(await items.count()).toBeLessThan(100);

      const tree = page.getByRole('tree');
      await tree.focus();
      await page.keyboard.press('End');
      await page.getByRole('treeitem', { name: /worker-9999 / }).waitFor();
      await page.keyboard.press('Home');
      await page.getByRole('treeitem', { name: /^(running )?pool/ }).waitFor();
      await tree.hover();
      await page.mouse.wheel(0, 140_000);
      await page
        .getByRole('treeitem', { name: /worker-49\d\d / })
        .first()
        .waitFor();

      await page.keyboard.press('/');
      await page.keyboard.type('name:worker-123 ');
      await page.getByText(/^14 of 10101/).waitFor();
      await page.getByRole('treeitem', { name: /worker-1234 / }).click();
      await page.getByRole('heading', { name: 'worker-1234' }).waitFor();

      // It goes through its life while one looks at it.
      const phase = page.locator('.why-state b');
      const first = await phase.textContent();
      await until('another phase', async () => ((await phase.textContent()) === first ? undefined : true));
    } finally {
      clearInterval(timer);
    }
    expect(opened.problems).toEqual([]);
  });

  test('are counted by phase, and a phase is chosen by its chip', async () => {
    const many = new ManyWorkers(workers);
    await using inspector = await inspectorOf(many);
    await using opened = await openPage(browser, inspector.url);
    const { page } = opened;
    await page.getByRole('button', { name: /pending 10000/ }).waitFor();
    many.change(2, inspector);
    many.change(workers, inspector);
    await page.getByRole('button', { name: /running 102/ }).click();
    await page.getByText(/^103 of 10101/).waitFor();
    expect(opened.problems).toEqual([]);
  });
});
