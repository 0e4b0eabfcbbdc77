/** What is measured of the program every so often, from within (its probe) and from outside (/proc, gRPC). */
import { readdir } from 'node:fs/promises';
import type { Server } from '../../bench/support/server.ts';

export interface Sample {
  readonly hours: number;
  readonly rssMb: number;
  readonly heapMb: number;
  /** Undefined where there is no /proc. */
  readonly fds: number | undefined;
  readonly resources: number;
  /** Of the time since the sample before, in milliseconds. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Workers that have not ended. */
  readonly live: number;
  /** Only of a sample before which all garbage was collected. */
  readonly liveHeapMb: number | undefined;
  readonly actors: number | undefined;
}

const mb = 2 ** 20;

export async function takeSample(
  server: Server,
  hours: number,
  signal: AbortSignal,
  collect: boolean,
): Promise<Sample> {
  const { rssBytes, heapUsedBytes, resources, loopDelayMs } = await server.read(signal);
  const status = await server.client.getWorkerStatus({}, { signal });
  const collected = collect ? await server.readCollected(signal) : undefined;
  return {
    hours,
    rssMb: rssBytes / mb,
    heapMb: heapUsedBytes / mb,
    fds: await countFds(server.pid),
    resources,
    loopP99Ms: loopDelayMs.p99,
    loopMaxMs: loopDelayMs.max,
    live: status.running_count + status.pending_count,
    liveHeapMb: collected && collected.heapUsedBytes / mb,
    actors: collected?.actors,
  };
}

async function countFds(pid: number | undefined): Promise<number | undefined> {
  return (await readdir(`/proc/${pid}/fd`).catch(() => undefined))?.length;
}

export const heading =
  '   time  RSS MB  heap MB  fds  resources  loop p99 ms  max ms  live workers  live heap MB  actors  commands';

export function asLine(sample: Sample, commands: number): string {
  const { hours, rssMb, heapMb, fds, resources, loopP99Ms, loopMaxMs, live, liveHeapMb, actors } = sample;
  const cells: ReadonlyArray<readonly [number, string]> = [
    [7, clock(hours)],
    [8, rssMb.toFixed(1)],
    [9, heapMb.toFixed(1)],
    [5, String(fds ?? '–')],
    [11, String(resources)],
    [13, loopP99Ms.toFixed(1)],
    [8, loopMaxMs.toFixed(1)],
    [14, String(live)],
    [14, liveHeapMb?.toFixed(1) ?? ''],
    [8, String(actors ?? '')],
    [10, String(commands)],
  ];
  return cells.map(([width, text]) => text.padStart(width)).join('');
}

function clock(hours: number): string {
  const seconds = Math.round(hours * 3_600);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
