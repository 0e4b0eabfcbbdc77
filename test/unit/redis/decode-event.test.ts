import { describe, expect, test } from 'vitest';
import { decodeEvent } from '../../../src/redis/decode-event.ts';
import { entry } from '../../support/redis-entries.ts';

const id = '1767225600000-0';
const decode = (...fields: readonly (string | Buffer)[]) => decodeEvent(entry(id, ...fields));
const reasonOf = (...fields: readonly (string | Buffer)[]) => {
  const decoded = decode(...fields);
  return decoded.kind === 'malformed' ? decoded.reason : `${decoded.kind} was decoded`;
};

const up = ['type', 'scale_up', 'pod_count', '2'];

describe('an event that is well formed', () => {
  test('becomes the request that a gRPC caller would have sent', () => {
    const fields = ['repository', 'r', 'commit_sha', 'c', 'triggered_by', 'me', 'reason', 'why'];
    expect(decode(...up, 'task_id', 't', 'job_id', 'j', 'colour', 'blue', ...fields)).toEqual({
      kind: 'scale-up',
      request: {
        task_id: 't',
        worker_count: 2,
        repository: 'r',
        commit_sha: 'c',
        triggered_by: 'me',
        reason: 'why',
        build_config: {},
        metadata: { job_id: 'j', colour: 'blue', request_id: id },
      },
    });
  });

  test.each(['pod_count', 'target_replicas'])('names the count %s', (name) => {
    expect(decode('type', 'scale_down', name, '0', 'task_id', 't')).toMatchObject({
      kind: 'scale-down',
      request: { worker_count: 0 },
    });
  });

  test('may name the count both ways where they agree', () => {
    expect(decode(...up, 'target_replicas', '2')).toMatchObject({ request: { worker_count: 2 } });
  });

  test('is the same command whenever its producer wrote it', () => {
    expect(decode(...up, 'timestamp', '1767225600')).toEqual(decode(...up, 'timestamp', '1767229999'));
  });

  test.each(['event_id', 'request_id'])('is known by its %s', (name) => {
    expect(decode(...up, 'task_id', 't', name, 'e')).toMatchObject({
      request: { metadata: { request_id: 'e' } },
    });
  });
});

describe('an event without task_id', () => {
  test('scales up a task of its own', () => {
    expect(decode(...up)).toMatchObject({ request: { task_id: id } });
  });

  test('scales up a task that its event_id names, so that the same one twice is the same task', () => {
    expect(decode(...up, 'event_id', 'e')).toMatchObject({ request: { task_id: 'e' } });
  });

  test('scales all tasks down, as ScaleDown does', () => {
    expect(decode('type', 'scale_down', 'pod_count', '0')).toMatchObject({ request: { task_id: '' } });
  });
});

describe('an event is malformed', () => {
  test.each([
    ['without a type', ['pod_count', '1'], 'type: is required; write scale_up or scale_down'],
    ['of an unknown type', ['type', 'x\u202e'], 'type: "x<U+202E>" is unknown; write scale_up or scale_down'],
    ['without a count', ['type', 'scale_up'], 'pod_count: is required; write a whole number'],
    ['whose count is a word', [...up.slice(0, 3), 'two'], 'pod_count: "two" is not a whole number'],
    ['whose count has a fraction', [...up.slice(0, 3), '1.0'], 'pod_count: "1.0" is not a whole number'],
    [
      'whose count is huge',
      [...up.slice(0, 3), '9'.repeat(11)],
      `pod_count: "${'9'.repeat(11)}" is not a whole number`,
    ],
    ['whose counts differ', [...up, 'target_replicas', '3'], 'pod_count: "2" and target_replicas "3" differ'],
    [
      'whose keys differ',
      [...up, 'event_id', 'a', 'request_id', 'b'],
      'event_id: "a" and request_id "b" differ',
    ],
    ['with a field twice', [...up, 'reason', 'a', 'reason', 'b'], '"reason": is given twice'],
    ['with bytes that are no text', [...up, 'reason', Buffer.of(0xc3, 0x28)], '"reason": is not UTF-8'],
    ['with a name that is no text', [...up, Buffer.of(0xff), 'x'], 'the name of a field: is not UTF-8'],
    [
      'of two MiB',
      [...up, 'reason', 'x'.repeat(2 ** 21)],
      `the event is ${2 ** 21 + 28} bytes; at most 1048576 are allowed`,
    ],
    [
      'of 200 fields',
      Array.from({ length: 400 }, (_, at) => `${at}`),
      'the event has 200 fields; at most 128 are allowed',
    ],
    ['without any field', [], 'type: is required; write scale_up or scale_down'],
  ] as const)('%s', { tags: ['F50'] }, (_, fields, reason) => {
    expect(reasonOf(...fields)).toBe(reason);
  });
});

test('a field that is called like a part of every object is metadata like any other', () => {
  const decoded = decode(...up, '__proto__', 'x', 'constructor', 'y');
  const metadata = decoded.kind === 'malformed' ? {} : decoded.request.metadata;
  expect(Object.entries(metadata).map(([name]) => name)).toEqual(['__proto__', 'constructor', 'request_id']);
});
