/** Requests about runs that were accepted before, from the wire to what the core may trust. */
import type { Cancel, CancelMode } from '../../machines/pipeline/command.ts';
import type { CancelPipelineRequest__Output } from '../generated/ottoscaler/v1/CancelPipelineRequest.ts';
import type { ListPipelinesRequest__Output } from '../generated/ottoscaler/v1/ListPipelinesRequest.ts';
import type { RetryPipelineRequest__Output } from '../generated/ottoscaler/v1/RetryPipelineRequest.ts';
import type { Limits } from './limits.ts';
import { decodePageToken, type RunPlace } from './page-token.ts';
import { quote, reject } from './reject.ts';
import { byteLength, line, optionalId, requiredId } from './text.ts';
import { wholeNumber } from './whole-number.ts';

export function pipelineIdOf(request: { readonly pipeline_id: string }, limits: Limits): string {
  return requiredId('pipeline_id', request.pipeline_id, limits);
}

/** How many events of a run the caller has already. */
export function afterSequence({ after_sequence: value }: { readonly after_sequence: number }): number {
  if (!Number.isSafeInteger(value) || value < 0)
    reject('after_sequence', `${value} is no sequence number; write the last one received, or 0`);
  return value;
}

/** The loader hands over numbers that it has no name for as they are. */
const cancelModes: ReadonlyMap<unknown, CancelMode> = new Map<string, CancelMode>([
  ['CANCEL_NOW', 'now'],
  ['CANCEL_FINISH_RUNNING', 'finish-running'],
  ['CANCEL_RUN_FINALLY', 'run-finally'],
] satisfies [CancelPipelineRequest__Output['mode'], CancelMode][]);

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateCancel(
  request: Readonly<CancelPipelineRequest__Output>,
  limits: Limits,
): { readonly pipelineId: string; readonly cancel: Cancel } {
  const pipelineId = pipelineIdOf(request, limits);
  const mode = cancelModes.get(request.mode);
  if (mode === undefined)
    reject('mode', `${request.mode} is unknown; write ${[...cancelModes.keys()].join(', ')}`);
  const by = line('triggered_by', request.triggered_by, limits.textBytesMax);
  const reason = line('reason', request.reason, limits.textBytesMax);
  return { pipelineId, cancel: { mode, by, reason } };
}

const runStatuses = ['running', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface RunsQuery {
  /** Absent = every one. */
  readonly status?: RunStatus;
  readonly pageSize: number;
  /** Absent = from the start. */
  readonly after?: RunPlace;
}

const pageSizeMax = 1_000;
const pageSizeDefault = 100;

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateList(request: Readonly<ListPipelinesRequest__Output>): RunsQuery {
  const status = runStatuses.find((known) => known === request.status_filter);
  if (status === undefined && request.status_filter !== '')
    reject(
      'status_filter',
      `${quote(request.status_filter)} is unknown; write ${runStatuses.join(', ')} or nothing`,
    );
  const size = wholeNumber('page_size', request.page_size, 0, pageSizeMax, 'number of runs on a page');
  const after = decodePageToken('page_token', request.page_token);
  return { ...(status && { status }), pageSize: size || pageSizeDefault, ...(after && { after }) };
}

export interface RetryOrder {
  readonly pipelineId: string;
  readonly newPipelineId: string;
  readonly triggeredBy: string;
}

/** @throws RpcError INVALID_ARGUMENT, naming the first field that breaks a rule. */
export function validateRetry(request: Readonly<RetryPipelineRequest__Output>, limits: Limits): RetryOrder {
  const pipelineId = pipelineIdOf(request, limits);
  const given = optionalId('new_pipeline_id', request.new_pipeline_id, limits);
  if (given === pipelineId)
    reject('new_pipeline_id', 'is the id of the run itself; a retry is a run of its own');
  const newPipelineId = given || nextId(pipelineId, limits);
  const triggeredBy = line('triggered_by', request.triggered_by, limits.textBytesMax);
  return { pipelineId, newPipelineId, triggeredBy };
}

const retryNumber = /-retry-([1-9]\d{0,8})$/;

function nextId(pipelineId: string, limits: Limits): string {
  const number = retryNumber.exec(pipelineId)?.[1];
  const next =
    number === undefined
      ? `${pipelineId}-retry-1`
      : `${pipelineId.slice(0, -number.length)}${Number(number) + 1}`;
  if (byteLength(next) > limits.idBytesMax)
    reject(
      'new_pipeline_id',
      `is needed, since ${quote(next)} would be longer than ${limits.idBytesMax} bytes; choose a shorter one`,
    );
  return next;
}
