import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { encodePageToken } from '../../../../src/rpc/validate/page-token.ts';
import {
  afterSequence,
  validateCancel,
  validateList,
  validateRetry,
} from '../../../../src/rpc/validate/pipeline-query.ts';
import { cancelRequest, listRequest, refusal, retryRequest } from './requests.ts';

describe('a cancel', () => {
  const accept = (fields: Parameters<typeof cancelRequest>[0]) =>
    validateCancel(cancelRequest(fields), defaultLimits);

  test.each([
    ['CANCEL_NOW', 'now'],
    ['CANCEL_FINISH_RUNNING', 'finish-running'],
    ['CANCEL_RUN_FINALLY', 'run-finally'],
  ] as const)('%s is the mode %s', (mode, known) => {
    expect(accept({ mode, reason: 'late', triggered_by: 'alice' })).toEqual({
      pipelineId: 'p-1',
      cancel: { mode: known, by: 'alice', reason: 'late' },
    });
  });

  test('is at once where no mode is given', () => {
    expect(accept({}).cancel.mode).toBe('now');
  });

  test('in a mode of a later contract is refused', () => {
    const request = { ...cancelRequest(), mode: 7 as never };
    expect(refusal(() => validateCancel(request, defaultLimits))).toBe(
      'mode: 7 is unknown; write CANCEL_NOW, CANCEL_FINISH_RUNNING, CANCEL_RUN_FINALLY',
    );
  });

  test('names the field that breaks a rule', () => {
    expect(refusal(() => accept({ pipeline_id: '' }))).toContain('pipeline_id: is required');
    expect(refusal(() => accept({ reason: 'a\nb' }))).toContain('reason: contains U+000A');
    expect(refusal(() => accept({ triggered_by: 'a\nb' }))).toContain('triggered_by: contains U+000A');
  });
});

describe('a list', () => {
  const accept = (fields: Parameters<typeof listRequest>[0]) => validateList(listRequest(fields));

  test('without anything is of a hundred runs', () => {
    expect(accept({})).toEqual({ pageSize: 100 });
  });

  test('takes a status, a size and a place', () => {
    const place = { acceptedAt: '2025-01-02T03:04:05Z', pipelineId: 'p "1" 👋' };
    expect(accept({ status_filter: 'failed', page_size: 1_000, page_token: encodePageToken(place) })).toEqual(
      { status: 'failed', pageSize: 1_000, after: place },
    );
  });

  test.each<[Parameters<typeof listRequest>[0], string]>([
    [
      { status_filter: 'pending' },
      'status_filter: "pending" is unknown; write running, completed, failed, cancelled or nothing',
    ],
    [{ page_size: -1 }, 'page_size: -1 is not a number of runs on a page; write 0–1000'],
    [{ page_size: 1_001 }, 'page_size: 1001 is not a number of runs on a page; write 0–1000'],
  ])('%j is refused', (fields, message) => {
    expect(refusal(() => accept(fields))).toBe(message);
  });

  const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each([
    'x',
    '2',
    token(null),
    token({}),
    token(['a']),
    token(['a', 1]),
    token([1, 'a']),
    token(['a', 'b', 'c']),
    token(['a', 'x'.repeat(5_000)]),
  ])('a page_token that nobody gave is refused', (page_token) => {
    expect(refusal(() => accept({ page_token }))).toBe(
      'page_token: is no next_page_token; send one as it was given, or nothing',
    );
  });
});

describe('a retry', () => {
  const accept = (fields: Parameters<typeof retryRequest>[0]) =>
    validateRetry(retryRequest(fields), defaultLimits);

  test.each([
    ['p', 'p-retry-1'],
    ['p-retry-1', 'p-retry-2'],
    ['p-retry-9', 'p-retry-10'],
    ['p-retry-999999999', 'p-retry-1000000000'],
    ['p-retry-1000000000', 'p-retry-1000000000-retry-1'],
    ['p-retry-0', 'p-retry-0-retry-1'],
    ['p-retry-01', 'p-retry-01-retry-1'],
    ['p-retry-1-x', 'p-retry-1-x-retry-1'],
    ['-retry-1', '-retry-2'],
  ])('of %s is %s where no id is given', (pipeline_id, newPipelineId) => {
    expect(accept({ pipeline_id, triggered_by: 'bob' })).toEqual({
      pipelineId: pipeline_id,
      newPipelineId,
      triggeredBy: 'bob',
    });
  });

  test('may be given an id', () => {
    expect(accept({ new_pipeline_id: 'q' }).newPipelineId).toBe('q');
  });

  test('of an id that leaves no room needs one', () => {
    expect(accept({ pipeline_id: 'p'.repeat(245) }).newPipelineId).toHaveLength(253);
    expect(refusal(() => accept({ pipeline_id: 'p'.repeat(246) }))).toMatch(
      /^new_pipeline_id: is needed, since "p+…" would be longer than 253 bytes; choose a shorter one$/,
    );
    expect(accept({ pipeline_id: 'p'.repeat(253), new_pipeline_id: 'q' }).newPipelineId).toBe('q');
  });

  test('names the field that breaks a rule', () => {
    expect(refusal(() => accept({ pipeline_id: '' }))).toContain('pipeline_id: is required');
    expect(refusal(() => accept({ new_pipeline_id: 'p-1' }))).toContain(
      'new_pipeline_id: is the id of the run itself',
    );
    expect(refusal(() => accept({ new_pipeline_id: 'q'.repeat(254) }))).toContain('new_pipeline_id: is 254');
    expect(refusal(() => accept({ triggered_by: 'a\nb' }))).toContain('triggered_by: contains U+000A');
  });
});

test.each([-1, 2 ** 53, Number.NaN])('%d is no sequence number', (after_sequence) => {
  expect(refusal(() => afterSequence({ after_sequence }))).toBe(
    `after_sequence: ${after_sequence} is no sequence number; write the last one received, or 0`,
  );
});
