/** Stately's inspection protocol, as `createWebSocketReceiver` of @statelyai/inspect takes it: JSON, one message a frame. */
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startInspectedPool } from '../support/inspected-pool.ts';
import { scaleUpCommand } from '../support/orders.ts';
import { until } from '../support/until.ts';

interface Said {
  readonly type: string;
  readonly sessionId: string;
  readonly rootId: string;
  readonly parentId?: string;
  readonly sourceId?: string;
  readonly name?: string;
  readonly definition?: string;
  readonly event?: { readonly type: string };
  readonly snapshot?: { readonly status: string; readonly value: unknown };
  readonly _version: string;
}

const canary = 'CANARY-hunter2';

async function attach(address: string) {
  const socket = new WebSocket(`ws://${address}/inspect/stately`);
  onTestFinished(() => socket.terminate());
  const said: Said[] = [];
  socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString()) as Said));
  await once(socket, 'open');
  return { socket, said };
}

const template = {
  image: 'busybox',
  command: `echo ${canary}; while [ ! -e go ]; do sleep 0.1; done`,
  timeoutSeconds: 60,
  env: [['API_TOKEN', canary] as const],
  resources: {},
};

test('a viewer is told of actors, their events and their snapshots, and one that comes late of all that are there', async () => {
  const pool = await startInspectedPool();
  const { said, socket } = await attach(pool.address);
  await until('the pool', () => said.some(({ name }) => name === 'pool'));
  const [root] = said;
  expect(root).toMatchObject({ type: '@xstate.actor', sessionId: root?.rootId });
  expect(JSON.parse(root?.definition ?? '')).toMatchObject({ id: 'pool', initial: 'recovering' });

  pool.scaleUp(scaleUpCommand({ template }));
  const worker = await until('a worker', () => said.find(({ name }) => name?.startsWith('otto-')));
  expect(worker).toMatchObject({ type: '@xstate.actor', parentId: root?.rootId, rootId: root?.rootId });
  await until('that it runs', () =>
    said.some(
      ({ type, sessionId, snapshot }) =>
        type === '@xstate.snapshot' &&
        sessionId === worker.sessionId &&
        JSON.stringify(snapshot?.value) === '{"running":"active"}',
    ),
  );
  await until('its report', () => said.some(({ event }) => event?.type === 'worker.running'));
  const events = said.filter(({ type, sessionId }) => type === '@xstate.event' && sessionId === root?.rootId);
  const known = new Set(
    said.filter(({ type }) => type === '@xstate.actor').map(({ sessionId }) => sessionId),
  );
  expect(events.map(({ event }) => event?.type)).toContain('worker.running');
  expect(events.find(({ event }) => event?.type === 'worker.running')?.sourceId).toBe(worker.sessionId);
  expect(said.filter(({ sessionId }) => !known.has(sessionId))).toEqual([]);
  expect(new Set(said.map(({ _version }) => _version)).size).toBe(1);

  const late = await attach(pool.address);
  await until('the tree', () => late.said.some(({ sessionId }) => sessionId === worker.sessionId));
  const [first, ...rest] = late.said;
  expect(first?.name).toBe('pool');
  expect(rest.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['scale-up ["task-a",""]', worker.name]),
  );
  expect(JSON.stringify([...said, ...late.said])).not.toContain(canary);

  expect(pool.observers()).toBe(2);
  socket.close();
  late.socket.close();
  await until('nobody observing', () => pool.observers() === 0);
});
