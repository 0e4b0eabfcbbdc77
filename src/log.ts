/** The one place that knows the logger. Records are JSON lines on stdout, or coloured text for a person. */
import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';

export type { Logger };

interface LoggerOptions {
  readonly level: string;
  readonly format: 'json' | 'text';
  /** The trace that a record is about, by its fields; absent where nothing is traced. */
  readonly traceIdOf?: ((fields: object) => string | undefined) | undefined;
}

export function createLogger({ traceIdOf, ...options }: LoggerOptions): Logger {
  const base = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(traceIdOf ? { mixin: (fields: object) => traced(traceIdOf(fields)) } : {}),
  };
  if (options.format === 'json') return pino(base);
  // In process, not in a worker thread: the last lines before an exit must not be lost.
  return pino(base, PinoPretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }));
}

const traced = (traceId: string | undefined) => (traceId === undefined ? {} : { traceId });
