import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What Nest says goes to stderr: stdout belongs to the lines of workers. */
export class StderrLogger extends ConsoleLogger {
  constructor() {
    super({ colors: process.stderr.isTTY === true, logLevels: ['warn', 'error', 'fatal'] });
  }

  protected override printMessages(messages: unknown[], context?: string, logLevel?: LogLevel): void {
    super.printMessages(messages, context, logLevel, 'stderr');
  }
}
