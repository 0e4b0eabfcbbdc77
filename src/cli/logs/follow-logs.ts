/**
 * What workers write, each line once, across lost connections.
 *
 * A stream that breaks is opened again, and lines that were seen are passed over by their streams' numbers. Where the
 * server has meanwhile let go of lines, its records of them say so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { OttoscalerClientError, type OttoscalerClient } from '../../rpc/client.ts';
import type { WatchLogsRequest } from '../../rpc/generated/ottoscaler/v1/WatchLogsRequest.ts';
import type { WorkerLogEntry__Output } from '../../rpc/generated/ottoscaler/v1/WorkerLogEntry.ts';

export interface FollowLogsOptions {
  readonly client: Pick<OttoscalerClient, 'watchLogs'>;
  readonly request: WatchLogsRequest;
  /** For all lines that are there; a stream that follows is waited for as long where it broke off. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once for each loss of a stream, with the reason. */
  readonly onLost: (reason: string) => void;
  /** Between two tries; for tests. */
  readonly againMs?: number;
}

const againDefaultMs = 500;
/** A stream that held for this long was answered, though there was nothing to read. */
const heldMs = 5_000;

/** @throws OttoscalerClientError where the call fails for good, or CANCELLED with the signal */
export async function* followLogs(
  options: FollowLogsOptions,
): AsyncGenerator<readonly WorkerLogEntry__Output[], void> {
  const { client, request, timeoutMs, signal, onLost, againMs = againDefaultMs } = options;
  if (request.follow !== true) {
    for await (const { entries } of client.watchLogs(request, { timeoutMs, signal })) yield entries;
    return;
  }
  const seen = new Map<string, number>();
  let wanted = request;
  let hasAnswered = false;
  let lostMs: number | undefined;
  for (;;) {
    const openedMs = performance.now();
    try {
      for await (const { entries } of client.watchLogs(wanted, { signal })) {
        lostMs = undefined;
        hasAnswered = true;
        // Of what was there at the start only so much is wanted; of what comes after a loss, all.
        wanted = { ...request, tail: 0 };
        yield entries.flatMap((entry) => unseen(entry, seen));
      }
      return;
    } catch (error) {
      const nowMs = performance.now();
      if (nowMs - openedMs >= heldMs) {
        lostMs = undefined;
        hasAnswered = true;
      }
      const isPatient = hasAnswered && nowMs - (lostMs ?? nowMs) < timeoutMs;
      if (!isPatient || !isPassing(error) || signal.aborted) throw error;
      if (lostMs === undefined) onLost(error.message);
      lostMs ??= nowMs;
    }
    await pause(againMs, undefined, { signal });
  }
}

/** @returns nothing where all of it was seen; a record of missing lines that were seen in part is of the others */
function unseen(entry: WorkerLogEntry__Output, seen: Map<string, number>): WorkerLogEntry__Output[] {
  const { metadata } = entry;
  const stream = metadata['otto.stream'] ?? '';
  const seq = Number(metadata['otto.seq']);
  const last = seen.get(stream);
  if (Number.isNaN(seq)) return [entry];
  if (last !== undefined && seq <= last) return [];
  seen.set(stream, seq);
  const first = Number(metadata['otto.gap.first'] ?? seq);
  if (last === undefined || first > last) return [entry];
  const lines = seq - last;
  const message = `${lines} ${lines === 1 ? 'line is' : 'lines are'} missing`;
  const counted = { 'otto.gap.lines': String(lines), 'otto.gap.first': String(last + 1) };
  return [{ ...entry, message, metadata: { ...metadata, ...counted } }];
}

/** A server that dies in the middle of a call may leave it CANCELLED. */
function isPassing(error: unknown): error is OttoscalerClientError {
  return (
    error instanceof OttoscalerClientError && (error.code === 'UNAVAILABLE' || error.code === 'CANCELLED')
  );
}
