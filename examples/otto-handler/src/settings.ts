/** What the environment says. A value that makes no sense ends the program at its start, and is named. */

function wholeNumber(name: string, otherwise: number, least: number, most: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Error(`${name}: "${text}" is not a whole number from ${least} to ${most}`);
  return value;
}

export const settings = {
  host: process.env['GRPC_HOST'] || '127.0.0.1',
  /** 0 = a free one; the first line on stdout says which. */
  port: wholeNumber('GRPC_PORT', 50_051, 0, 65_535),
  ottoscaler: process.env['OTTOSCALER_HOST'] || '127.0.0.1:9090',
  linesPerTask: wholeNumber('LINES_PER_TASK', 1_000, 1, 100_000),
  /** What workers that push are told; `messageBytesMax` is also held. */
  push: {
    linesPerSecond: wholeNumber('LOG_RATE_LIMIT', 100, 1, 1_000_000),
    windowLines: wholeNumber('LOG_BUFFER_SIZE', 50, 1, 10_000),
    messageBytesMax: wholeNumber('LOG_MESSAGE_BYTES_MAX', 1_024, 64, 262_144),
    workersMax: wholeNumber('LOG_SESSIONS_MAX', 1_000, 1, 100_000),
  },
};
