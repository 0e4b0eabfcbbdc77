/** `-action logs`: writes what workers write, as fast as whoever reads it takes it. */
import { once } from 'node:events';
import type { WriteStream } from 'node:tty';
import type { OttoscalerClient } from '../../rpc/client.ts';
import type { WatchLogsRequest } from '../../rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { unlessInterrupted } from '../interrupted.ts';
import type { Terminal } from '../terminal.ts';
import { followLogs } from './follow-logs.ts';
import { jsonEntry, plainEntry, terminalEntries, type ShowEntry } from './log-lines.ts';

export interface LogOptions {
  readonly action: 'logs';
  /** `host:port`. */
  readonly server: string;
  readonly timeoutMs: number;
  readonly json: boolean;
  readonly request: WatchLogsRequest;
}

interface Surroundings {
  readonly client: Pick<OttoscalerClient, 'watchLogs'>;
  readonly stdout: WriteStream;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Beside the lines, not among them. */
  readonly say: (sentence: string) => void;
}

/** @throws OttoscalerClientError where the call fails; Interrupted where the signal fired. */
export async function showLogs(options: LogOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { request, timeoutMs, json } = options;
  const { client, stdout, terminal, signal, say } = surroundings;
  const show: ShowEntry = json ? jsonEntry : terminal.live ? terminalEntries(terminal.colour) : plainEntry;
  const onLost = (reason: string) => say(`trying again: ${reason}`);
  const writeAll = async () => {
    let hasSpoken = false;
    for await (const entries of followLogs({ client, request, timeoutMs, signal, onLost })) {
      if (entries.length === 0) continue;
      hasSpoken = true;
      if (!stdout.write(entries.map((entry) => `${show(entry)}\n`).join('')))
        await once(stdout, 'drain', { signal });
    }
    if (!hasSpoken && terminal.live) say('nothing was written, as far as is known here');
  };
  await unlessInterrupted(signal, 'no longer reading; the workers go on', writeAll());
  return exitCodes.success;
}
