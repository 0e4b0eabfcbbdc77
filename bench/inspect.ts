/**
 * What looking costs those who work: a pool that nobody ever looked at, one that somebody looks at, and the same one
 * after the viewer has left. They take turns, many times and shortly, so that what else the machine does meets all.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../src/inspector/protocol.ts';
import type { Benchmark, Findings, Given, Row } from './benchmark.ts';
import { eventsPerSecond, type InspectAsked, type InspectCosts, type Load } from './inspect-pool.ts';
import { Child } from './support/child.ts';
import { median, ratios } from './support/statistics.ts';

const workers = 10_000;
const measureMs = 1_500;
const rounds = 9;
const treeMs = 1_000;
const program = fileURLToPath(new URL('inspect-pool.ts', import.meta.url));

const loads: Readonly<Record<Load, string>> = {
  status: 'events that change no row',
  rows: 'events that change a row each',
};

export const inspect: Benchmark = {
  name: 'inspect',
  purpose: 'what a viewer of the inspector costs the server',
  needsKubernetes: false,
  run,
};

interface Found {
  readonly never: readonly InspectCosts[];
  readonly attached: readonly InspectCosts[];
  readonly left: readonly InspectCosts[];
  readonly treeMs: number;
  readonly treeMb: number;
  readonly treeStallMs: number;
  readonly messages: number;
}

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const rows: Row[] = [];
  for (const load of ['status', 'rows'] as const) {
    const found: Found[] = [];
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      progress.step(`inspect: ${loads[load]}, repetition ${repetition} of ${repetitions}`);
      // oxlint-disable-next-line no-await-in-loop -- contenders share two cores
      found.push(await measure(load, signal));
    }
    rows.push(...rowsOf(load, found));
  }
  return {
    setup: {
      workers,
      'events at the pool': `${eventsPerSecond}/s`,
      viewer: 'another process, all of the tree, one worker chosen',
      'measured each time': `${measureMs / 1_000} s`,
      'in turns': `${rounds} × (never, in a process of its own; attached, left); medians of them`,
    },
    rows,
  };
}

async function measure(load: Load, signal: AbortSignal): Promise<Found> {
  await using alone = new Child([program]);
  await using watched = new Child([program]);
  const begin: InspectAsked = { kind: 'begin', workers, load };
  const costs = (child: Child, ms: number) =>
    child.ask<InspectCosts>({ kind: 'measure', ms } satisfies InspectAsked, signal);
  await alone.ask<number>(begin, signal);
  const port = await watched.ask<number>(begin, signal);
  const found = { never: [], attached: [], left: [] } as Record<
    'never' | 'attached' | 'left',
    InspectCosts[]
  >;
  const first = { treeMs: 0, treeMb: 0, treeStallMs: 0, messages: 0 };
  for (let round = 1; round <= rounds; round++) {
    // oxlint-disable no-await-in-loop -- one after the other is what is measured
    found.never.push(await costs(alone, measureMs));
    const startMs = performance.now();
    const tree = costs(watched, treeMs);
    const viewer = await look(port);
    if (round === 1) first.treeMs = performance.now() - startMs;
    first.treeMb = viewer.treeBytes() / 1e6;
    first.treeStallMs = Math.max(first.treeStallMs, (await tree).loopDelayMaxMs);
    found.attached.push(await costs(watched, measureMs));
    first.messages = viewer.changes();
    await viewer.leave();
    found.left.push(await costs(watched, measureMs));
    // oxlint-enable no-await-in-loop
  }
  return { ...found, ...first };
}

/** Resolves once it has the tree. */
async function look(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/inspect`);
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  let treeBytes = 0;
  let changes = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.type === 'changes') changes += message.rows.length;
    if (message.type !== 'tree') return;
    treeBytes = data.length;
    const worker = message.rows.find(({ kind }) => kind === 'worker');
    socket.send(JSON.stringify({ type: 'choose', id: worker?.id ?? '' }));
    tell();
  });
  await told;
  return {
    treeBytes: () => treeBytes,
    changes: () => changes,
    async leave() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function rowsOf(load: Load, found: readonly Found[]): readonly Row[] {
  const what = loads[load];
  const of = (pick: (one: Found) => number) => found.map(pick);
  const mid = (of_: readonly InspectCosts[], key: keyof InspectCosts) => median(of_.map((one) => one[key]));
  const states: ReadonlyArray<readonly [string, (one: Found, key: keyof InspectCosts) => number]> = [
    ['no viewer ever', (one, key) => mid(one.never, key)],
    ['one viewer', (one, key) => mid(one.attached, key)],
    ['after it has left', (one, key) => mid(one.left, key)],
  ];
  const delays = [
    ['loop delay p50', 'loopDelayP50Ms'],
    ['loop delay p99', 'loopDelayP99Ms'],
  ] as const;
  return [
    ...delays.flatMap(([name, key]): readonly Row[] => [
      ...states.map(([state, pick]) => ({
        what: `${what}: ${name}, ${state}`,
        unit: 'ms',
        values: of((one) => pick(one, key)),
      })),
      {
        what: `${what}: ${name}, one viewer / none ever`,
        unit: '×',
        values: ratios(
          of((one) => mid(one.attached, key)),
          of((one) => mid(one.never, key)),
        ),
        aim: { atMost: 1.2 },
      },
      {
        what: `${what}: ${name}, after it has left / none ever`,
        unit: '×',
        values: ratios(
          of((one) => mid(one.left, key)),
          of((one) => mid(one.never, key)),
        ),
        aim: { atMost: 1.1 },
      },
    ]),
    ...states.map(([state, pick]) => ({
      what: `${what}: CPU, ${state}`,
      unit: '% of a core',
      values: of((one) => pick(one, 'cpuPercent')),
    })),
    ...states.map(([state, pick]) => ({
      what: `${what}: garbage collections, ${state}`,
      unit: 'ms/s',
      values: of((one) => pick(one, 'garbageMsPerSecond')),
    })),
    {
      what: `${what}: events taken in, one viewer`,
      unit: '/s',
      values: of((one) => mid(one.attached, 'eventsPerSecond')),
    },
    { what: `${what}: rows told to the viewer`, unit: '', values: of((one) => one.messages) },
    { what: `${what}: from opening to the tree`, unit: 'ms', values: of((one) => one.treeMs) },
    { what: `${what}: size of the tree`, unit: 'MB', values: of((one) => one.treeMb) },
    {
      what: `${what}: longest loop delay while it is made`,
      unit: 'ms',
      values: of((one) => one.treeStallMs),
    },
  ];
}
