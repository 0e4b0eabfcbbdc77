import { describe, expect, test } from 'vitest';
import {
  errorFromAnswer,
  errorFromFailure,
  parseRetryAfterMs,
} from '../../../../src/cluster/kubernetes/errors.ts';

const failure = (code: string) =>
  errorFromFailure('list pods', Object.assign(new Error(`said ${code}`), { code }));

const answer = (status: number, reason = '', message = '') =>
  errorFromAnswer({ what: 'create pod x', status, body: { kind: 'Status', reason, message }, nowMs: 0 });

describe('errorFromAnswer', () => {
  test.each([
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [408, 'timeout'],
    [409, 'conflict'],
    [410, 'expired'],
    [413, 'invalid'],
    [415, 'invalid'],
    [422, 'invalid'],
    [429, 'throttled'],
    [302, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ])('%i is %s', (status, code) => {
    expect(answer(status)).toMatchObject({ code, status });
  });

  test.each([
    'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    'pods "x" is forbidden: failed quota: q: must specify limits.cpu',
    'pods "x" is forbidden: status unknown for quota: q, resources: pods',
    'pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    'pods "x" is forbidden: [minimum memory usage per Pod is 1Gi, but request is 1Mi]',
    'pods "x" is forbidden: LimitRange in namespace refuses',
  ])('403 %s is quota', { tags: ['F20'] }, (message) => {
    expect(answer(403, 'Forbidden', message).code).toBe('quota');
  });

  test.each([
    'pods is forbidden: User "u" cannot create resource "pods" in API group ""',
    'pods "x" is forbidden: unable to create new content in namespace n because it is being terminated',
  ])('403 %s is forbidden', (message) => {
    expect(answer(403, 'Forbidden', message).code).toBe('forbidden');
  });

  test('409 of a create that raced for a quota is quota: the name is free', () => {
    const message = 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified';
    expect(answer(409, 'Conflict', message).code).toBe('quota');
  });

  test('the message is one line of bounded length', () => {
    const { message } = answer(422, 'Invalid', `first\nsecond\u0000\u001b[31m${'x'.repeat(5000)}`);
    expect(message).toMatch(/^create pod x: first second \[31mx+…$/);
    expect(message.length).toBeLessThan(450);
  });

  test.each([undefined, null, 'text', [], { message: 7 }])(
    'a body of %j gives a sentence all the same',
    (body) => {
      expect(errorFromAnswer({ what: 'list pods', status: 500, body, nowMs: 0 }).message).toBe(
        'list pods: the API server answered 500',
      );
    },
  );

  test('retryAfterSeconds of a Status counts where there is no header', { tags: ['F7'] }, () => {
    const body = { kind: 'Status', details: { retryAfterSeconds: 2 } };
    expect(errorFromAnswer({ what: 'x', status: 429, body, nowMs: 0 }).retryAfterMs).toBe(2000);
    expect(errorFromAnswer({ what: 'x', status: 429, body, nowMs: 0, retryAfter: '5' }).retryAfterMs).toBe(
      5000,
    );
  });
});

describe('parseRetryAfterMs', { tags: ['F7'] }, () => {
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  test.each([
    ['0', 0],
    ['12', 12_000],
    ['99999', 60_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 05:00:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
  ])('%s is %s ms', (header, expected) => {
    expect(parseRetryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe('errorFromFailure', () => {
  test.each(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'ENOTFOUND'])('%s is unavailable', (code) => {
    expect(failure(code)).toMatchObject({
      code: 'unavailable',
      status: 0,
      message: `list pods: said ${code}`,
    });
  });

  test.each(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT'])(
    '%s is a timeout',
    (code) => {
      expect(failure(code).code).toBe('timeout');
    },
  );

  test('an error of ours passes unchanged', () => {
    const ours = answer(404);
    expect(errorFromFailure('anything', ours)).toBe(ours);
  });
});
