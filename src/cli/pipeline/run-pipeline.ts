/** Does what the command line asks for: run a pipeline, show one, run it again, cancel it, or only check it. */
import type { RetryPipelineResponse__Output } from '../../rpc/generated/ottoscaler/v1/RetryPipelineResponse.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../json-lines.ts';
import { escaped } from '../printable.ts';
import { LeavingError, wireModes } from './cancel-control.ts';
import { lintJson, lintReport } from './lint-report.ts';
import { loadPipeline, nameOfSource } from './load-pipeline.ts';
import { serverDefault } from './command-line.ts';
import type { ExecuteOptions, PipelineOptions } from './pipeline-options.ts';
import { pipelineRequest } from './pipeline-request.ts';
import { runPlan } from './run-plan.ts';
import { commandOf, shellWord, type SummaryWords } from './run-summary.ts';
import { showRun, type Surroundings } from './show-run.ts';
import { listed } from './stage-row.ts';

type LintOptions = Extract<PipelineOptions, { action: 'lint' }>;
type RemoteOptions = Exclude<PipelineOptions, LintOptions>;
type CancelOptions = Extract<PipelineOptions, { action: 'cancel' }>;
type KnownRunOptions = Extract<PipelineOptions, { action: 'attach' | 'retry' }>;

/** What is wrong with a file is told as compilers do, a line each, on stderr. */
export type Outputs = Pick<Surroundings, 'stdout'> & { readonly stderr: { write(text: string): unknown } };

/** @throws UsageError */
export function lintPipeline(
  { source, onFailure, json }: LintOptions,
  { stdout, stderr }: Outputs,
): ExitCode {
  const reading = loadPipeline(source);
  if ('problems' in reading) {
    if (json)
      stdout.write(`${reading.problems.map((message) => jsonLine('problem', { message })).join('\n')}\n`);
    else stderr.write(`${reading.problems.join('\n')}\n`);
    return exitCodes.failure;
  }
  const pipeline = { ...reading.pipeline, ...(onFailure === undefined ? {} : { on_failure: onFailure }) };
  const name = nameOfSource(source);
  stdout.write(`${json ? lintJson(name, pipeline) : lintReport(name, pipeline).join('\n')}\n`);
  return exitCodes.success;
}

/** @throws UsageError; OttoscalerClientError where a call fails; LeavingError where the run is no longer waited for. */
export function runPipeline(options: RemoteOptions, surroundings: Surroundings & Outputs): Promise<ExitCode> {
  switch (options.action) {
    case 'execute':
      return execute(options, surroundings);
    case 'attach':
      return attach(options, surroundings);
    case 'retry':
      return retry(options, surroundings);
    case 'cancel':
      return cancel(options, surroundings);
  }
}

async function execute(options: ExecuteOptions, surroundings: Surroundings & Outputs): Promise<ExitCode> {
  const { client, stdout, stderr } = surroundings;
  const { source, pipelineId, idGenerated, json } = options;
  const reading = loadPipeline(source);
  if ('problems' in reading) {
    stderr.write(`${reading.problems.join('\n')}\n`);
    return exitCodes.failure;
  }
  const { pipeline } = reading;
  const count = pipeline.stages.length;
  const made = idGenerated ? ' (made up; name one with -id)' : '';
  const what = `${pipeline.name === '' ? nameOfSource(source) : pipeline.name}, ${count} ${count === 1 ? 'stage' : 'stages'}`;
  stdout.write(
    json
      ? `${jsonLine('run', { pipeline_id: pipelineId, id_generated: idGenerated, stages: count })}\n`
      : `pipeline ${escaped(pipelineId)}${made}: ${escaped(what)}\n`,
  );
  const request = pipelineRequest(pipeline, options);
  return showRun(
    {
      ...options,
      words: wordsOf(options),
      plan: runPlan(request.stages ?? []),
      start: (signal) => client.executePipeline(request, { signal }),
    },
    surroundings,
  );
}

async function attach(options: KnownRunOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { client, interrupts } = surroundings;
  const { pipelineId: pipeline_id } = options;
  const { request } = await unlessLeft(interrupts, 'interrupted; the run goes on', (signal) =>
    client.getPipeline({ pipeline_id }, { signal }),
  );
  return showRun(
    {
      ...options,
      words: wordsOf(options),
      plan: runPlan(request?.stages ?? []),
      start: (signal) => client.watchPipeline({ pipeline_id }, { signal }),
    },
    surroundings,
  );
}

async function retry(options: KnownRunOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { client, interrupts, stdout } = surroundings;
  const answer = await unlessLeft(
    interrupts,
    'interrupted; whether the retry was accepted is unknown, and asking again does no harm',
    (signal) =>
      client.retryPipeline({ pipeline_id: options.pipelineId, triggered_by: 'test-pipeline' }, { signal }),
  );
  stdout.write(`${options.json ? jsonLine('retry', answer) : retryReport(options, answer)}\n`);
  return attach({ ...options, pipelineId: answer.pipeline_id }, surroundings);
}

const namesMax = 5;

function retryReport({ pipelineId }: KnownRunOptions, answer: RetryPipelineResponse__Output): string {
  const { rerun_stage_ids: rerun, reused, already_accepted } = answer;
  const before = already_accepted ? '; this retry was accepted before' : '';
  const kept =
    reused.length > 0 ? `; keeps the results of ${namesOf(reused.map(({ stage_id }) => stage_id))}` : '';
  return `pipeline ${escaped(answer.pipeline_id)}: retry of ${escaped(pipelineId)}; runs ${namesOf(rerun)}${kept}${before}`;
}

function namesOf(ids: readonly string[]): string {
  return listed(ids.map(escaped), namesMax) || 'nothing';
}

async function cancel(options: CancelOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { client, interrupts, stdout } = surroundings;
  const { pipelineId, cancelMode, json } = options;
  const request = { pipeline_id: pipelineId, mode: wireModes[cancelMode], triggered_by: 'test-pipeline' };
  const answer = await unlessLeft(
    interrupts,
    'interrupted; whether the run has heard of its cancel is unknown, and asking again does no harm',
    (signal) => client.cancelPipeline(request, { signal }),
  );
  const lines = json
    ? [jsonLine('cancel', answer)]
    : [escaped(answer.message), `to see it end: ${commandOf('-attach', wordsOf(options))}`];
  stdout.write(`${lines.join('\n')}\n`);
  return exitCodes.success;
}

function wordsOf({ pipelineId, server }: RemoteOptions): SummaryWords {
  return { pipelineId, serverWords: server === serverDefault ? '' : ` -server ${shellWord(server)}` };
}

/**
 * One answer, unless an interrupt comes first.
 * @throws LeavingError with `sentence`; or what the work threw of itself.
 */
async function unlessLeft<Answer>(
  interrupts: Interrupts,
  sentence: string,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const stop = new AbortController();
  const deaf = interrupts.listen((exitCode) => stop.abort(new LeavingError(exitCode, sentence)));
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    deaf();
  }
}
