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
/** Over the whole tree, and into the details of whoever stands there. */
const jumps = [
  'End',
  'PageUp',
  'PageUp',
  'Enter',
  'Home',
  'PageDown',
  'ArrowDown',
  'Enter',
  'ArrowDown',
  'Enter',
];
const rounds = 4;

/**
 * Runs in the page. An event's time is when the browser had it, so waiting for a busy page counts; a message that is
 * posted in an animation frame comes after that frame's work. The browser's own Event Timing tells until when the frame
 * was presented, in steps of 8 ms, and nothing of what took less than 16 ms.
 */
const recorder = `
  globalThis.delaysMs = [];
  globalThis.presentedMs = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') presentedMs.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  for (const type of ['input', 'keydown']) addEventListener(type, (event) => {
    if (type === 'keydown' && event.key.length === 1) return;
    const startMs = event.timeStamp;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.delaysMs.push(performance.now() - startMs);
      port2.postMessage(0);
    });
  }, { capture: true });
`;

interface Delays {
  readonly typing: number[];
  readonly walking: number[];
  readonly jumping: number[];
  /** Of all keys, as Event Timing tells. */
  presentedMaxMs: number;
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
  const found: Delays = { typing: [], walking: [], jumping: [], presentedMaxMs: 0 };
  const press = async (keys: readonly string[]) => {
    for (const key of keys) {
      // oxlint-disable no-await-in-loop -- somebody presses one key after the other
      await target.keyboard.press(key);
      await pause(keyEveryMs, undefined, { signal });
      // oxlint-enable no-await-in-loop
    }
  };
  for (let round = 1; round <= rounds; round++) {
    // oxlint-disable no-await-in-loop -- one after the other
    await target.keyboard.press('/');
    await taken(target);
    await press(Array.from(typed));
    found.typing.push(...(await taken(target)));
    await target.keyboard.press('Escape');
    await target.getByRole('tree').focus();
    await taken(target);
    await press(Array.from(typed, (_, index) => (index % 4 === 3 ? 'ArrowUp' : 'ArrowDown')));
    found.walking.push(...(await taken(target)));
    await press(jumps);
    found.jumping.push(...(await taken(target)));
    // oxlint-enable no-await-in-loop
  }
  found.presentedMaxMs = await target.evaluate<number>('Math.max(0, ...globalThis.presentedMs)');
  return found;
}

function taken(target: Page): Promise<readonly number[]> {
  return target.evaluate<readonly number[]>('globalThis.delaysMs.splice(0)');
}

function findings(rest: readonly Delays[], busy: readonly Delays[], chromium: string): Findings {
  const unit = 'ms';
  const kinds = [
    ['a letter in the filter', 'typing'],
    ['an arrow key in the tree', 'walking'],
    ['a jump or a choice in the tree', 'jumping'],
  ] as const;
  const shares = [
    ['p50', 0.5],
    ['p99', 0.99],
    ['longest', 1],
  ] as const;
  const changing = `${changesASecond} changes/s`;
  const states = [
    ['at rest', rest],
    [changing, busy],
  ] as const;
  return {
    setup: {
      chromium,
      workers,
      'changes come': `every ${batchMs} ms`,
      'keys in a repetition': `${rounds} × (${typed.length} letters, ${typed.length} arrows, ${jumps.length} jumps and choices)`,
      'a delay': 'from the key to the end of the frame that shows it',
    },
    rows: [
      ...kinds.flatMap(([what, kind]) =>
        states.flatMap(([state, all]) =>
          shares.map(([name, share]) => ({
            what: `${what}, ${state}, ${name}`,
            unit,
            values: all.map((delays) => percentile(delays[kind], share)),
            ...(state === changing && share === 1 ? { aim: { atMost: aimMs } } : {}),
          })),
        ),
      ),
      ...states.map(([state, all]) => ({
        what: `the longest of all keys until it was presented (Event Timing), ${state}`,
        unit,
        values: all.map(({ presentedMaxMs }) => presentedMaxMs),
      })),
    ],
  };
}
