/** Hostile requests (faults 62–65 as far as they concern ScaleUp): a clear status, and nothing in the cluster. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScaleRequest } from '../../src/rpc/generated/ottoscaler/v1/ScaleRequest.ts';
import { auditOf } from '../support/audit-log.ts';
import { openNamespace, type Namespace } from '../support/kubernetes.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { failureOf, image, scaleUp, scaleUpRequest, untilOver, untilStatus } from '../support/workers.ts';

let namespace: Namespace;
let server: ServerProcess;
let audit: Awaited<ReturnType<typeof auditOf>>;

beforeAll(async () => {
  namespace = await openNamespace();
  audit = await auditOf(namespace.name);
  server = await startServer({ NAMESPACE: namespace.name });
  await until('a server that serves', () => server.lines.some(({ msg }) => msg === 'watching Pods'));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await namespace[Symbol.asyncDispose]();
});

const ok: ScaleRequest = { task_id: 'hostile', worker_count: 1 };
const withConfig = (build_config: Record<string, string>): ScaleRequest => ({ ...ok, build_config });

const invalid: ReadonlyArray<readonly [string, ScaleRequest, RegExp]> = [
  ['no task_id', { worker_count: 1 }, /^task_id: is required/],
  ['a task_id of 254 bytes', { ...ok, task_id: 'x'.repeat(254) }, /^task_id: is 254 bytes long; at most 253/],
  [
    'a request_id of 254 bytes',
    { ...ok, metadata: { request_id: 'é'.repeat(127) } },
    /request_id.*254 bytes/,
  ],
  ['a line break in an id', { ...ok, task_id: 'a\nb' }, /^task_id: contains U\+000A/],
  ['NUL in an id', { ...ok, task_id: 'a\0b' }, /^task_id: contains U\+0000/],
  ['a terminal escape', { ...ok, reason: '\u001B[2J' }, /^reason: contains U\+001B/],
  ['a bidirectional override', { ...ok, task_id: 'a\u202Eb' }, /^task_id: contains U\+202E/],
  ['a negative count', { ...ok, worker_count: -1 }, /^worker_count: -1 .*1–100/],
  ['a count of zero', { ...ok, worker_count: 0 }, /^worker_count: 0 .*1–100/],
  ['a count of 2^31-1', { ...ok, worker_count: 2 ** 31 - 1 }, /^worker_count: 2147483647 .*1–100/],
  ['a reserved variable', withConfig({ LD_PRELOAD: '/tmp/evil.so' }), /LD_PRELOAD.*reserved/],
  ['our own variable', withConfig({ OTTO_TASK_ID: 'other' }), /OTTO_TASK_ID.*reserved/],
  ['PATH', withConfig({ PATH: '/tmp' }), /PATH.*reserved/],
  ['a name that is none', withConfig({ 'A-B': '1' }), /A-B.*\[A-Za-z_\]/],
  ['NUL in a command', withConfig({ command: 'echo \0' }), /command.*NUL/],
  ['a timeout of -1', withConfig({ timeout_seconds: '-1' }), /timeout_seconds.*"-1" is not a number/],
  ['a memory limit that is none', withConfig({ memory_limit: 'lots' }), /memory_limit.*"lots"/],
  ['a request above its limit', withConfig({ cpu_request: '2', cpu_limit: '1' }), /cpu_request.*more than/],
  [
    'an image that is no reference',
    withConfig({ image: 'busybox; rm -rf /' }),
    /image.*not an image reference/,
  ],
  ['129 KiB of command', withConfig({ command: 'x'.repeat(129 * 1024) }), /build_config.*at most 131072/],
  // Passes every rule of ours, and is too large for the API server once it is written as JSON.
  ['a ledger above 1 MiB', withConfig({ command: '\u0001'.repeat(120 * 1024) }), /Too long|too large/],
];

test.each(invalid)(
  '%s is an INVALID_ARGUMENT that names field and rule',
  { tags: ['F64', 'F65'] },
  async (_, request, message) => {
    const failure = await failureOf(server.client.scaleUp(request));
    expect(failure.code).toBe('INVALID_ARGUMENT');
    expect(failure.message).toMatch(message);
    // oxlint-disable-next-line no-control-regex -- a person will read it on a terminal
    expect(failure.message).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
  },
);

test('a message of 5 MiB is RESOURCE_EXHAUSTED before it is parsed', { tags: ['F65'] }, async () => {
  const request = withConfig({ command: 'x'.repeat(5 * 1024 * 1024) });
  expect((await failureOf(server.client.scaleUp(request))).code).toBe('RESOURCE_EXHAUSTED');
});

test('none of it made a Pod or a ledger', async () => {
  expect(await namespace.pods('')).toEqual([]);
  expect(await namespace.records()).toEqual([]);
  expect((await server.client.getWorkerStatus({})).total_count).toBe(0);
  await audit.expectNoPodCreated();
});

test('what looks like code is data: the worker prints it as it was sent', { tags: ['F65'] }, async () => {
  const evil = '$(OTTO_TASK_ID) $(reboot) `reboot` ${HOME} $$ "quoted" \\ \'single\' ; | & > 😀';
  const build_config = {
    image,
    command: 'printf "%s\\n" "$EVIL" "$OTTO_TASK_ID" "$OTTO_REPOSITORY" "$__proto__"; echo \'$(EVIL) $$\'',
    EVIL: evil,
    // Own keys, as JSON from the wire makes them.
    ...(JSON.parse('{"constructor": "mine", "toString": "mine"}') as object),
  };
  Object.defineProperty(build_config, '__proto__', { value: 'inert', enumerable: true });
  const task = `${evil} $(task)`;
  const answer = await scaleUp(server, { task_id: task, worker_count: 1, repository: evil, build_config });
  expect((await untilOver(server, namespace, task)).succeeded_count).toBe(1);
  const [podName = ''] = answer.worker_pod_names;
  expect(server.outputOf(podName)).toEqual([evil, task, evil, 'inert', '$(EVIL) $$']);
});

test(
  'a Pod that only the API server refuses is INVALID_ARGUMENT with its words, and leaves nothing; corrected, the same id works',
  { tags: ['F21'] },
  async () => {
    await using other = await openNamespace();
    const writes = await auditOf(other.name);
    // The operator's own mistake: more is requested by default than the default limit allows.
    await using misled = await startServer({ NAMESPACE: other.name, WORKER_CPU_REQUEST: '600m' });
    const request = scaleUpRequest('refused', 3);
    const failure = await failureOf(scaleUp(misled, request));
    expect(failure.code).toBe('INVALID_ARGUMENT');
    expect(failure.message).toMatch(/must be less than or equal to cpu limit/);
    expect(await other.pods('')).toEqual([]);
    expect(await other.records()).toEqual([]);
    await writes.expectNoPodCreated();
    expect((await misled.client.getWorkerStatus({})).total_count).toBe(0);

    const corrected = { ...request, build_config: { ...request.build_config, cpu_limit: '600m' } };
    const answer = await scaleUp(misled, corrected);
    expect(answer).toMatchObject({ status: 'SUCCESS', processed_count: 3, message: '3 of 3 created' });
    const status = await untilStatus(misled, 'refused', 'three succeeded', ({ succeeded_count }) => {
      return succeeded_count === 3;
    });
    expect(status).toMatchObject({ total_count: 3, failed_count: 0 });
  },
);
