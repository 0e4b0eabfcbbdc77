/**
 * Sends what was asked for, says what came of it, and watches if that was wished.
 *
 * A watch follows the workers that the command made or ended, not older ones of
 * the same task: what failed yesterday does not fail today's command.
 */
import type { WriteStream } from 'node:tty';
import type { OttoscalerClient } from '../rpc/client.ts';
import type { ScaleResponse__Output } from '../rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import type { WorkerStatusResponse__Output } from '../rpc/generated/ottoscaler/v1/WorkerStatusResponse.ts';
import { columnWidths } from './column-widths.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { unlessInterrupted } from './interrupted.ts';
import { jsonLine, jsonLines } from './json-lines.ts';
import { liveTable } from './live-table.ts';
import { showLogs } from './logs/show-logs.ts';
import { plainLines } from './plain-lines.ts';
import { printable } from './printable.ts';
import { isDone, scaleReport, taskName } from './scale-report.ts';
import type { ScaleOptions, ScalingOptions, StatusOptions } from './scaling-options.ts';
import { seenWorker } from './seen-worker.ts';
import { summaryLine } from './summary-line.ts';
import type { Terminal } from './terminal.ts';
import type { WatchDisplay } from './watch-display.ts';
import { phaseOf, type Scope, type WatchState } from './watch-state.ts';
import { watchWorkers } from './watch-workers.ts';
import { statusRow } from './worker-row.ts';
import { workerTable } from './worker-table.ts';

export interface Surroundings {
  readonly client: OttoscalerClient;
  readonly stdout: WriteStream;
  readonly terminal: Terminal;
  /** Fired when the person has had enough. */
  readonly signal: AbortSignal;
  /** A sentence on stderr. */
  readonly say: (sentence: string) => void;
}

/** @throws OttoscalerClientError where a call fails; Interrupted where the signal fired. */
export function runScaling(options: ScalingOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.action === 'logs') return showLogs(options, surroundings);
  if (options.action !== 'status') return scale(options, surroundings);
  return options.watch ? watchStatus(options, surroundings) : showStatus(options, surroundings);
}

async function scale(options: ScaleOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { client, stdout, signal } = surroundings;
  const { action, request, timeoutMs, taskId } = options;
  const call = { timeoutMs, signal };
  const response = await unlessInterrupted(
    signal,
    `interrupted; whether the ${action} was accepted is unknown, and sending it again does no harm`,
    action === 'scale-up' ? client.scaleUp(request, call) : client.scaleDown(request, call),
  );
  const lines = options.json
    ? [jsonLine('scale', { action, task_id: taskId, ...response })]
    : scaleReport(options, response);
  stdout.write(`${lines.join('\n')}\n`);
  const sent = isDone(response) ? exitCodes.success : exitCodes.failure;
  if (!options.watch || response.worker_pod_names.length === 0) return sent;
  const watched = await watchScaled(options, response, surroundings);
  return sent === exitCodes.success ? watched : sent;
}

async function watchScaled(
  options: ScaleOptions,
  response: ScaleResponse__Output,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const scope: Scope = { kind: 'workers', podNames: response.worker_pod_names.map(printable) };
  const state = await watch(options, scope, surroundings, true);
  // Whom a scale-down ended was not meant to succeed.
  return options.action === 'scale-down' ? exitCodes.success : verdict(state);
}

async function watchStatus(options: StatusOptions, surroundings: Surroundings): Promise<ExitCode> {
  const scope: Scope = { kind: options.taskId === '' ? 'everything' : 'task' };
  return verdict(await watch(options, scope, surroundings, false));
}

/**
 * @param hasAnswered whether the server has answered just before; one that never did is not waited for
 * @throws Interrupted where the signal fired
 */
export function watch(
  { taskId, timeoutMs, json }: Pick<ScaleOptions, 'taskId' | 'timeoutMs' | 'json'>,
  scope: Scope,
  { client, stdout, terminal, signal }: Omit<Surroundings, 'say'>,
  hasAnswered: boolean,
): Promise<WatchState> {
  const display = displayOn(stdout, terminal, json);
  return unlessInterrupted(
    signal,
    'no longer watching; the workers go on',
    watchWorkers({ client, taskId, scope, timeoutMs, hasAnswered, display, signal }),
  );
}

function displayOn(stdout: WriteStream, terminal: Terminal, json: boolean): WatchDisplay {
  const write = (line: string) => void stdout.write(`${line}\n`);
  if (json) return jsonLines(write);
  return terminal.live ? liveTable(stdout, terminal) : plainLines(write);
}

/** All is over, so whoever has not succeeded has failed or is lost. */
export function verdict({ workers }: WatchState): ExitCode {
  const allSucceeded = workers.values().every((worker) => phaseOf(worker, Infinity) === 'succeeded');
  return allSucceeded ? exitCodes.success : exitCodes.failure;
}

async function showStatus(options: StatusOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { client, stdout, terminal, signal } = surroundings;
  const { taskId, timeoutMs, json } = options;
  const answer = await unlessInterrupted(
    signal,
    'interrupted',
    client.getWorkerStatus({ task_id: taskId }, { timeoutMs, signal }),
  );
  const lines = json ? [jsonLine('status', answer)] : statusReport(taskId, answer, terminal);
  stdout.write(`${lines.join('\n')}\n`);
  return exitCodes.success;
}

function statusReport(taskId: string, answer: WorkerStatusResponse__Output, terminal: Terminal): string[] {
  if (answer.total_count === 0) return [`${taskName(taskId)}: no workers are known`];
  const rows = answer.workers.map((worker) => statusRow(seenWorker(worker), Date.now()));
  const counts = {
    pending: answer.pending_count,
    running: answer.running_count,
    succeeded: answer.succeeded_count,
    failed: answer.failed_count,
    unknown: 0,
  };
  return [
    ...(rows.length === 0 ? [] : workerTable(rows, columnWidths(rows, terminal.columns()), terminal)),
    ...(answer.omitted_count > 0 ? [`${answer.omitted_count} more are not listed by the server`] : []),
    summaryLine(counts),
  ];
}
