/**
 * What is under way, on stderr so that stdout holds nothing but the result.
 *
 * One line that redraws itself on a terminal; in a pipe, a plain line for each new step.
 */
export interface Progress {
  /** A step has begun, such as `create: raw POSTs, repetition 2 of 5`. */
  step(text: string): void;
  /** A detail of the step, only shown where the line can be redrawn. */
  detail(text: string): void;
  /** Removes the redrawn line, so that what follows starts on a clean one. */
  end(): void;
}

const eraseLine = '\r\u001B[2K';

export function showProgress(stream: NodeJS.WriteStream): Progress {
  let current = '';
  const draw = (text: string) => {
    stream.write(eraseLine + text.slice(0, Math.max(20, stream.columns - 1)));
  };
  if (!stream.isTTY) return { step: (text) => void stream.write(`${text}\n`), detail() {}, end() {} };
  return {
    step: (text) => draw((current = text)),
    detail: (text) => draw(`${current} · ${text}`),
    end: () => void stream.write(eraseLine),
  };
}
