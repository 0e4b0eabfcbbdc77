/** What acceptance tests ask of runs, how they follow them, and what every run's list of events must be. */
import { expect } from 'vitest';
import { OttoscalerClientError, type OttoscalerClient } from '../../src/rpc/client.ts';
import type { PipelineProgress__Output } from '../../src/rpc/generated/ottoscaler/v1/PipelineProgress.ts';
import type { PipelineRequest } from '../../src/rpc/generated/ottoscaler/v1/PipelineRequest.ts';
import type { PipelineStage } from '../../src/rpc/generated/ottoscaler/v1/PipelineStage.ts';
import type { Namespace, RawPod } from './kubernetes.ts';
import { until } from './until.ts';
import { image } from './workers.ts';

export type Progress = PipelineProgress__Output;
export type RunRequest = PipelineRequest & { readonly pipeline_id: string };
type Server = { readonly client: OttoscalerClient };

/** Ends at once on SIGTERM, unlike a shell that waits for its child. */
export const service = 'trap "exit 143" TERM; sleep 600 & wait';

const ends: ReadonlySet<Progress['status']> = new Set([
  'STAGE_COMPLETED',
  'STAGE_FAILED',
  'STAGE_CANCELLED',
  'STAGE_SKIPPED',
]);

/** A stage of one worker that runs `script` in a shell. */
export function shell(
  stageId: string,
  script: string,
  rest: Partial<PipelineStage> = {},
): PipelineStage & { readonly stage_id: string } {
  const command = ['sh', '-c', script];
  return { worker_count: 1, type: 'custom', image, command, ...rest, stage_id: stageId };
}

/** Each after the one before. */
export function chain(stages: readonly (PipelineStage & { readonly stage_id: string })[]): PipelineStage[] {
  return stages.map((stage, at) => {
    const before = stages[at - 1]?.stage_id;
    return before === undefined ? stage : { ...stage, depends_on: [before] };
  });
}

/** Of the run as a whole. */
function isOwn({ stage_id }: Progress): boolean {
  return stage_id === '';
}

export function isFinal(event: Progress): boolean {
  return isOwn(event) && ends.has(event.status);
}

/** Reads on from where `events` ends, until the stream ends or `enough`. */
export async function read(
  stream: AsyncIterable<Progress>,
  events: Progress[] = [],
  enough: (event: Progress) => boolean = () => false,
): Promise<Progress[]> {
  for await (const event of stream) {
    events.push(event);
    if (enough(event)) break;
  }
  return events;
}

/** A client in the background that reads a run from its first event and shows what it has so far. */
export function follow(server: Server, request: RunRequest) {
  const events: Progress[] = [];
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const ended = read(server.client.executePipeline(request, options), events).catch((error: unknown) => {
    if (stop.signal.aborted) return events;
    throw error;
  });
  // Whoever waits for it hears of it; until then it must not end the process.
  ended.catch(() => {});
  return {
    events,
    /** All events, once the stream has ended. */
    ended,
    disconnect: () => stop.abort(),
    /** @returns the first event of which this holds. */
    seen: (what: string, holds: (event: Progress) => boolean, timeoutMs = 90_000) =>
      until(what, () => events.find(holds), { timeoutMs, seen: () => JSON.stringify(events.at(-1)) }),
  };
}

/** Every event of a run from the first, as one that comes late reads them. */
export async function replay({ client }: Server, pipelineId: string): Promise<Progress[]> {
  const request = { pipeline_id: pipelineId };
  return await until('a server that serves', () => read(client.watchPipeline(request)).catch(ifLost));
}

/** Undefined of an error after which a client tries again; throws every other. */
export function ifLost(error: unknown): undefined {
  if (error instanceof OttoscalerClientError && error.code === 'UNAVAILABLE') return undefined;
  throw error;
}

/** The list of a run that has ended: numbered without gaps, one final event and nothing after it. */
export function expectWhole(events: readonly Progress[], status: Progress['status']): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(isFinal).map((event) => event.status)).toEqual([status]);
  expect(events.at(-1)).toSatisfy(isFinal);
  const endOf = Map.groupBy(
    events.filter((event) => !isOwn(event) && ends.has(event.status)),
    ({ stage_id }) => stage_id,
  );
  const endedTwice = [...endOf].filter(([, all]) => all.length > 1).map(([stageId]) => stageId);
  expect(endedTwice).toEqual([]);
  for (const [stageId, [end]] of endOf) {
    const last = events.findLast(({ stage_id }) => stage_id === stageId);
    expect(last, `the last event of ${stageId}`).toEqual(end);
  }
}

/** The status in which each stage stands after these events. */
export function stagesIn(events: readonly Progress[]): Readonly<Record<string, string>> {
  const stages = events.filter((event) => !isOwn(event));
  return Object.fromEntries(
    stages.map(({ stage_id, status }) => [stage_id, status.replace('STAGE_', '').toLowerCase()]),
  );
}

/** The Pods of all attempts that were told of, each once. */
export function podNamesIn(events: readonly Progress[]): readonly string[] {
  return [...new Set(events.flatMap(({ worker_pod_names }) => worker_pod_names))].toSorted();
}

/** Where in which run a Pod stands, by what it carries itself. */
export function placeOf({ metadata: { labels = {}, annotations = {} } }: RawPod): string {
  const run = annotations['ottoscaler.io/pipeline-id'] ?? '';
  const stage = annotations['ottoscaler.io/stage-id'] ?? '';
  return `${run}/${stage}/${labels['ottoscaler.io/index']}/${labels['ottoscaler.io/attempt']}`;
}

/** Every Pod that ever appears in the namespace from now on, in order. */
export function recordPods(namespace: Namespace): AsyncDisposable & { readonly pods: readonly RawPod[] } {
  const stop = new AbortController();
  const pods: RawPod[] = [];
  const recording = (async () => {
    for await (const { type, pod } of namespace.podChanges(stop.signal)) {
      if (type === 'ADDED') pods.push(pod);
    }
  })();
  recording.catch(() => {});
  return {
    pods,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await recording;
    },
  };
}

/** The Pods of one run that are there now. */
export async function podsOf(namespace: Namespace, pipelineId: string): Promise<readonly RawPod[]> {
  const all = await namespace.pods();
  return all.filter(({ metadata }) => metadata.annotations?.['ottoscaler.io/pipeline-id'] === pipelineId);
}
