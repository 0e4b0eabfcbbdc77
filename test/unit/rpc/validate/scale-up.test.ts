import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/rpc/validate/limits.ts';
import { validateScaleUp } from '../../../../src/rpc/validate/scale.ts';
import { refusal, scaleRequest } from './requests.ts';

type Fields = Parameters<typeof scaleRequest>[0];
const accept = (fields: Fields, limits = defaultLimits) => validateScaleUp(scaleRequest(fields), limits);
const refuse = (fields: Fields, limits = defaultLimits) => refusal(() => accept(fields, limits));
/** Past the wire, for what its encoder would replace. */
const refuseDirectly = (fields: Partial<ReturnType<typeof scaleRequest>>) =>
  refusal(() => validateScaleUp({ ...scaleRequest(), ...fields }, defaultLimits));
const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, '']));

test('the smallest request becomes a command of defaults', () => {
  expect(accept({})).toEqual({
    kind: 'scale-up',
    taskId: 'task-1',
    requestId: '',
    repository: '',
    commitSha: '',
    workerCount: 2,
    template: { image: '', timeoutSeconds: 0, env: [], resources: {} },
    triggeredBy: '',
    reason: '',
    metadata: [],
  });
});

test('a full request becomes a command, sorted and otherwise untouched', () => {
  const command = accept({
    repository: 'https://example.com/r.git',
    commit_sha: 'c0ffee',
    triggered_by: 'alice',
    reason: 'grüße 👋',
    metadata: { zone: 'b', request_id: 'r-1', branch: 'main\nsecond line' },
    build_config: {
      image: 'busybox:1',
      command: 'echo "$(id)"\nexit 0',
      timeout_seconds: '60',
      cpu_request: '0.1',
      cpu_limit: '100m',
      memory_request: '64Mi',
      memory_limit: '1e9',
      ZED: '$(PATH)',
      A_1: '',
      _x: 'multi\nline',
    },
  });
  expect(command).toEqual({
    kind: 'scale-up',
    taskId: 'task-1',
    requestId: 'r-1',
    repository: 'https://example.com/r.git',
    commitSha: 'c0ffee',
    workerCount: 2,
    template: {
      image: 'busybox:1',
      command: 'echo "$(id)"\nexit 0',
      timeoutSeconds: 60,
      env: [
        ['A_1', ''],
        ['ZED', '$(PATH)'],
        ['_x', 'multi\nline'],
      ],
      resources: { cpuRequest: '0.1', cpuLimit: '100m', memoryRequest: '64Mi', memoryLimit: '1e9' },
    },
    triggeredBy: 'alice',
    reason: 'grüße 👋',
    metadata: [
      ['branch', 'main\nsecond line'],
      ['zone', 'b'],
    ],
  });
});

test('empty values of keys with a meaning say "not given"', () => {
  const keys = [
    'image',
    'command',
    'timeout_seconds',
    'cpu_request',
    'cpu_limit',
    'memory_request',
    'memory_limit',
  ];
  const { template } = accept({ build_config: Object.fromEntries(keys.map((key) => [key, ''])) });
  expect(template).toEqual(accept({}).template);
});

describe('task_id', () => {
  test.each(['a', 'a'.repeat(253), 'ä'.repeat(126), 'with space', '👋', '../../etc', '$(id)', '__proto__'])(
    '%j is kept as it is',
    (task_id) => {
      expect(accept({ task_id }).taskId).toBe(task_id);
    },
  );

  test.each([
    ['', 'task_id: is required; give it 1–253 bytes'],
    ['a'.repeat(254), 'task_id: is 254 bytes long; at most 253 are allowed'],
    ['ä'.repeat(127), 'task_id: is 254 bytes long; at most 253 are allowed'],
    ['a\u{fffd}', 'task_id: contains U+FFFD, which stands for bytes that are not UTF-8'],
  ])('%j is refused', (task_id, message) => {
    expect(refuse({ task_id })).toBe(message);
  });
});

