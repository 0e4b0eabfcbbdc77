/** From a file to the lines of a recording; what is no recording is refused with the line where that shows. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { messageOf } from '../error-message.ts';
import { parseLine, type Line } from './format.ts';

/** Its message is one sentence with the number of a line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** A process was killed while it wrote this line. */
interface TornLine {
  readonly kind: 'torn';
  readonly n: number;
}

export type RecordedLine = Line | TornLine;

/** Throws a {@link RecordingError}. A line that a kill has torn ends a life; anywhere else it is an error. */
export async function* readRecording(path: string, signal?: AbortSignal): AsyncGenerator<RecordedLine> {
  let n = 0;
  let torn: RecordingError | undefined;
  try {
    for await (const text of linesOf(path, signal)) {
      n++;
      let line: Line;
      try {
        line = parseLine(text);
      } catch (error) {
        if (torn) throw torn;
        torn = notALine(n, error);
        // Not even JSON: whether that is excused, the next line says.
        if (n > 1 && error instanceof SyntaxError) continue;
        throw torn;
      }
      if (torn && line.kind !== 'life') throw torn;
      if (torn) yield { kind: 'torn', n: n - 1 };
      torn = undefined;
      if (n === 1 && line.kind !== 'life')
        throw new RecordingError('line 1 is not the header of a life, with which every recording begins');
      if (line.n !== n)
        throw new RecordingError(
          `line ${n} says that it is line ${line.n}: lines are missing, or were added`,
        );
      yield line;
    }
  } catch (error) {
    if (error instanceof RecordingError || signal?.aborted) throw error;
    throw new RecordingError(`it cannot be read: ${messageOf(error)}`);
  }
  if (n === 0) throw new RecordingError('line 1 is missing: it is empty');
  if (torn) yield { kind: 'torn', n };
}

/** Rejects where the file cannot be read, and with the signal's reason also while it is being waited for. */
async function* linesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const stop = () => broken.reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const input = createReadStream(path).once('error', (error) => broken.reject(error));
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), broken.promise]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    input.destroy();
  }
}

function notALine(n: number, error: unknown): RecordingError {
  if (error instanceof SyntaxError) return new RecordingError(`line ${n} is not JSON`);
  if (!(error instanceof z.ZodError)) return new RecordingError(`line ${n}: ${String(error)}`);
  const issue = error.issues[0];
  const where = issue && issue.path.length > 0 ? `its ${issue.path.join('.')}: ` : '';
  return new RecordingError(`line ${n} is no line of a recording: ${where}${issue?.message ?? ''}`);
}
