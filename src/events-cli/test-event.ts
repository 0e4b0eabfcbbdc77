#!/usr/bin/env node
/**
 * test-event: adds a scale event to Redis from a terminal or a script, and shows what becomes of it.
 *
 * A client of Redis and of gRPC and nothing more: what it can do, any producer of events can.
 */
import { connect, helpColumnsMax, runTool, type Say } from '../cli/cli-process.ts';
import { exitCodes, type ExitCode } from '../cli/exit-code.ts';
import { Interrupted, unlessInterrupted } from '../cli/interrupted.ts';
import { processInterrupts } from '../cli/interrupts.ts';
import { printable } from '../cli/printable.ts';
import { verdict, watch } from '../cli/run-scaling.ts';
import { terminalOf } from '../cli/terminal.ts';
import { UsageError } from '../cli/usage-error.ts';
import { readSettings } from '../config/read-settings.ts';
import type { Settings } from '../config/settings.ts';
import { messageOf } from '../error-message.ts';
import { StreamError } from '../redis/event-stream.ts';
import { placeOf } from '../redis/redis-place.ts';
import { connectRedis, type RedisConnection } from '../redis/redis-connection.ts';
import { textOf } from '../redis/replies.ts';
import { readCommandLine } from './command-line.ts';
import { eventOptions, type EventOptions } from './event-options.ts';
import { followEvent } from './follow-event.ts';

const { stdout } = process;
const terminal = terminalOf(stdout, process.env);
const print = (line: string) => void stdout.write(`${printable(line)}\n`);

await runTool('test-event', main);

async function main(say: Say): Promise<ExitCode> {
  const read = readCommandLine(process.argv.slice(2), Math.min(terminal.columns(), helpColumnsMax));
  if ('help' in read) {
    stdout.write(read.help);
    return exitCodes.success;
  }
  const options = eventOptions(read.given, Date.now());
  const settings = settingsOf(process.env);
  const stop = new AbortController();
  processInterrupts().listen((exitCode) => stop.abort(exitCode));
  let redis: RedisConnection | undefined;
  try {
    redis = await connectRedis(settings.place);
    return await add(redis, { options, settings, say, signal: stop.signal });
  } catch (error) {
    if (error instanceof StreamError) {
      const { host, port } = settings.place;
      say(`Redis at ${host}:${port}: ${error.message}`);
      return exitCodes.failure;
    }
    if (!(error instanceof Interrupted)) throw error;
    say(error.message);
    return stop.signal.reason === exitCodes.terminated ? exitCodes.terminated : exitCodes.interrupted;
  } finally {
    redis?.close();
  }
}

type EventSettings = ReturnType<typeof settingsOf>;

/** As the server reads them, on this machine where nothing is said. */
function settingsOf(env: NodeJS.ProcessEnv) {
  const s = sensible(env);
  const place = placeOf(s);
  return {
    place: { ...place, host: place.host || 'localhost' },
    stream: s.REDIS_STREAM,
    group: s.REDIS_GROUP,
    deadLetters: s.REDIS_DEAD_LETTERS,
  };
}

function sensible(env: NodeJS.ProcessEnv): Settings {
  try {
    return readSettings(env);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

interface Task {
  readonly options: EventOptions;
  readonly settings: EventSettings;
  readonly say: Say;
  readonly signal: AbortSignal;
}

async function add(redis: RedisConnection, { options, settings, say, signal }: Task): Promise<ExitCode> {
  const { stream, group, deadLetters } = settings;
  const id = textOf(await redis.ask('XADD', stream, '*', ...options.fields));
  print(options.watch ? `${id} added to ${stream}` : id);
  if (!options.watch) return exitCodes.success;
  const { timeoutMs } = options;
  const following = followEvent(id, { redis, stream, group, deadLetters, timeoutMs, signal, tell: print });
  const fate = await unlessInterrupted(signal, 'no longer watching; the event goes on', following);
  if (fate === 'waiting') {
    say(
      `nothing became of it within ${timeoutMs / 1_000} s; is an Ottoscaler there that reads ${stream} as ${group}?`,
    );
    return exitCodes.timeout;
  }
  if (fate === 'dead') return exitCodes.failure;
  return options.type === 'scale_up'
    ? await watchTask(options, options.taskId || id, signal)
    : exitCodes.success;
}

/** The task's workers until they have ended. */
async function watchTask(options: EventOptions, taskId: string, signal: AbortSignal): Promise<ExitCode> {
  const { server, timeoutMs } = options;
  const client = connect(server);
  const surroundings = { client, stdout, terminal, signal };
  try {
    return verdict(await watch({ taskId, timeoutMs, json: false }, { kind: 'task' }, surroundings, false));
  } finally {
    client.close();
  }
}
