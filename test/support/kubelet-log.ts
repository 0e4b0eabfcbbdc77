/**
 * A container's log as a kubelet serves it, slow and obviously right: records in the order of the file, each with its
 * own time; long lines in parts; rotation, after which only the newest file is read.
 */

interface LogRecord {
  readonly timeMs: number;
  readonly text: string;
  /** CRI's tag: P for a part whose line goes on in the next record. */
  readonly tag: 'F' | 'P';
}

export interface WrittenLine {
  readonly time: string;
  readonly text: string;
}

export class KubeletLog {
  /** All that was ever written. */
  readonly written: WrittenLine[] = [];
  #file: LogRecord[] = [];

  /** @param parts each with its own time, in the order of writing */
  write(parts: ReadonlyArray<{ readonly timeMs: number; readonly text: string }>): void {
    for (const [index, { timeMs, text }] of parts.entries())
      this.#file.push({ timeMs, text, tag: index === parts.length - 1 ? 'F' : 'P' });
    const [first] = parts;
    if (first === undefined) throw new Error('a line has at least one part');
    this.written.push({ time: stampOf(first.timeMs), text: parts.map(({ text }) => text).join('') });
  }

  rotate(): void {
    this.#file = [];
  }

  /** What a reading brings that begins now and does not follow. */
  read({ sinceTime, tailLines }: { sinceTime?: string; tailLines?: number }): string {
    const sinceMs = sinceTime === undefined ? -Infinity : Math.floor(Date.parse(sinceTime) / 1000) * 1000;
    const records = tailLines === undefined ? this.#file : this.#file.slice(-tailLines);
    let out = '';
    let isLineStart = true;
    for (const { timeMs, text, tag } of records) {
      if (timeMs >= sinceMs)
        out += `${isLineStart ? `${stampOf(timeMs)} ` : ''}${text}${tag === 'F' ? '\n' : ''}`;
      isLineStart = tag === 'F';
    }
    return out;
  }
}

/** Nine digits of the second, as kubelets write it. */
function stampOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '000000Z');
}
