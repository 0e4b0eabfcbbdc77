/** The one place that knows the logger. Records are JSON lines on stdout, or coloured text for a person. */
import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';

export type { Logger };

export function createLogger(options: { readonly level: string; readonly format: 'json' | 'text' }): Logger {
  const base = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (options.format === 'json') return pino(base);
  // In process, not in a worker thread: the last lines before an exit must not be lost.
  return pino(base, PinoPretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' }));
}
