/** `build_config` of ScaleUp: the keys with a meaning, the environment, and their bounds. */
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

  test('values may be anything a process can be given', { tags: ['F65'] }, () => {
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

describe('the payload', { tags: ['F65'] }, () => {
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

test('long input is quoted briefly', () => {
  expect(refuse(config({ ['!'.repeat(10_000)]: 'x' })).length).toBeLessThan(250);
});
