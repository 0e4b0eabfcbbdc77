/** Follows a run and shows it to its end, or until it is no longer waited for. */
import type { WriteStream } from 'node:tty';
import type { PipelineProgress__Output } from '../../rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { Interrupts } from '../interrupts.ts';
import { escaped } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import { CancelControl, LeavingError } from './cancel-control.ts';
import { eventJson } from './event-json.ts';
import { eventLines } from './event-lines.ts';
import { ConnectionLostError, followRun } from './follow-run.ts';
import { liveTree } from './live-tree.ts';
import type { PipelineClient } from './pipeline-client.ts';
import type { CancelMode } from './pipeline-options.ts';
import type { RunDisplay } from './run-display.ts';
import type { RunPlan } from './run-plan.ts';
import { foldEvent, startRun, type RunState } from './run-state.ts';
import { commandOf, type SummaryWords } from './run-summary.ts';
import { pollWorkers } from './worker-news.ts';

export interface Surroundings {
  readonly client: PipelineClient;
  readonly stdout: WriteStream;
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
}

export interface ShownRun {
  readonly words: SummaryWords;
  readonly plan: RunPlan;
  /** The stream of its events, from the first on. */
  readonly start: (signal: AbortSignal) => AsyncIterable<PipelineProgress__Output>;
  readonly json: boolean;
  readonly cancelMode?: CancelMode;
  readonly timeoutMs?: number;
}

/** @throws OttoscalerClientError where the server refuses; LeavingError where the run is no longer waited for. */
export async function showRun(run: ShownRun, surroundings: Surroundings): Promise<ExitCode> {
  const { client, terminal, interrupts, stdout } = surroundings;
  const { words } = run;
  const { pipelineId } = words;
  const display = displayOn(run, stdout, terminal);
  const control = new CancelControl({
    client,
    pipelineId,
    mode: run.cancelMode,
    timeoutMs: run.timeoutMs,
    notice: (sentence) => display.notice(sentence),
  });
  const deaf = interrupts.listen((exitCode) => control.interrupt(exitCode));
  const over = new AbortController();
  try {
    if (display.news && terminal.live)
      void pollWorkers(client, pipelineId, (news) => display.news?.(news), over.signal);
    const last = await follow(run, client, display, control);
    return control.exitCode ?? verdict(last);
  } catch (error) {
    const reason: unknown = control.signal.aborted ? control.signal.reason : error;
    if (!(reason instanceof LeavingError) && !(reason instanceof ConnectionLostError)) throw error;
    const code = reason instanceof LeavingError ? reason.exitCode : exitCodes.connectionLost;
    throw new LeavingError(code, `${reason.message}; to see it again: ${commandOf('-attach', words)}`);
  } finally {
    over.abort();
    control.close();
    deaf();
    display.close();
  }
}

async function follow(
  { words, plan, start }: ShownRun,
  client: PipelineClient,
  display: RunDisplay,
  control: CancelControl,
): Promise<RunState> {
  const { signal } = control;
  const { pipelineId } = words;
  let state = startRun(plan);
  let isAttachedNews = false;
  display.begin(state);
  for await (const followed of followRun({ client, pipelineId, start: () => start(signal), signal })) {
    switch (followed.kind) {
      case 'event':
        control.accepted();
        state = foldEvent(state, followed.event);
        if (isAttachedNews) display.notice('');
        isAttachedNews = false;
        display.event(followed.event, state);
        break;
      case 'lost':
        display.notice(`connection lost, trying again: ${escaped(followed.reason)}`);
        break;
      case 'attached':
        isAttachedNews = true;
        display.notice(`attached again after event ${followed.afterSequence}`);
        break;
    }
  }
  display.end(state);
  return state;
}

function displayOn({ words, json }: ShownRun, stdout: WriteStream, terminal: Terminal): RunDisplay {
  const write = (line: string) => void stdout.write(`${line}\n`);
  if (json) return eventJson(write, words.pipelineId);
  return terminal.live ? liveTree(stdout, terminal, words) : eventLines(write, words);
}

function verdict({ pipeline }: RunState): ExitCode {
  return pipeline.status === 'completed' ? exitCodes.success : exitCodes.failure;
}
