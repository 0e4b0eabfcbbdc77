#!/usr/bin/env node
/**
 * test-scaling: scales workers from a terminal or a script, and shows them.
 *
 * A gRPC client and nothing more: what it can do, any caller of Ottoscaler can.
 * Here the process is wired: arguments, signals, streams and the exit code.
 */
import { connect, helpColumnsMax, runTool, type Say } from './cli-process.ts';
import { readCommandLine } from './command-line.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';
import { runScaling } from './run-scaling.ts';
import { scalingOptions } from './scaling-options.ts';
import { terminalOf } from './terminal.ts';

const { stdout, stderr } = process;

await runTool('test-scaling', main);

async function main(say: Say): Promise<ExitCode> {
  const terminal = terminalOf(stdout, process.env);
  const read = readCommandLine(process.argv.slice(2), Math.min(terminal.columns(), helpColumnsMax));
  if ('help' in read) {
    stdout.write(read.help);
    return exitCodes.success;
  }
  const options = scalingOptions(read.given);
  const client = connect(options.server);
  const stop = new AbortController();
  stopOn('SIGINT', stop, exitCodes.interrupted);
  stopOn('SIGTERM', stop, exitCodes.terminated);
  try {
    return await runScaling(options, { client, stdout, terminal, signal: stop.signal, say });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // The terminal has just written ^C.
    if (terminal.live) stderr.write('\n');
    say(error.message);
    return stop.signal.reason === exitCodes.terminated ? exitCodes.terminated : exitCodes.interrupted;
  } finally {
    client.close();
  }
}

/**
 * Ends the work at the first signal and the process at the second. The listener stays: log-update's own would
 * take its absence for leave to die by the signal, before anything has been said.
 */
function stopOn(signal: NodeJS.Signals, stop: AbortController, exitCode: ExitCode): void {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(exitCode);
  });
}
