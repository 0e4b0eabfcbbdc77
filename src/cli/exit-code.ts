/**
 * What the programs' exit codes say; scripts depend on them.
 *
 * Signals are 128 plus their number, as shells report them. A reader that goes
 * away (`| head`) counts as SIGPIPE: the work's outcome was not seen.
 */
export const exitCodes = {
  success: 0,
  /** The server said no, or the work failed. */
  failure: 1,
  /** The command line was wrong; nothing was sent. */
  usage: 2,
  /** The connection to a run was lost and did not come back; the run goes on. As EX_UNAVAILABLE of sysexits. */
  connectionLost: 69,
  /** -timeout elapsed. As `timeout` of coreutils. */
  timeout: 124,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
