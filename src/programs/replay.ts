/**
 * `ottoscaler replay`: a recording lived again, without its cluster.
 *
 * Ends with 0 where every state is as it was, 1 where another path was taken, 2 where the file is no recording
 * or the question cannot be answered, 130 on Ctrl-C; what is served ends on Ctrl-C with 0 or 1.
 */
import { attemptName } from '../actors/ledger/pipeline-order.ts';
import { readSettings } from '../config/read-settings.ts';
import { readRecording, RecordingError } from '../recording/read-recording.ts';
import { relive, type Relived } from '../recording/relive.ts';
import type { Transition } from '../recording/replay.ts';
import { inspectPast } from './inspect-past.ts';
import { asJson, asText, historyText } from './replay-report.ts';
import { PortError } from './listen-until.ts';
import { servePast } from './serve-past.ts';
import { versions } from './versions.ts';

export interface ReplayArguments {
  readonly path: string;
  /** The last line that is taken; undefined = all. */
  readonly until?: number;
  /** Whose history is shown instead of all states: an id, or a part of it that only one actor has. */
  readonly actor?: string;
  readonly json: boolean;
  /** The port to serve that moment on, 0 = a free one; undefined = it is only printed. */
  readonly serve?: number;
  /** Serves the inspector's page on it, on HTTP_PORT. */
  readonly inspect?: boolean;
}

const exitCode = { same: 0, diverged: 1, unusable: 2, interrupted: 130 } as const;

export async function runReplay(args: ReplayArguments): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const { path, until, actor } = args;
  const complain = (problem: string): number => {
    process.stderr.write(`ottoscaler replay: ${path}: ${problem}\n`);
    return exitCode.unusable;
  };
  const history: Transition[] = [];
  try {
    const relived = await relive(readRecording(path, stop.signal), {
      nameOf: attemptName,
      signal: stop.signal,
      ...(until === undefined ? {} : { until }),
      onTransition: (transition) => {
        if (actor !== undefined && transition.actor.includes(actor)) history.push(transition);
      },
    });
    if (!relived) return complain('it holds nothing up to that line');
    const told = tell(args, relived, history);
    if (typeof told === 'string') return complain(told);
    process.stdout.write(`${told.text}\n`);
    if (args.serve !== undefined) {
      await servePast(relived, args.serve, stop.signal, (address) =>
        process.stderr.write(
          `\nServing line ${relived.n} on ${address}, read only: try test-scaling -action status -server ${address}. Ctrl-C ends it.\n`,
        ),
      );
    }
    if (args.inspect === true) {
      const { HTTP_PORT } = readSettings(process.env);
      if (HTTP_PORT === 'off') return complain('HTTP_PORT is off; name a port to show it on, 0 = a free one');
      const { namespace } = relived.life;
      await inspectPast({ path, namespace, port: HTTP_PORT }, stop.signal, (url) =>
        process.stderr.write(`\nOpen ${url} to look at it. Ctrl-C ends it.\n`),
      );
    }
    return relived.diverged ? exitCode.diverged : exitCode.same;
  } catch (error) {
    if (stop.signal.aborted) return exitCode.interrupted;
    if (error instanceof RecordingError || error instanceof PortError) return complain(error.message);
    throw error;
  }
}

/** @returns what is printed, or why it cannot be, as a string. */
function tell(
  { path, actor, json }: ReplayArguments,
  relived: Relived,
  history: readonly Transition[],
): { readonly text: string } | string {
  if (actor === undefined) {
    return { text: json ? asJson(withoutActors(relived)) : asText(path, relived, versions()) };
  }
  const ids = [...new Set(history.map(({ actor: id }) => id))];
  const [only] = ids.includes(actor) ? [actor] : ids;
  if (only === undefined) return `there is no actor ${JSON.stringify(actor)} up to line ${relived.n}`;
  if (ids.length > 1 && only !== actor)
    return `${JSON.stringify(actor)} is a part of ${ids.length} ids, such as ${ids.slice(0, 3).join(' and ')}`;
  const own = history.filter(({ actor: id }) => id === only);
  return { text: json ? asJson({ actor: only, history: own }) : historyText(only, own, relived) };
}

/** The actors themselves are shown by their states. */
function withoutActors({ pool: _, ...told }: Relived): object {
  return told;
}
