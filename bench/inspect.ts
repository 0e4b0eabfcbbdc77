/** What looking costs those who work: the same pool without a viewer, with one, and after it has left. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../src/inspector/protocol.ts';
import type { Benchmark, Findings, Given, Row } from './benchmark.ts';
import { eventsPerSecond, type InspectAsked, type InspectCosts, type Load } from './inspect-pool.ts';
import { Child } from './support/child.ts';
import { median, ratios } from './support/statistics.ts';

const workers = 10_000;
const measureMs = 6_000;
/** Of those with a viewer and after it. */
const rounds = 3;
const settleMs = 1_500;
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
  readonly never: InspectCosts;
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
      'in one process': `never, then ${rounds} × (attached, left)`,
    },
    rows,
  };
}

async function measure(load: Load, signal: AbortSignal): Promise<Found> {
  await using child = new Child([program]);
  const ask = <Answer>(asked: InspectAsked) => child.ask<Answer>(asked, signal);
  const port = await ask<number>({ kind: 'begin', workers, load });
  const costs = () => ask<InspectCosts>({ kind: 'measure', ms: measureMs });
  const never = await costs();
  const attached: InspectCosts[] = [];
  const left: InspectCosts[] = [];
  const first = { treeMs: 0, treeMb: 0, treeStallMs: 0, messages: 0 };
  for (let round = 1; round <= rounds; round++) {
    // oxlint-disable no-await-in-loop -- one after the other is what is measured
    const startMs = performance.now();
    const tree = ask<InspectCosts>({ kind: 'measure', ms: settleMs });
    const viewer = await look(port);
    if (round === 1) first.treeMs = performance.now() - startMs;
    first.treeMb = viewer.treeBytes() / 1e6;
    first.treeStallMs = Math.max(first.treeStallMs, (await tree).loopDelayMaxMs);
    attached.push(await costs());
    first.messages = viewer.changes();
    await viewer.leave();
    await pause(settleMs);
    left.push(await costs());
    // oxlint-enable no-await-in-loop
  }
  return { never, attached, left, ...first };
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
    ['no viewer ever', (one, key) => one.never[key]],
    ['one viewer', (one, key) => mid(one.attached, key)],
    ['after it has left', (one, key) => mid(one.left, key)],
  ];
  const cpuNever = of((one) => one.never.cpuPercent);
  const delays = [
    ['loop delay p50', 'loopDelayP50Ms'],
    ['loop delay p99', 'loopDelayP99Ms'],
    ['loop delay p99 in quiet moments', 'quietP99Ms'],
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
          of((one) => one.never[key]),
        ),
        aim: { atMost: 1.2 },
      },
      {
        what: `${what}: ${name}, after it has left / none ever`,
        unit: '×',
        values: ratios(
          of((one) => mid(one.left, key)),
          of((one) => one.never[key]),
        ),
        aim: { atMost: 1 },
      },
    ]),
    ...states.map(([state, pick]) => ({
      what: `${what}: CPU, ${state}`,
      unit: '% of a core',
      values: of((one) => pick(one, 'cpuPercent')),
    })),
    {
      what: `${what}: CPU, after it has left / none ever`,
      unit: '×',
      values: ratios(
        of((one) => mid(one.left, 'cpuPercent')),
        cpuNever,
      ),
    },
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
