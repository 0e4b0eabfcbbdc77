/** Graphs of stages to measure runs by, the same from each seed. */
import type { PipelineCommand } from '../src/machines/pipeline/command.ts';
import { pipelineCommand, stageCommand } from '../test/support/pipelines.ts';

/** By stage: the stages that come first; each of them stands before it. */
export type Graph = ReadonlyArray<readonly number[]>;

export const shapes = ['chain', 'fan', 'random'] as const;
export type Shape = (typeof shapes)[number];

const reach = 20;
const dependenciesMax = 3;

export function graphOf(shape: Shape, stages: number, random: () => number): Graph {
  const indexes = Array.from({ length: stages }, (_, index) => index);
  switch (shape) {
    case 'chain':
      return indexes.map((index) => (index === 0 ? [] : [index - 1]));
    /** One, then all side by side, then one. */
    case 'fan':
      return indexes.map((index) => {
        if (index === 0) return [];
        return index === stages - 1 ? indexes.slice(1, -1) : [0];
      });
    /** Up to three of the twenty before. */
    case 'random':
      return indexes.map((index) => {
        const count = Math.floor(random() * (dependenciesMax + 1));
        const drawn = Array.from({ length: count }, () => index - 1 - Math.floor(random() * reach));
        return [...new Set(drawn.filter((before) => before >= 0))];
      });
  }
}

/** How long a run takes at least: the longest way through the graph, in the unit of the durations. */
export function criticalPath(graph: Graph, durations: readonly number[]): number {
  const ends: number[] = [];
  for (const [index, before] of graph.entries()) {
    ends.push(Math.max(0, ...before.map((at) => ends[at] ?? 0)) + (durations[index] ?? 0));
  }
  return Math.max(...ends);
}

/** How long it takes where each level waits for the whole of the one before. */
export function levelByLevel(graph: Graph, durations: readonly number[]): number {
  const levels: number[] = [];
  const longest: number[] = [];
  for (const [index, before] of graph.entries()) {
    const level = Math.max(-1, ...before.map((at) => levels[at] ?? 0)) + 1;
    levels.push(level);
    longest[level] = Math.max(longest[level] ?? 0, durations[index] ?? 0);
  }
  return longest.reduce((sum, duration) => sum + duration, 0);
}

export const stageIdOf = (index: number) => `s${index}`;

/** One worker a stage, with the defaults of everything. */
export function commandOf(pipelineId: string, graph: Graph): PipelineCommand {
  const stages = graph.map((before, index) =>
    stageCommand(stageIdOf(index), { dependsOn: before.map(stageIdOf) }),
  );
  return pipelineCommand(stages, { pipelineId });
}

/** From a Pod's creation until its container runs, in virtual time: part of its stage's duration. */
export const startMs = 300;
/** Of a container, uniformly from 0. */
export const durationMsMax = 60_000;
