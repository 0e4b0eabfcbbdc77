/** The newest lines of one worker, and then what it goes on to write. It holds no lines, only its place among them. */
import type { WorkerLine } from '../logs/line.ts';
import type { RecentLines } from '../logs/recent/recent-lines.ts';
import type { LogLine } from './protocol.ts';

export type LinesPort = Pick<RecentLines, 'open' | 'close' | 'knows' | 'hasEnded'>;

/** Lines that a page gets of what was written before it asked. */
const tailLines = 2_000;
/** At a time. */
const linesMax = 500;
const weightMax = 256 * 1_024;
const textCharsMax = 8_000;

export class LogTail {
  readonly worker: string;
  readonly #lines: LinesPort;
  readonly #reader: ReturnType<LinesPort['open']>;
  #wasOver = false;
  #isFirst = true;

  constructor(lines: LinesPort, worker: string) {
    this.worker = worker;
    this.#lines = lines;
    // Without a listener it would only read what is there now; whoever holds it asks a few times a second.
    this.#reader = lines.open(filterOf(worker), { tail: tailLines, onNews: () => {} });
  }

  static knows(lines: LinesPort, worker: string): boolean {
    return lines.knows(filterOf(worker));
  }

  /** Undefined where nothing is new. */
  read(): { readonly lines: readonly LogLine[]; readonly isOver: boolean } | undefined {
    const hasEnded = this.#lines.hasEnded(this.worker);
    const lines = this.#reader.read(linesMax, weightMax).map(shown);
    const isOver = hasEnded && this.#reader.isCurrent;
    const isNews = lines.length > 0 || isOver !== this.#wasOver || this.#isFirst;
    this.#wasOver = isOver;
    this.#isFirst = false;
    return isNews ? { lines, isOver } : undefined;
  }

  close(): void {
    this.#lines.close(this.#reader);
  }
}

const filterOf = (workerId: string) => ({ taskId: '', pipelineId: '', stageId: '', workerId });

function shown({ time, source, text, gap }: WorkerLine): LogLine {
  const more = text.length - textCharsMax;
  return {
    atMs: Date.parse(time) || 0,
    source,
    text: more > 0 ? `${text.slice(0, textCharsMax)}… (${more} more)` : text,
    ...(gap ? { isGap: true } : {}),
  };
}
