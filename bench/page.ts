/**
 * The inspector's page under load: how long from a key to the frame that shows what it did, in a real headless
 * Chromium, with 10,000 workers in the tree and none or 5,000 of them changing each second. The peer is scripted, so
 * that nothing but the page is measured.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from '../test/support/browser.ts';
import { ManyWorkers, plainCharts, plainDetail } from '../test/support/many-workers.ts';
import { startScriptedInspector } from '../test/support/scripted-inspector.ts';
import type { Benchmark, Findings, Given } from './benchmark.ts';
import { percentile } from './support/statistics.ts';

const workers = 10_000;
const changesASecond = 5_000;
const batchMs = 100;
const keyEveryMs = 80;
const aimMs = 100;
const typed = 'worker-12 state:running';

/**
 * Runs in the page. An event's time is when the browser had it, so waiting for a busy page counts; a message that is
 * posted in an animation frame comes after that frame's work.
 */
const recorder = `
  globalThis.delaysMs = [];
  for (const type of ['input', 'keydown']) addEventListener(type, (event) => {
    if (type === 'keydown' && !event.key.startsWith('Arrow')) return;
    const startMs = event.timeStamp;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.delaysMs.push(performance.now() - startMs);
      port2.postMessage(0);
    });
  }, { capture: true });
`;

interface Delays {
  readonly typing: readonly number[];
  readonly walking: readonly number[];
}

export const page: Benchmark = {
  name: 'page',
  purpose: "the inspector page's input delay with 10,000 workers, at rest and at 5,000 changes/s",
  needsKubernetes: false,
  run,
};

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  if (!existsSync('dist/page/index.html')) throw new Error('the page is not built; run npm run build first');
  await using stack = new AsyncDisposableStack();
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  const rest: Delays[] = [];
  const busy: Delays[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const [delays, isBusy] of [
      [rest, false],
      [busy, true],
    ] as const) {
      progress.step(`page: ${isBusy ? 'busy' : 'at rest'}, repetition ${repetition} of ${repetitions}`);
      const many = new ManyWorkers(workers);
      const script = { rows: () => many.rows, detail: plainDetail, charts: plainCharts };
      await using inspector = await startScriptedInspector(script);
      await using opened = await openPage(browser, inspector.url);
      const perBatch = (changesASecond * batchMs) / 1_000;
      const timer = isBusy ? setInterval(() => many.change(perBatch, inspector), batchMs) : undefined;
      try {
        delays.push(await use(opened.page, signal));
      } finally {
        clearInterval(timer);
      }
      if (opened.problems.length > 0) throw new Error(opened.problems.join('\n'));
    }
  }
  return findings(rest, busy, browser.version());
}

async function use(target: Page, signal: AbortSignal): Promise<Delays> {
  await target.getByRole('treeitem').first().waitFor();
  await target.evaluate(recorder);
  await pause(1_000, undefined, { signal });
  await target.keyboard.press('/');
  for (const key of typed) {
    await target.keyboard.type(key);
    await pause(keyEveryMs, undefined, { signal });
  }
  const typing = await taken(target);
  await target.keyboard.press('Escape');
  await target.getByRole('tree').focus();
  for (const key of Array.from(typed, (_, index) => (index % 4 === 3 ? 'ArrowUp' : 'ArrowDown'))) {
    await target.keyboard.press(key);
    await pause(keyEveryMs, undefined, { signal });
  }
  return { typing, walking: await taken(target) };
}

function taken(target: Page): Promise<readonly number[]> {
  return target.evaluate<readonly number[]>('globalThis.delaysMs.splice(0)');
}

function findings(rest: readonly Delays[], busy: readonly Delays[], chromium: string): Findings {
  const unit = 'ms';
  const rows = [
    ['a letter in the filter', 'typing'],
    ['an arrow key in the tree', 'walking'],
  ] as const;
  const of = (all: readonly Delays[], key: keyof Delays, share: number) =>
    all.map((delays) => percentile(delays[key], share));
  const changing = `${changesASecond} changes/s`;
  return {
    setup: {
      chromium,
      workers,
      'changes come': `every ${batchMs} ms`,
      'keys in a repetition': `${typed.length} letters, ${typed.length} arrows`,
      'a delay': 'from the key to the end of the frame that shows it',
    },
    rows: rows.flatMap(([what, key]) => [
      { what: `${what}, at rest, p50`, unit, values: of(rest, key, 0.5) },
      { what: `${what}, at rest, p95`, unit, values: of(rest, key, 0.95) },
      { what: `${what}, ${changing}, p50`, unit, values: of(busy, key, 0.5) },
      { what: `${what}, ${changing}, p95`, unit, values: of(busy, key, 0.95), aim: { atMost: aimMs } },
      { what: `${what}, ${changing}, longest`, unit, values: of(busy, key, 1) },
    ]),
  };
}
