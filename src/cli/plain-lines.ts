/**
 * A watch in a pipe or a file: one line for each change of a worker, then the summary.
 *
 * Names stand in full and times count from the start of the watch, so that two
 * logs of the same work can be compared.
 */
import { summaryLine } from './summary-line.ts';
import type { WatchDisplay } from './watch-display.ts';
import { countPhases } from './watch-state.ts';
import { newsOf, workerRow, type Moment, type WorkerRow } from './worker-row.ts';

export function plainLines(write: (line: string) => void): WatchDisplay {
  const told = new Map<string, string>();
  return {
    show(state, now) {
      for (const podName of told.keys()) if (!state.workers.has(podName)) told.delete(podName);
      for (const [podName, worker] of state.workers) {
        const row = workerRow(worker, now);
        const news = newsOf(worker, row);
        if (told.get(podName) === news) continue;
        told.set(podName, news);
        write(changeLine(row, now));
      }
    },
    trouble: (sentence, now) => write(`${stamp(now)}  ${sentence}`),
    end: (state, now) => write(summaryLine(countPhases(state, now.elapsedMs), now.elapsedMs)),
    close: () => {},
  };
}

/** `   1.2 s  otto-build-42-…  running    at most 3600 s (on node-1)`. */
function changeLine({ phase, pod, status, time, node, detail }: WorkerRow, now: Moment): string {
  const facts = [
    ...(phase === 'succeeded' && time !== '' ? [`after ${time}`] : []),
    ...(phase !== 'succeeded' && detail !== '' ? [detail] : []),
    ...(node === '' ? [] : [`(on ${node})`]),
  ];
  return `${stamp(now)}  ${pod}  ${status.padEnd(9)}  ${facts.join(' ')}`.trimEnd();
}

const stamp = ({ elapsedMs }: Moment) => `${(elapsedMs / 1_000).toFixed(1).padStart(6)} s`;
