/** What a page is sent, and when: the scene and the socket are scripted, the viewer is real. */
import type { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { PageSocket } from '../../../src/inspector/page-socket.ts';
import type { ServerMessage } from '../../../src/inspector/protocol.ts';
import type { Batch } from '../../../src/inspector/tree-watch.ts';
import { Viewer, type Scene } from '../../../src/inspector/viewer.ts';
import { until } from '../../support/until.ts';

/** A page that takes what it is sent when the test says so. */
class Page {
  readonly OPEN = 1;
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly messages: ServerMessage[] = [];
  #text = '';

  send(text: string, { fin = true }: { fin?: boolean } = {}): void {
    this.#text += text;
    if (!fin) return;
    this.messages.push(JSON.parse(this.#text) as ServerMessage);
    this.#text = '';
  }

  get types(): readonly string[] {
    return this.messages.map(({ type }) => type);
  }
}

class Rows implements Scene {
  readonly texts = new Map<string, string>();
  constructor(count: number) {
    for (let n = 0; n < count; n++) this.set(`row-${n}`, 0);
  }
  set(id: string, version: number): void {
    this.texts.set(id, JSON.stringify({ id, version, name: 'x'.repeat(50) }));
  }
  nowMs = () => 0;
  row = (id: string) => this.texts.get(id);
  rows = () => [...this.texts.values()];
  rowCount = () => this.texts.size;
  truncated = () => 0;
  placeOf = (id: string) => (this.texts.has(id) ? ({ kind: 'worker', id, key: id } as const) : undefined);
  detail = () => undefined;
  follow = () => ({ news: () => [], close: () => {} });
  run = () => undefined;
  openRun = () => {};
  log = () => 'no log';
}

function looking(count: number) {
  const page = new Page();
  const rows = new Rows(count);
  const socket = new PageSocket(page as unknown as WebSocket);
  return { page, rows, socket, viewer: new Viewer(socket, rows) };
}

const changed = (...ids: readonly string[]): Batch => ({
  changed: ids,
  gone: [],
  touched: new Set(ids),
  runs: new Set(),
});

test('a tree of many fragments is one message, and what comes meanwhile comes after it', async () => {
  const { page, rows, socket, viewer } = looking(5_000);
  viewer.flush();
  rows.set('row-0', 1);
  viewer.tell(changed('row-0'));
  socket.send({ type: 'refused', what: 'choose', why: 'no' });
  expect(page.types).toEqual([]);
  await until('the tree', () => page.messages.length === 2);
  expect(page.types).toEqual(['tree', 'refused']);
  expect(page.messages[0]).toMatchObject({ rows: { length: 5_000 } });
  viewer.flush();
  expect(page.messages.at(-1)).toMatchObject({ type: 'changes', rows: [{ id: 'row-0', version: 1 }] });
});

test('to a slow page nothing is sent; then the newest of each row, once', () => {
  const { page, rows, viewer } = looking(10);
  viewer.flush();
  page.bufferedAmount = 1e6;
  for (let version = 1; version <= 100; version++) {
    rows.set('row-3', version);
    viewer.tell(changed('row-3'));
    viewer.flush();
  }
  rows.texts.delete('row-4');
  viewer.tell({ ...changed(), gone: ['row-4'] });
  expect(page.types).toEqual(['tree']);
  page.bufferedAmount = 0;
  viewer.flush();
  expect(page.messages.slice(1)).toMatchObject([
    { type: 'changes', rows: [{ id: 'row-3', version: 100 }], gone: ['row-4'] },
  ]);
});

test('a slow page that lacks half of the tree gets it anew', async () => {
  const { page, rows, viewer } = looking(2_400);
  viewer.flush();
  await until('the tree', () => page.messages.length === 1);
  page.bufferedAmount = 1e6;
  for (const id of rows.texts.keys()) {
    rows.set(id, 1);
    viewer.tell(changed(id));
  }
  viewer.flush();
  expect(page.types).toEqual(['tree']);
  page.bufferedAmount = 0;
  viewer.flush();
  await until('the tree again', () => page.types.join() === 'tree,tree');
});
