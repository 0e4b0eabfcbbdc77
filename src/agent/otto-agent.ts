/**
 * The program `otto-agent`: runs a command and pushes what it writes to a log server, with numbers given at the
 * source and its two streams told apart.
 *
 * The command comes first. Its bytes, its signals and its exit code pass through as if it ran alone; a log
 * server that is slow, away or unwilling costs lines, which are counted, and never time, but for a bounded wait
 * at the end. Whoever sends a second signal then does not wait.
 */
import { randomBytes } from 'node:crypto';
import { pushEndMarker, pushesMarker } from '../logs/push-marker.ts';
import { Backlog } from './backlog.ts';
import { onSignals, startCommand, type Output } from './command.ts';
import { Lane } from './lane.ts';
import { readOptions, usage, UsageError, type AgentOptions } from './options.ts';
import { OutputRelay } from './relay-output.ts';
import { OwnOutput } from './own-output.ts';
import type { Pusher } from './pusher.ts';
import { identityOf, streamName, type WorkerIdentity } from './worker-identity.ts';

/** What the command left behind may hold its output open; so long it is listened to. */
const graceMs = 2_000;
const ownErrorCode = 125;

const stdout = new OwnOutput(1);
const stderr = new OwnOutput(2);
const say = (sentence: string) => stderr.say(sentence);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') await stdout.write(Buffer.from(usage));
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message} (-h shows what there is)`);
  process.exitCode = ownErrorCode;
}
await stderr.flush(true);
process.exit();

async function run(options: AgentOptions): Promise<number> {
  const identity = identityOf(process.env, Date.now());
  const pushes = options.endpoint !== '' && identity.workerId !== '';
  if (options.endpoint !== '' && !pushes) say('OTTO_WORKER_ID is not set; lines are not pushed');
  const early: NodeJS.Signals[] = [];
  let onSignal = (signal: NodeJS.Signals): void => void early.push(signal);
  // Before the command starts: a signal that comes meanwhile is its, too.
  onSignals(process.stdin.isTTY, (signal) => onSignal(signal));
  if (pushes && options.marker) await stdout.writeLine(pushesMarker);
  const command = startCommand(
    options.command,
    pushes,
    pushes ? withoutServer(process.env) : process.env,
    say,
  );
  onSignal = (signal) => command.kill(signal);
  for (const signal of early) command.kill(signal);
  if (!command.output) return await command.ended;

  const push = startPushing(options, identity, command.output);
  const code = await command.ended;
  onSignal = leaveAtOnce(push.pusher);
  const grace = setTimeout(() => push.relays.forEach((relay) => relay.leave()), graceMs);
  await Promise.all(push.relays.map(({ done }) => done));
  clearTimeout(grace);
  const pusher = await push.pusher;
  const { undelivered, untold } = await pusher.finish(options.flushMs);
  if (undelivered > 0)
    say(`${undelivered} line${undelivered === 1 ? ' was' : 's were'} not delivered to ${options.endpoint}`);
  if (options.marker) await stdout.writeLine(pushEndMarker(untold));
  return code;
}

/** What the command writes is pushed here: it needs no way to do so itself, and no right to. */
function withoutServer({
  OTTO_WORKER_TOKEN: _token,
  OTTO_LOG_ENDPOINT: _endpoint,
  OTTO_LOG_CA: _authority,
  ...env
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

function startPushing(
  { endpoint, authority, bufferBytes }: AgentOptions,
  identity: WorkerIdentity,
  output: Output,
) {
  const runId = randomBytes(4).toString('hex');
  const lanes = (['stdout', 'stderr'] as const).map(
    (source) => new Lane(source, streamName(identity.workerId, runId, source), new Backlog(bufferBytes)),
  );
  let made: Pusher | undefined;
  const own = { stdout, stderr };
  const relays = lanes.map(
    ({ source, backlog }) =>
      new OutputRelay(output[source], own[source], (slab) => {
        backlog.add(slab);
        made?.wake();
      }),
  );
  // The command runs already: what is needed to talk to the server takes a while to load.
  const pusher = import('./pusher.ts').then((module) => {
    made = new module.Pusher({ endpoint, authority, identity, lanes, say });
    void made.run();
    return made;
  });
  return { relays, pusher };
}

/** After the command's end a signal is for us: to end now. */
function leaveAtOnce(pusher: Promise<Pusher>): (signal: NodeJS.Signals) => void {
  return (signal) => {
    void pusher.then((made) => made.abandon());
    if (!stdout.isBusy && !stderr.isBusy) return;
    // A thread that waits for our reader would keep the process from ending in any other way.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
}
