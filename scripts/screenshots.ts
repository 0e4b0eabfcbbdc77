/**
 * `npm run docs:screenshots`: the inspector's main views as they are, into docs/images. The built program runs a
 * pipeline and a few tasks on its embedded cluster, and a headless Chromium (the one on the PATH) looks at them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser, openPage } from '../test/support/browser.ts';
import { InspectedPrograms } from './inspected-programs.ts';

const wide = { width: 1_180, height: 720 };
const low = { width: 1_180, height: 560 };
const narrow = { width: 400, height: 780 };
const folder = 'docs/images';

/** Long enough to be looked at, in all states that a run can have. */
const pipeline = `
name: shop
stages:
  - { id: build, name: Build, run: 'echo compiling; sleep 3; echo built' }
  - { id: unit, name: Unit tests, depends_on: [build], workers: 3, run: 'for i in $(seq 90); do echo "ok $i - the cart keeps its order"; sleep 1; done' }
  - { id: lint, name: Lint, depends_on: [build], run: 'sleep 5; echo 212 files are clean' }
  - id: integration
    name: Integration test
    depends_on: [build]
    retry: { max_attempts: 2, delay: 2s, failures: [exit-code] }
    run: 'echo connecting; sleep 4; if [ "$OTTO_ATTEMPT" = 1 ]; then echo "the database is not ready"; exit 1; fi; sleep 90'
  - { id: package, name: Package, depends_on: [unit, lint, integration], run: 'sleep 1' }
  - { id: deploy, name: Deploy, depends_on: [package], run: 'sleep 1' }
  - { id: report, name: Report, run_when: always, run: 'sleep 1' }
`;
const service = String.raw`echo "listening on :8080"; for i in $(seq 900); do echo "GET /items/$i 200 $((i * 7 % 40)) ms"; [ $((i % 7)) = 0 ] && printf '\033[33mslow\033[0m query <select> took 900 ms\n'; sleep 0.4; done`;

interface Shot {
  readonly name: string;
  readonly options?: BrowserContextOptions;
  /** Leads to what is to be seen. */
  readonly go: (page: Page) => Promise<void>;
}

const row = (page: Page, name: RegExp) => page.getByRole('treeitem', { name }).first();
const dark = { colorScheme: 'dark' } as const;
const korean = { locale: 'ko-KR' } as const;

async function goToRun(page: Page): Promise<void> {
  await row(page, /shop (pipeline|파이프라인)/).click();
  await page.locator('.stage-box').first().waitFor();
}

async function goToChart(page: Page): Promise<void> {
  await row(page, /otto-shop-1042-unit/).click();
  await page.locator('.state.is-lit.is-leaf').first().waitFor();
}

async function goToLog(page: Page): Promise<void> {
  await row(page, /otto-storefront/).click();
  await page.getByRole('tab', { name: /Log|로그/ }).click();
  await page.locator('.log-line').nth(20).waitFor();
}

const shots: readonly Shot[] = [
  { name: 'inspector-run', go: goToRun },
  { name: 'inspector-worker', go: goToChart },
  { name: 'inspector-log', options: { viewport: low }, go: goToLog },
  {
    name: 'inspector-tree',
    go: async (page) => {
      await page.getByRole('textbox').fill('task:nightly');
      await row(page, /nightly scale-up/).click();
      await page.locator('.state.is-lit.is-leaf').first().waitFor();
    },
  },
  { name: 'inspector-run-dark', options: dark, go: goToRun },
  { name: 'inspector-worker-korean', options: { ...dark, ...korean }, go: goToChart },
  { name: 'inspector-narrow', options: { viewport: narrow }, go: goToRun },
];

async function take(browser: Browser, url: string, { name, options, go }: Shot): Promise<void> {
  await using opened = await openPage(browser, url, { viewport: wide, reducedMotion: 'reduce', ...options });
  await row(opened.page, /pool/).waitFor();
  await go(opened.page);
  if (opened.problems.length > 0) throw new Error(`${name}: ${opened.problems.join('; ')}`);
  const file = path.join(folder, `${name}.png`);
  const { length } = await opened.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  console.log(`${file}: ${Math.ceil(length / 1_024)} KiB`);
}

const directory = mkdtempSync(path.join(tmpdir(), 'otto-screenshots-'));
const file = path.join(directory, 'pipeline.yaml');
writeFileSync(file, pipeline);
const programs = new InspectedPrograms();
try {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  stack.defer(() => programs.end());
  const url = await programs.startServer();
  await programs.run(
    'test-scaling',
    '-action',
    'scale-up',
    '-task',
    'storefront',
    '-workers',
    '2',
    '-command',
    service,
  );
  await programs.run(
    'test-scaling',
    '-action',
    'scale-up',
    '-task',
    'nightly',
    '-workers',
    '9',
    '-command',
    'sleep 600',
  );
  programs.start('test-pipeline', '-file', file, '-id', 'shop-1042');
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  await using first = await openPage(browser, url);
  await row(first.page, /shop pipeline/).click();
  // A failed try, and the next one at work: all that there is to be seen.
  await first.page.getByRole('button', { name: /^Integration test.*2 tries/ }).waitFor({ timeout: 60_000 });
  // oxlint-disable-next-line no-await-in-loop -- one browser, one after the other
  for (const shot of shots) await take(browser, url, shot);
} catch (error) {
  console.error(`screenshots: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
