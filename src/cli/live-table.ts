/** A watch on a terminal: one table, drawn over itself, and left in full when all is over. */
import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import { finalFrame, liveFrame } from './live-frame.ts';
import type { Terminal } from './terminal.ts';
import type { WatchDisplay } from './watch-display.ts';
import type { WatchState } from './watch-state.ts';

export function liveTable(stream: WriteStream, terminal: Terminal): WatchDisplay {
  const draw = createLogUpdate(stream);
  const size = () => ({ columns: terminal.columns(), rows: terminal.rows(), colour: terminal.colour });
  let latest: WatchState | undefined;
  return {
    show(state, now) {
      latest = state;
      draw(liveFrame(state, now, size()));
    },
    trouble(sentence, now) {
      draw(latest ? liveFrame(latest, now, size(), sentence) : sentence);
    },
    end(state, now) {
      draw.clear();
      stream.write(`${finalFrame(state, now, size())}\n`);
    },
    close: () => draw.done(),
  };
}
