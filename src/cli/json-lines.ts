/**
 * Output for programs: one JSON object a line, told apart by `event`.
 *
 * Messages keep the field names of the wire. A worker is told again whenever it
 * has changed, as the server described it.
 */
import { printableJson } from './printable.ts';
import type { WatchDisplay } from './watch-display.ts';
import { countPhases, phaseOf } from './watch-state.ts';
import { newsOf, workerRow } from './worker-row.ts';

export function jsonLine(event: string, fields: object): string {
  return printableJson({ event, ...fields });
}

export function jsonLines(write: (line: string) => void): WatchDisplay {
  const told = new Map<string, string>();
  return {
    show(state, now) {
      for (const podName of told.keys()) if (!state.workers.has(podName)) told.delete(podName);
      for (const [podName, worker] of state.workers) {
        const news = newsOf(worker, workerRow(worker, now));
        if (told.get(podName) === news) continue;
        told.set(podName, news);
        const status = phaseOf(worker, now.elapsedMs);
        const fields = worker.seen?.wire ?? { pod_name: podName };
        write(jsonLine('worker', { ...fields, status, ...seconds(now.elapsedMs) }));
      }
    },
    trouble: (message, now) => write(jsonLine('trouble', { message, ...seconds(now.elapsedMs) })),
    end(state, now) {
      write(jsonLine('summary', { ...countPhases(state, now.elapsedMs), ...seconds(now.elapsedMs) }));
    },
    close: () => {},
  };
}

const seconds = (elapsedMs: number) => ({ elapsed_seconds: Math.round(elapsedMs) / 1_000 });
