#!/usr/bin/env node
/**
 * test-pipeline: runs pipelines from a terminal or a script, and shows them.
 *
 * A gRPC client and nothing more: what it can do, any caller of Ottoscaler can.
 * Here the process is wired: arguments, signals, streams and the exit code.
 */
import { connect, helpColumnsMax, runTool, type Say } from './cli-process.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { processInterrupts } from './interrupts.ts';
import { LeavingError } from './pipeline/cancel-control.ts';
import { readCommandLine } from './pipeline/command-line.ts';
import { pipelineOptions } from './pipeline/pipeline-options.ts';
import { lintPipeline, runPipeline } from './pipeline/run-pipeline.ts';
import { terminalOf } from './terminal.ts';

const { stdout, stderr } = process;

await runTool('test-pipeline', main);

async function main(say: Say): Promise<ExitCode> {
  const terminal = terminalOf(stdout, process.env);
  const read = readCommandLine(process.argv.slice(2), Math.min(terminal.columns(), helpColumnsMax));
  if ('help' in read) {
    stdout.write(read.help);
    return exitCodes.success;
  }
  const options = pipelineOptions(read.given);
  if (options.action === 'lint') return lintPipeline(options, { stdout, stderr });
  const client = connect(options.server);
  try {
    const interrupts = processInterrupts();
    return await runPipeline(options, { client, stdout, stderr, terminal, interrupts });
  } catch (error) {
    if (!(error instanceof LeavingError)) throw error;
    // The terminal has just written ^C.
    if (terminal.live) stderr.write('\n');
    say(error.message);
    return error.exitCode;
  } finally {
    client.close();
  }
}
