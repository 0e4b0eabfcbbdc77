import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { type ReportUnexpected, type RpcCode, RpcError, toServiceError } from '../../../src/rpc/status.ts';

const nobody = () => {
  throw new Error('nothing unexpected happened');
};

test.each([
  'CANCELLED',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'UNAUTHENTICATED',
] satisfies RpcCode[])('%s reaches the caller with its message', (code) => {
  expect(toServiceError(new RpcError(code, 'field: rule'), nobody)).toMatchObject({
    code: status[code],
    details: 'field: rule',
  });
});

test.each([
  ['an error', new Error('token=s3cret at /srv/app.ts:1')],
  [
    'an error that looks like a gRPC one',
    Object.assign(new Error('token=s3cret'), { code: 3, details: 's3cret' }),
  ],
  ['a string', 's3cret'],
  ['nothing', undefined],
])('of %s the caller learns only an id, under which the log has the rest', (_, thrown) => {
  const report = vi.fn<ReportUnexpected>();
  const error = toServiceError(thrown, report);
  const [reported, correlationId] = report.mock.calls[0] ?? [];
  expect(error.code).toBe(status.INTERNAL);
  expect(error.details).toBe(`internal error; the log has it under ${correlationId}`);
  expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
  expect(reported).toBe(thrown);
  expect(JSON.stringify([error, error.message, error.metadata.getMap()])).not.toContain('s3cret');
});

test.each(['a\u{d800}b', `${'x'.repeat(799)}👋`])('details always survive the header encoding', (message) => {
  const { details } = toServiceError(new RpcError('NOT_FOUND', message), nobody);
  expect(() => encodeURI(details)).not.toThrow();
});

test('details are cut to what a header can carry', () => {
  const { details } = toServiceError(new RpcError('NOT_FOUND', '語'.repeat(10_000)), nobody);
  expect(encodeURI(details).length).toBeLessThan(8 * 1024);
});
