/** What recording costs: the same pool under the same facts, recorded into a file and not, in turns. */
import { fileURLToPath } from 'node:url';
import type { Benchmark, Findings, Given, Row } from './benchmark.ts';
import { offeredPerSecond, type RecordCosts, type RecordRun } from './record-pool.ts';
import { Child } from './support/child.ts';

const workers = 2_000;
const program = fileURLToPath(new URL('record-pool.ts', import.meta.url));

export const record: Benchmark = {
  name: 'record',
  purpose: 'what recording events into a file costs the pool',
  needsKubernetes: false,
  run,
};

async function run({ repetitions, signal, progress }: Given): Promise<Findings> {
  const on: RecordCosts[] = [];
  const off: RecordCosts[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const [costs, isRecorded] of [
      [off, false],
      [on, true],
    ] as const) {
      progress.step(`record: ${isRecorded ? 'on' : 'off'}, repetition ${repetition} of ${repetitions}`);
      await using child = new Child([program]);
      const request: RecordRun = { isRecorded, workers };
      costs.push(await child.ask<RecordCosts>(request, signal));
    }
  }
  const rows = (what: string, unit: string, value: (costs: RecordCosts) => number): readonly Row[] => [
    { what: `${what}, not recorded`, unit, values: off.map(value) },
    { what: `${what}, recorded`, unit, values: on.map(value) },
  ];
  return {
    setup: { workers, 'status facts at the pool under load': `${offeredPerSecond}/s` },
    rows: [
      ...rows('facts that make workers run', 'facts/s', (c) => c.runningFactsPerSecond),
      ...rows('newer status of running Pods', 'facts/s', (c) => c.statusFactsPerSecond),
      ...rows('scale up from none', 'µs/worker', (c) => c.scaleUpUsPerWorker),
      ...rows('CPU under load', '% of a core', (c) => c.cpuPercent),
      ...rows('loop delay p99 under load', 'ms', (c) => c.loopDelayP99Ms),
      { what: 'size of a recorded fact', unit: 'bytes', values: on.map((c) => c.bytesPerFact) },
    ],
  };
}