describe('characters that nobody sees', { tags: ['F65'] }, () => {
  const codePoints = [
    0x00, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9f, 0x061c, 0x200e, 0x200f, 0x2028, 0x2029,
    0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xd800, 0xdbff, 0xdc00, 0xdfff,
  ];
  const named = codePoints.map((codePoint) => {
    const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    return [name, `a${String.fromCodePoint(codePoint)}b`] as const;
  });

  test.each(named)('%s is refused in ids and texts', (name, text) => {
    const rule = `contains ${name}; control and bidirectional characters are refused`;
    expect(refuseDirectly({ task_id: text })).toBe(`task_id: ${rule}`);
    expect(refuseDirectly({ repository: text })).toBe(`repository: ${rule}`);
    expect(refuseDirectly({ commit_sha: text })).toBe(`commit_sha: ${rule}`);
    expect(refuseDirectly({ triggered_by: text })).toBe(`triggered_by: ${rule}`);
    expect(refuseDirectly({ reason: text })).toBe(`reason: ${rule}`);
    expect(refuseDirectly({ metadata: { request_id: text } })).toBe(`metadata["request_id"]: ${rule}`);
    expect(refuseDirectly({ metadata: { [text]: '' } })).toBe(`metadata["a<${name}>b"] (its key): ${rule}`);
  });

  test.each(named.filter(([name]) => !['U+0009', 'U+000A', 'U+000D'].includes(name)))(
    '%s is refused in metadata values, which may have lines and tabs',
    (name, text) => {
      expect(refuseDirectly({ metadata: { note: text } })).toContain(`metadata["note"]: contains ${name};`);
    },
  );

  test.each([' ', '~', '\u{a0}', '\u{200d}', '\u{2027}', '\u{202f}', '\u{206a}', '👩‍👩‍👧', '\u{10ffff}'])(
    '%j is no such character',
    (text) => {
      expect(accept({ reason: text }).reason).toBe(text);
    },
  );
});

describe('worker_count', { tags: ['F64'] }, () => {
  test.each([1, 100])('%i is accepted', (worker_count) => {
    expect(accept({ worker_count }).workerCount).toBe(worker_count);
  });

  test.each([-(2 ** 31), -1, 0, 101, 2 ** 31 - 1])('%i is refused', (worker_count) => {
    expect(refuse({ worker_count })).toBe(
      `worker_count: ${worker_count} is not a number of workers to add; write 1–100`,
    );
  });

  test.each([Number.NaN, Infinity, 1.5])(
    '%d, which only other transports can bring, is refused',
    (worker_count) => {
      expect(refusal(() => validateScaleUp({ ...scaleRequest(), worker_count }, defaultLimits))).toContain(
        'worker_count',
      );
    },
  );

  test('obeys the configured maximum', () => {
    expect(refuse({ worker_count: 6 }, { ...defaultLimits, workersPerCommandMax: 5 })).toContain('write 1–5');
  });
});

describe('texts', () => {
  test.each(['repository', 'commit_sha', 'triggered_by', 'reason'] as const)(
    '%s is bounded in bytes',
    (field) => {
      expect(accept({ [field]: 'ä'.repeat(512) })).toBeDefined();
      expect(refuse({ [field]: 'ä'.repeat(513) })).toBe(
        `${field}: is 1026 bytes long; at most 1024 are allowed`,
      );
    },
  );
});

describe('metadata', () => {
  test('is bounded in entries, in keys and in bytes', () => {
    expect(accept({ metadata: entries(64) }).metadata).toHaveLength(64);
    expect(refuse({ metadata: entries(65) })).toBe('metadata: has 65 entries; at most 64 are allowed');
    expect(accept({ metadata: { k: 'x'.repeat(65_535) } })).toBeDefined();
    expect(refuse({ metadata: { k: 'x'.repeat(65_536) } })).toBe(
      'metadata: is 65537 bytes in all; at most 65536 are allowed',
    );
    expect(refuse({ metadata: { '': 'x' } })).toContain('metadata[""] (its key): is required');
    expect(refuse({ metadata: { ['k'.repeat(254)]: 'x' } })).toContain('is 254 bytes long; at most 253');
  });

  test('request_id is an id that may be empty', () => {
    expect(accept({ metadata: { request_id: '' } })).toMatchObject({ requestId: '', metadata: [] });
    expect(refuse({ metadata: { request_id: 'r'.repeat(254) } })).toContain(
      'metadata["request_id"]: is 254 bytes',
    );
  });
});
