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
const config = (build_config: Record<string, string>) => ({ build_config });

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
  const { template } = accept(config(Object.fromEntries(keys.map((key) => [key, '']))));
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

describe('characters that nobody sees', () => {
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

describe('worker_count', () => {
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

describe('timeout_seconds', () => {
  test.each([
    ['0', 0],
    ['86400', 86_400],
  ])('%s is accepted', (timeout_seconds, seconds) => {
    expect(accept(config({ timeout_seconds })).template.timeoutSeconds).toBe(seconds);
  });

  test.each([
    '86401',
    '9999999999',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '007',
    ' 1',
    '1\n',
    'ten',
    '99999999999',
  ])('%j is refused', (timeout_seconds) => {
    expect(refuse(config({ timeout_seconds }))).toMatch(/^build_config\["timeout_seconds"\]: .* to 86400$/s);
  });
});

describe('resources', () => {
  test.each([
    ['cpu_limit', '10m'],
    ['cpu_limit', '64'],
    ['cpu_request', '0.5'],
    ['memory_limit', '4Mi'],
    ['memory_limit', '256Gi'],
    ['memory_request', '128M'],
  ])('%s %s is accepted as it was written', (key, quantity) => {
    expect(Object.values(accept(config({ [key]: quantity })).template.resources)).toEqual([quantity]);
  });

  test.each([
    ['cpu_limit', '9m', '9m is too little; write a Kubernetes quantity from 10m to 64'],
    ['cpu_limit', '-1', '-1 is too little; write a Kubernetes quantity from 10m to 64'],
    ['cpu_limit', '64.000000001', '64.000000001 is too much; write a Kubernetes quantity from 10m to 64'],
    ['cpu_request', '1 core', '"1 core" is not a quantity; write a Kubernetes quantity from 10m to 64'],
    ['memory_limit', '4194303', '4194303 is too little; write a Kubernetes quantity from 4Mi to 256Gi'],
    ['memory_limit', '257Gi', '257Gi is too much; write a Kubernetes quantity from 4Mi to 256Gi'],
    ['memory_request', '64MB', '"64MB" is not a quantity; write a Kubernetes quantity from 4Mi to 256Gi'],
  ])('%s %s is refused', (key, quantity, message) => {
    expect(refuse(config({ [key]: quantity }))).toBe(`build_config["${key}"]: ${message}`);
  });

  test.each([
    ['cpu', '0.5', '500m'],
    ['memory', '1Gi', '1073741824'],
  ])('a %s request equal to its limit is accepted', (kind, request, limit) => {
    expect(accept(config({ [`${kind}_request`]: request, [`${kind}_limit`]: limit }))).toBeDefined();
  });

  test.each([
    ['cpu', '501m', '0.5'],
    ['memory', '1Gi', '1G'],
  ])('a %s request above its limit is refused', (kind, request, limit) => {
    expect(refuse(config({ [`${kind}_request`]: request, [`${kind}_limit`]: limit }))).toBe(
      `build_config["${kind}_request"]: ${request} is more than the limit ${limit}; a request is at most its limit`,
    );
  });

  test('a request is held against the default limit where none is given', () => {
    const limits = { ...defaultLimits, cpuLimitDefault: '500m', memoryLimitDefault: '128Mi' };
    expect(refuse(config({ cpu_request: '1' }), limits)).toBe(
      'build_config["cpu_request"]: 1 is more than the default limit 500m; a request is at most its limit',
    );
    expect(refuse(config({ memory_request: '1Gi' }), limits)).toContain('the default limit 128Mi');
    expect(accept(config({ cpu_request: '1', cpu_limit: '2' }), limits)).toBeDefined();
  });

  test('limits that are no quantities are a defect of the configuration, not of the request', () => {
    const limits = { ...defaultLimits, cpu: { min: 'few', max: '64' } };
    expect(() => accept(config({ cpu_limit: '1' }), limits)).toThrow(TypeError);
  });
});

describe('environment', () => {
  test.each([
    ['LD_PRELOAD', 'environment names LD_* are reserved; choose another name'],
    ['LD_', 'environment names LD_* are reserved; choose another name'],
    ['OTTO_TASK_ID', 'environment names OTTO_* are reserved; choose another name'],
    ['KUBERNETES_SERVICE_HOST', 'environment names KUBERNETES_* are reserved; choose another name'],
    ['PATH', 'the environment name PATH is reserved; choose another name'],
    ['NODE_OPTIONS', 'the environment name NODE_OPTIONS is reserved; choose another name'],
    ['cpu-limit', 'is neither a known key nor an environment name; those match [A-Za-z_][A-Za-z0-9_]*'],
    ['', 'is neither a known key nor an environment name; those match [A-Za-z_][A-Za-z0-9_]*'],
    ['1A', 'is neither a known key nor an environment name; those match [A-Za-z_][A-Za-z0-9_]*'],
    ['Ä', 'is neither a known key nor an environment name; those match [A-Za-z_][A-Za-z0-9_]*'],
    ['A=B', 'is neither a known key nor an environment name; those match [A-Za-z_][A-Za-z0-9_]*'],
  ])('%j is refused', (name, message) => {
    expect(refuse(config({ [name]: 'x' }))).toBe(`build_config["${name}"]: ${message}`);
  });

  test.each(['OTTOMAN', 'PATHS', 'MY_PATH', 'NODE_OPTIONS_2', 'ld_preload', 'LDX', 'constructor', 'a'])(
    '%s is a free name',
    (name) => {
      expect(accept(config({ [name]: 'x' })).template.env).toEqual([[name, 'x']]);
    },
  );

  test.each(['A\n', 'A\0', '\u{202e}A'])('%j is refused and shown without its hidden character', (name) => {
    expect(refuse(config({ [name]: 'x' }))).toMatch(/^build_config\["A?<U\+[0-9A-F]{4}>A?"\]: is neither/);
  });

  test('values may be anything a process can be given', () => {
    expect(accept(config({ A: '\u{1b}[0m\r\n\u{202e}$(id) `id` 👋' })).template.env).toHaveLength(1);
    expect(refuse(config({ A: 'a\0b' }))).toBe(
      'build_config["A"]: contains NUL, which no process can be given',
    );
    expect(refuseDirectly(config({ A: '\u{d800}' }))).toContain(
      'build_config["A"]: contains an unpaired surrogate',
    );
    expect(refuse(config({ command: 'a\0b' }))).toContain('build_config["command"]: contains NUL');
  });
});

describe('the payload', () => {
  const max = defaultLimits.payloadBytesMax;

  test('command and environment count as execve counts them', () => {
    expect(accept(config({ command: 'x'.repeat(max - 1) }))).toBeDefined();
    expect(refuse(config({ command: 'x'.repeat(max) }))).toBe(
      `build_config: command and environment are ${max + 1} bytes; at most ${max} are allowed`,
    );
    expect(accept(config({ AB: 'x'.repeat(max - 4) }))).toBeDefined();
    expect(refuse(config({ AB: 'x'.repeat(max - 3) }))).toContain(`are ${max + 1} bytes`);
    expect(refuse(config({ AB: 'ä'.repeat(max / 2), command: 'true' }))).toContain('at most');
  });

  test('the number of entries is bounded', () => {
    expect(accept(config(entries(512))).template.env).toHaveLength(512);
    expect(refuse(config(entries(513)))).toBe('build_config: has 513 entries; at most 512 are allowed');
  });
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

test('long input is quoted briefly', () => {
  expect(refuse(config({ ['!'.repeat(10_000)]: 'x' })).length).toBeLessThan(250);
});
