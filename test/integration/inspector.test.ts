/** The inspector on a pool at work on the embedded cluster, over real WebSockets. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { InspectorClient } from '../support/inspector-client.ts';
import { startInspectedPool } from '../support/inspected-pool.ts';
import { scaleUpCommand } from '../support/orders.ts';
import { pipelineCommand, stageCommand } from '../support/pipelines.ts';

const canary = 'CANARY-hunter2';
const markup = '<script>alert(1)</script>';
const colour = '\u001b[31mred\u001b[0m';

const template = (command: string) => ({
  image: 'busybox',
  command,
  timeoutSeconds: 60,
  env: [['API_TOKEN', canary] as const],
  resources: {},
});

const untilTold = 'while [ ! -e go ]; do sleep 0.1; done';

test('a page gets the tree, then what changes, and who comes late gets the tree as it is then', async () => {
  const pool = await startInspectedPool();
  const first = await InspectorClient.open(pool.address);
  await first.until('the tree', (page) => page.latest('tree'));
  expect(first.latest('hello')).toMatchObject({ session: { role: 'operator' }, namespace: 'default' });
  expect([...first.rows.keys()]).toEqual(['pool']);

  pool.scaleUp(scaleUpCommand({ workerCount: 2, template: template(untilTold) }));
  const worker = await first.until('a worker that runs', (page) =>
    page.row(({ kind, state }) => kind === 'worker' && state === 'running.active'),
  );
  expect(worker).toMatchObject({
    parent: 'scale-up ["task-a",""]',
    phase: 'running',
    task: 'task-a',
    attempt: 1,
    reason: 'running, at most 60 s',
    isOver: false,
  });
  expect(worker.sinceMs).toBeGreaterThan(0);
  expect(worker.deadlineMs).toBeGreaterThan(Date.now());
  expect(first.count('tree')).toBe(1);

  const late = await InspectorClient.open(pool.address);
  await late.until('the tree', (page) => page.rows.size === 4);
  expect(late.rows.get(worker.id)).toMatchObject({ state: 'running.active' });
});

test('of a chosen worker all is told: its state, why it is there, what happened and what caused it', async () => {
  const pool = await startInspectedPool();
  const page = await InspectorClient.open(pool.address);
  await page.until('the tree', () => page.latest('tree'));
  const told = path.join(pool.folder, 'told');
  pool.scaleUp(
    scaleUpCommand({ template: template(`while [ ! -e '${told}' ]; do sleep 0.1; done; exit 3`) }),
  );
  const { id } = await page.until('a worker', () => page.row(({ kind }) => kind === 'worker'));
  page.send({ type: 'choose', id });
  await page.until('its deadline', () => page.detail?.why.includes('at the latest'));
  await writeFile(told, '');
  await page.until('its end', () => page.detail?.row.isOver);

  expect(page.detail).toMatchObject({
    chart: 'worker',
    row: { state: 'done', phase: 'failed', failure: 'exit-code' },
    context: { ended: { outcome: { failure: { evidence: 'container worker exited with 3' } } } },
  });
  expect(page.detail?.why).toMatch(/^It is over: failed \(exit-code\) since \d\d:\d\d:\d\d UTC\.$/);
  const numbers = page.happenings.map(({ n }) => n);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const steps = page.happenings.map(({ event, from, stateAfter }) => [event, from, stateAfter]);
  expect(steps).toContainEqual(['recordOutcome done', 'recordOutcome', 'cleanup.draining']);
  expect(steps).toContainEqual(['pod.observed', 'pool', 'failed.recording']);
});

test('markup and colours of lines and of names arrive as data, and secrets never', async () => {
  const pool = await startInspectedPool();
  const page = await InspectorClient.open(pool.address);
  await page.until('the tree', () => page.latest('tree'));
  const command = `printf '%s\\n' '${markup}' '${colour}' "$API_TOKEN" 'copied ${canary}'; printf '%s\\n' loud >&2`;
  pool.scaleUp(scaleUpCommand({ taskId: markup, template: template(command) }));
  const { id } = await page.until('a worker', () => page.row(({ kind }) => kind === 'worker'));
  for (const chosen of [id, `scale-up ${JSON.stringify([markup, ''])}`, 'pool']) {
    page.send({ type: 'choose', id: chosen });
    await page.until(`all of ${chosen}`, () => page.detail?.row.id === chosen || page.latest('refused'));
  }
  page.send({ type: 'choose', id });
  page.send({ type: 'log', worker: id });
  await page.until('the end of its log', () => page.latest('log')?.isOver);

  expect(page.rows.get(id)).toMatchObject({ task: markup });
  const texts = page.lines.map(({ text }) => text);
  expect(texts).toContain(markup);
  expect(texts).toContain(colour);
  expect(texts).toContain('copied ‹API_TOKEN›');
  expect(page.text).toContain('API_TOKEN');
  expect(page.text).not.toContain(canary);
});

test('why a Pod never ran is told of who looked, without secrets, and only its name of who came later', async () => {
  // Another one is before it, so that it is seen while it waits.
  const pool = await startInspectedPool({ WORKERS_LIVE_MAX: '1' });
  const page = await InspectorClient.open(pool.address);
  await page.until('the tree', () => page.latest('tree'));
  const image = `${canary.toLowerCase()}/no-such-image`;
  const env = [['REGISTRY_TOKEN', canary.toLowerCase()]] as const;
  pool.scaleUp(scaleUpCommand({ taskId: 'before', template: template('sleep 2') }));
  await page.until('the one before', () => page.row(({ kind }) => kind === 'worker'));
  pool.scaleUp(scaleUpCommand({ taskId: 'wrong', template: { ...template('true'), image, env } }));
  const { id } = await page.until('its row', () =>
    page.row(({ kind, task, isOver }) => kind === 'worker' && task === 'wrong' && !isOver),
  );
  page.send({ type: 'choose', id });
  await page.until('all of it', () => page.detail?.row.isOver);
  expect(evidenceIn(page)).toContain('‹REGISTRY_TOKEN›/no-such-image');
  expect(page.text).not.toContain(canary.toLowerCase());
  await page.close();
  await page.until('nobody observing', () => pool.observers() === 0);

  const late = await InspectorClient.open(pool.address);
  await late.until('the tree', () => late.rows.has(id));
  late.send({ type: 'choose', id });
  await late.until('all of it', () => late.detail);
  expect(late.detail?.row).toMatchObject({ phase: 'failed', failure: 'image-pull' });
  expect(evidenceIn(late)).toBeUndefined();
  expect(late.text).not.toContain(canary.toLowerCase());
});

test('a run is told with its stages, its attempts and its critical path, and is cancelled by a button', async () => {
  const pool = await startInspectedPool();
  const page = await InspectorClient.open(pool.address);
  await page.until('the tree', () => page.latest('tree'));
  const build = stageCommand('build', { template: template('true') });
  const check = stageCommand('check', { template: template(untilTold), dependsOn: ['build'] });
  pool.submit(pipelineCommand([build, check]));
  await page.until('its row', () => page.row(({ kind }) => kind === 'pipeline'));
  page.send({ type: 'run', pipelineId: 'p' });
  const checkRow = () => page.rows.get('stage ["p","check"]');
  await page.until(
    'its second stage at work',
    () => page.run?.stages[1]?.attempts[0]?.phase === 'running' && checkRow()?.phase === 'running',
  );

  expect(page.run).toMatchObject({
    phase: 'running',
    canCancel: true,
    canRetry: false,
    criticalPath: ['build', 'check'],
    stages: [
      { stageId: 'build', phase: 'succeeded', attempts: [{ attempt: 1, phase: expect.any(String) }] },
      { stageId: 'check', dependsOn: ['build'], attempts: [{ phase: 'running' }] },
    ],
  });
  expect(checkRow()).toMatchObject({ parent: 'pipeline "p"', phase: 'running' });
  // What it writes to its journal meanwhile is nothing that it waits for.
  const ownState = () => page.row(({ kind }) => kind === 'pipeline')?.state;
  await page.until('its state', () => ownState() === 'live.run.working.scheduling');
  expect(page.row(({ kind, stage }) => kind === 'worker' && stage === 'check')?.parent).toBe(
    'stage ["p","check"]',
  );

  const answer = await act(pool.address, 'cancel-pipeline', { pipelineId: 'p', mode: 'now' });
  expect(answer).toMatchObject({ status: 200, message: expect.stringContaining('is being cancelled') });
  await page.until('its end', () => page.run?.phase === 'cancelled');
  expect(page.run).toMatchObject({ canCancel: false, canRetry: true });

  const retried = await act(pool.address, 'retry-pipeline', { pipelineId: 'p' });
  expect(retried).toMatchObject({ status: 200, message: 'the run "p-retry-1" repeats 1 stage' });
  expect((await act(pool.address, 'cancel-pipeline', { pipelineId: 'p', mode: 'now' })).message).toBe(
    'the run "p" was cancelled already',
  );
});

test('a button needs the header that no other site can send, and says in a sentence what is wrong', async () => {
  const pool = await startInspectedPool();
  const asked = { taskId: 'nobody', workerCount: 0 };
  expect(await act(pool.address, 'scale-down', asked)).toEqual({ status: 200, message: '0 terminated' });
  expect(await act(pool.address, 'scale-down', asked, {})).toMatchObject({ status: 403 });
  expect(
    await act(pool.address, 'scale-down', asked, {
      'x-ottoscaler': 'inspector',
      origin: 'http://elsewhere.example',
    }),
  ).toMatchObject({ status: 403 });
  expect(await act(pool.address, 'scale-down', { taskId: 'a', workerCount: -1 })).toEqual({
    status: 400,
    message: expect.stringMatching(/^This is not what scale-down takes: workerCount: /),
  });
  expect(await act(pool.address, 'cancel-pipeline', { pipelineId: 'x', mode: 'now' })).toEqual({
    status: 404,
    message: 'pipeline_id: there is no run "x", or it ended more than 24 hours ago',
  });
});

test('nobody acts through a port that others reach', async () => {
  const pool = await startInspectedPool({ HTTP_HOST: '0.0.0.0' });
  const page = await InspectorClient.open(pool.address);
  await page.until('a greeting', () => page.latest('hello'));
  expect(page.latest('hello')?.session).toEqual({ name: '', role: 'viewer' });
  expect(await act(pool.address, 'scale-down', { taskId: 'a', workerCount: 0 })).toEqual({
    status: 403,
    message: expect.stringContaining('takes a credential with the role operator'),
  });
});

test('actors are observed while somebody looks, and only then', async () => {
  const pool = await startInspectedPool();
  expect(pool.observers()).toBe(0);
  const one = await InspectorClient.open(pool.address);
  const other = await InspectorClient.open(pool.address);
  await other.until('the tree', (page) => page.latest('tree'));
  expect(pool.observers()).toBe(1);
  await one.close();
  expect(pool.observers()).toBe(1);
  await other.close();
  await other.until('nobody observing', () => pool.observers() === 0);
  const again = await InspectorClient.open(pool.address);
  await again.until('the tree', (page) => page.rows.has('pool'));
});

test('what is no message of the protocol ends the page, and what is not there is a sentence', async () => {
  const pool = await startInspectedPool();
  const page = await InspectorClient.open(pool.address);
  await page.until('the tree', () => page.latest('tree'));
  page.send({ type: 'choose', id: 'nobody' });
  await page.until('a refusal', () => page.latest('refused'));
  expect(page.latest('refused')).toEqual({
    type: 'refused',
    what: 'choose',
    why: 'There is no actor "nobody", or it is forgotten.',
  });
  page.socket.send('{"type":"become-operator"}');
  await page.until('its end', () => page.closeCode === 1008);
});

function evidenceIn({ detail }: InspectorClient): string | undefined {
  const context = detail?.context as
    | { readonly ended: { readonly outcome: { readonly failure: { readonly evidence?: string } } } }
    | undefined;
  return context?.ended.outcome.failure.evidence;
}

async function act(
  address: string,
  name: string,
  asked: object,
  headers: Readonly<Record<string, string>> = { 'x-ottoscaler': 'inspector' },
): Promise<{ readonly status: number; readonly message: string }> {
  const response = await fetch(`http://${address}/api/actions/${name}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(asked),
  });
  const text = await response.text();
  const message = text.startsWith('{') ? (JSON.parse(text) as { message: string }).message : text;
  return { status: response.status, message };
}
