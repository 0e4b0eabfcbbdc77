/**
 * Where the output goes and what may be done to it.
 *
 * Measured when asked, not kept: a window changes its size while a table is in it.
 */
import type { WriteStream } from 'node:tty';

export interface Terminal {
  /** Lines can be drawn over: a terminal that moves its cursor. */
  readonly live: boolean;
  /** Colours are wanted: a terminal that has them, and no NO_COLOR. */
  readonly colour: boolean;
  /** Infinity where nothing limits a line, as in a pipe or a file. */
  columns(): number;
  rows(): number;
}

export function terminalOf(stream: WriteStream, env: NodeJS.ProcessEnv): Terminal {
  // A pipe is no tty.WriteStream and lacks its methods, whatever the types say.
  const isTerminal = stream.isTTY;
  return {
    live: isTerminal && env['TERM'] !== 'dumb',
    // Knows NO_COLOR, FORCE_COLOR, TERM and their order.
    colour: isTerminal && stream.hasColors(env),
    // A terminal that does not know its own size says 0.
    columns: () => (isTerminal ? stream.columns || 80 : Infinity),
    rows: () => (isTerminal ? stream.rows || 24 : Infinity),
  };
}
