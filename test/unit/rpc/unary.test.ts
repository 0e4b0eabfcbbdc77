/**
 * Unary handlers behind a real server, called by a real client.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { CallContext } from '../../../src/rpc/call-context.ts';
import { type CallOptions, createOttoscalerClient } from '../../../src/rpc/client.ts';
import type { ScaleResponse } from '../../../src/rpc/generated/ottoscaler/v1/ScaleResponse.ts';
import { type ReportUnexpected, RpcError } from '../../../src/rpc/status.ts';
import { unary, type UnaryHandler } from '../../../src/rpc/unary.ts';
import { startOttoscaler } from '../../support/rpc-server.ts';

type Handler = UnaryHandler<unknown, ScaleResponse>;

/** Calls ScaleUp answered by `handler`; tells how it ended for both sides. */
async function callOnce(handler: Handler, options: CallOptions = {}) {
  const report = vi.fn<ReportUnexpected>();
  await using server = await startOttoscaler({ ScaleUp: unary(handler, report) });
  const client = createOttoscalerClient(server.address);
  const [outcome] = await Promise.allSettled([client.scaleUp({ task_id: 'task-1' }, options)]);
  client.close();
  return { outcome, report };
}

/** A handler that waits for its signal, and what it learned from it. */
function patientHandler() {
  const entered = Promise.withResolvers<CallContext>();
  const left = Promise.withResolvers<unknown>();
  const handler: Handler = async (_, context) => {
    entered.resolve(context);
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    left.resolve(context.signal.reason);
    throw new DOMException('aborted by a library below', 'AbortError');
  };
  return { handler, entered: entered.promise, left: left.promise };
}

test('the answer reaches the caller, and the handler knows its peer', async () => {
  const { outcome } = await callOnce(async (request, { peer, metadata }) => {
    expect(request).toMatchObject({ task_id: 'task-1', metadata: {} });
    expect(metadata.get('user-agent')).not.toEqual([]);
    return { status: 'PARTIAL_SUCCESS', message: peer };
  });
  expect(outcome).toMatchObject({
    status: 'fulfilled',
    value: { status: 'PARTIAL_SUCCESS', message: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
  });
});

describe('a failing handler answers once', () => {
  test.each<[string, Handler]>([
    ['by rejecting', async () => Promise.reject(new RpcError('NOT_FOUND', 'task_id: nobody knows it'))],
    [
      'by throwing before its first await',
      () => {
        throw new RpcError('NOT_FOUND', 'task_id: nobody knows it');
      },
    ],
  ])('%s', async (_, handler) => {
    const { outcome, report } = await callOnce(handler);
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'NOT_FOUND', message: 'task_id: nobody knows it' },
    });
    expect(report).not.toHaveBeenCalled();
  });

  test('with nothing but an id when the error is not for callers', async () => {
    const secret = new Error('s3cret');
    const { outcome, report } = await callOnce(async () => Promise.reject(secret));
    expect(outcome).toMatchObject({
      reason: { code: 'INTERNAL', message: expect.not.stringContaining('s3cret') },
    });
    expect(report.mock.calls).toEqual([[secret, expect.any(String)]]);
  });
});

describe('the signal', () => {
  test('fires with CANCELLED on client cancel, which is no fault to report', async () => {
    const { handler, entered, left } = patientHandler();
    const controller = new AbortController();
    void entered.then(() => controller.abort());
    const { outcome, report } = await callOnce(handler, { signal: controller.signal });
    expect(outcome).toMatchObject({ reason: { code: 'CANCELLED' } });
    expect(await left).toMatchObject({ code: 'CANCELLED' });
    await nextTurn();
    expect(report).not.toHaveBeenCalled();
  });

  test('fires with DEADLINE_EXCEEDED when the deadline passes', async () => {
    const { handler, left } = patientHandler();
    const { outcome, report } = await callOnce(handler, { timeoutMs: 100 });
    expect(outcome).toMatchObject({ reason: { code: 'DEADLINE_EXCEEDED' } });
    expect(await left).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await nextTurn();
    expect(report).not.toHaveBeenCalled();
  });

  test('does not fire after a regular answer', async () => {
    const seen = Promise.withResolvers<AbortSignal>();
    await callOnce(async (_, { signal }) => {
      seen.resolve(signal);
      return {};
    });
    const signal = await seen.promise;
    await nextTurn();
    expect(signal.aborted).toBe(false);
  });

  test('does not hide a fault that has nothing to do with it', async () => {
    const { outcome, report } = await callOnce(async () =>
      Promise.reject(new DOMException('ours', 'AbortError')),
    );
    expect(outcome).toMatchObject({ reason: { code: 'INTERNAL' } });
    expect(report).toHaveBeenCalledOnce();
  });
});

test('a method nobody handles is UNIMPLEMENTED', async () => {
  await using server = await startOttoscaler({});
  const client = createOttoscalerClient(server.address);
  await expect(client.scaleDown({})).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
  client.close();
});
