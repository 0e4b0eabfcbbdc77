/**
 * The process around a command-line tool: streams, complaints and the exit code.
 *
 * What a tool prints on stdout is its own; a complaint is one line on stderr
 * that begins with the tool's name. Only a defect of ours shows a stack.
 */
import { messageOf } from '../error-message.ts';
import { createOttoscalerClient, OttoscalerClientError, type OttoscalerClient } from '../rpc/client.ts';
import { loadEnvFile } from './env-file.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { shownCredentials } from './shown-credentials.ts';
import { UsageError } from './usage-error.ts';

const { stdout, stderr } = process;

/** How wide a help text becomes on a terminal that is wider. */
export const helpColumnsMax = 110;

export type Say = (sentence: string) => void;

/** Runs the tool and leaves its exit code to the process. */
export async function runTool(name: string, main: (say: Say) => Promise<ExitCode>): Promise<void> {
  // A reader that goes away wants no more, and no complaint either.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.brokenPipe : exitCodes.failure);
  });
  stderr.on('error', () => {});
  const say: Say = (sentence) => void stderr.write(`${name}: ${printable(sentence)}\n`);
  process.exitCode = await prepared(main, say).catch((error: unknown) => failed(error, say));
}

async function prepared(main: (say: Say) => Promise<ExitCode>, say: Say): Promise<ExitCode> {
  try {
    loadEnvFile();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  return main(say);
}

function failed(error: unknown, say: Say): ExitCode {
  if (error instanceof UsageError) {
    say(`${error.message} (-h explains)`);
    return exitCodes.usage;
  }
  if (error instanceof OttoscalerClientError) say(error.message);
  // A defect of ours: whoever reports it needs the place.
  else stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCodes.failure;
}

/** @throws UsageError where `server` is not an address. */
export function connect(server: string): OttoscalerClient {
  try {
    return createOttoscalerClient(server, shownCredentials(process.env));
  } catch (error) {
    throw error instanceof OttoscalerClientError ? new UsageError(`-server: ${error.message}`) : error;
  }
}
