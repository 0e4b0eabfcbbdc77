/** A run on a terminal: one tree, drawn over itself, and a summary in its place when all is over. */
import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { Terminal } from '../terminal.ts';
import type { RunDisplay } from './run-display.ts';
import { runSummary, type SummaryWords } from './run-summary.ts';
import type { RunState } from './run-state.ts';
import { stageTree, type TreeLine } from './stage-tree.ts';
import { treeFrame } from './tree-frame.ts';
import type { WorkerNews } from './worker-news.ts';

/** A replay brings thousands of events at once; an eye follows some twenty frames a second. */
const frameMs = 50;
/** Times pass, also where nothing else happens. */
const tickMs = 1_000;

export function liveTree(stream: WriteStream, terminal: Terminal, words: SummaryWords): RunDisplay {
  const draw = createLogUpdate(stream);
  const size = () => ({ columns: terminal.columns(), rows: terminal.rows(), colour: terminal.colour });
  let state: RunState | undefined;
  let tree: readonly TreeLine[] = [];
  let news: WorkerNews = new Map();
  let notice = '';
  let timer: NodeJS.Timeout | undefined;
  const drawNow = () => {
    timer = undefined;
    if (state === undefined) return;
    const { pipelineId } = words;
    draw(treeFrame({ pipelineId, state, tree, news, notice }, Date.now(), size()));
  };
  const drawSoon = () => {
    timer ??= setTimeout(drawNow, frameMs);
  };
  const ticking = setInterval(drawSoon, tickMs);
  stream.on('resize', drawSoon);
  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
    clearInterval(ticking);
    stream.off('resize', drawSoon);
  };
  return {
    begin(first) {
      state = first;
      tree = stageTree(first.plan.graph);
      drawSoon();
    },
    event(_, next) {
      state = next;
      drawSoon();
    },
    news(latest) {
      news = latest;
      drawSoon();
    },
    notice(sentence) {
      notice = sentence;
      drawSoon();
    },
    end(last) {
      state = last;
      rest();
      draw.clear();
      stream.write(`${runSummary(last, words, size()).join('\n')}\n`);
      state = undefined;
    },
    close() {
      if (timer !== undefined) drawNow();
      rest();
      draw.done();
    },
  };
}
