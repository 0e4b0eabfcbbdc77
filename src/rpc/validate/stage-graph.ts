/**
 * The graph that stages make of themselves: what is wrong with it, an order to run it in, its critical path.
 *
 * Knows nothing of requests and throws nothing at callers: a problem is data that a server and a command-line
 * tool can each put in their own words. Everything is linear in stages and dependencies, and nothing recurses,
 * so ten thousand stages in a row cost ten thousand steps and no stack.
 */

/** A stage as far as the graph is concerned. */
export interface GraphStage {
  readonly stageId: string;
  readonly dependsOn: readonly string[];
  /** Absent = `success`. A stage with another one and no dependencies waits for every ordinary stage. */
  readonly runWhen?: 'success' | 'failure' | 'always';
}

/** What keeps a graph from being run; `stage` is the index of the culprit. */
export type GraphProblem =
  | {
      readonly kind: 'duplicate id';
      readonly stage: number;
      readonly stageId: string;
      readonly first: number;
    }
  /** `dependency` is the stage itself, is named twice, or is no stage at all. */
  | {
      readonly kind: 'own dependency' | 'repeated dependency' | 'unknown dependency';
      readonly stage: number;
      readonly dependency: string;
    }
  /** Each stage depends on the next; the last is the first again. */
  | { readonly kind: 'cycle'; readonly path: readonly string[] };

export interface StageGraph {
  /** By stage index: the indices of what it depends on. */
  readonly dependencies: readonly (readonly number[])[];
  /** Every stage after all that it waits for; the closing ones last. */
  readonly order: readonly number[];
  /** Stages that wait for every ordinary stage, and what depends on such. */
  readonly closing: ReadonlySet<number>;
}

export type GraphReading =
  | { readonly kind: 'runnable'; readonly graph: StageGraph }
  | { readonly kind: 'broken'; readonly problem: GraphProblem };

/** Finds the first problem, in the order of the stages; cycles are looked for only where nothing else is wrong. */
export function readStageGraph(stages: readonly GraphStage[]): GraphReading {
  const indices = new Map<string, number>();
  for (const [stage, { stageId }] of stages.entries()) {
    const first = indices.get(stageId);
    if (first !== undefined) return broken({ kind: 'duplicate id', stage, stageId, first });
    indices.set(stageId, stage);
  }
  const dependencies: (readonly number[])[] = [];
  for (const [stage, { dependsOn }] of stages.entries()) {
    const known = new Set<number>();
    for (const dependency of dependsOn) {
      const index = indices.get(dependency);
      if (index === undefined) return broken({ kind: 'unknown dependency', stage, dependency });
      if (index === stage) return broken({ kind: 'own dependency', stage, dependency });
      if (known.has(index)) return broken({ kind: 'repeated dependency', stage, dependency });
      known.add(index);
    }
    dependencies.push([...known]);
  }
  const sorted = topologicalOrder(dependencies);
  if (sorted.length < stages.length) {
    const cycle = cycleAmong(dependencies, new Set(sorted));
    return broken({ kind: 'cycle', path: cycle.map((stage) => stages[stage]?.stageId ?? '') });
  }
  const closing = closingOf(stages, dependencies, sorted);
  const ordinary = sorted.filter((stage) => !closing.has(stage));
  const order = [...ordinary, ...sorted.filter((stage) => closing.has(stage))];
  return { kind: 'runnable', graph: { dependencies, order, closing } };
}

export interface CriticalPath {
  /** Stage indices, from the first to start to the last to end. */
  readonly stages: readonly number[];
  readonly weight: number;
}

/**
 * The chain of stages that decides how long a run takes at least, if there is room for all.
 *
 * @param weights by stage index, 0 or more, in any one unit; a missing one counts as 0
 */
export function criticalPath(
  { dependencies, order, closing }: StageGraph,
  weights: readonly number[],
): CriticalPath {
  const ends: number[] = Array.from({ length: order.length }, () => 0);
  const before: (number | undefined)[] = [];
  const endOf = (stage: number | undefined): number => (stage === undefined ? 0 : (ends[stage] ?? 0));
  /** The later of two ends; the first of them where they are equal. */
  const later = (one: number | undefined, other: number): number =>
    one === undefined || endOf(other) > endOf(one) ? other : one;
  let lastOrdinary: number | undefined;
  let last: number | undefined;
  for (const stage of order) {
    const own = dependencies[stage] ?? [];
    const waitsForAll = closing.has(stage) && own.length === 0;
    const latest = waitsForAll ? lastOrdinary : own.reduce<number | undefined>(later, undefined);
    before[stage] = latest;
    ends[stage] = endOf(latest) + (weights[stage] ?? 0);
    if (!closing.has(stage)) lastOrdinary = later(lastOrdinary, stage);
    last = later(last, stage);
  }
  const stages: number[] = [];
  for (let at = last; at !== undefined; at = before[at]) stages.push(at);
  return { stages: stages.toReversed(), weight: endOf(last) };
}

function broken(problem: GraphProblem): GraphReading {
  return { kind: 'broken', problem };
}

/** Kahn's algorithm, stages that are free at the same time in the order of their indices; whatever a cycle holds is missing. */
function topologicalOrder(dependencies: readonly (readonly number[])[]): number[] {
  const dependents: number[][] = dependencies.map(() => []);
  const left = dependencies.map((own) => own.length);
  for (const [stage, own] of dependencies.entries()) {
    for (const dependency of own) dependents[dependency]?.push(stage);
  }
  const order = [...left.keys()].filter((stage) => left[stage] === 0);
  // The list grows while it is walked.
  for (const free of order) {
    for (const stage of dependents[free] ?? []) {
      const remaining = (left[stage] ?? 0) - 1;
      left[stage] = remaining;
      if (remaining === 0) order.push(stage);
    }
  }
  return order;
}

/** Each stage that could not be sorted depends on another such one, so walking back must meet itself. */
function cycleAmong(
  dependencies: readonly (readonly number[])[],
  sorted: ReadonlySet<number>,
): readonly number[] {
  const steps = new Map<number, number>();
  const path: number[] = [];
  let at = dependencies.findIndex((_, stage) => !sorted.has(stage));
  while (!steps.has(at)) {
    steps.set(at, path.length);
    path.push(at);
    at = dependencies[at]?.find((dependency) => !sorted.has(dependency)) ?? at;
  }
  const cycle = path.slice(steps.get(at));
  // Told from its first stage on, whichever of them the walk met first.
  const start = cycle.indexOf(cycle.reduce((least, stage) => Math.min(least, stage)));
  const turned = [...cycle.slice(start), ...cycle.slice(0, start)];
  return [...turned, ...turned.slice(0, 1)];
}

function closingOf(
  stages: readonly GraphStage[],
  dependencies: readonly (readonly number[])[],
  sorted: readonly number[],
): ReadonlySet<number> {
  const closing = new Set<number>();
  for (const stage of sorted) {
    const own = dependencies[stage] ?? [];
    const waitsForAll = (stages[stage]?.runWhen ?? 'success') !== 'success' && own.length === 0;
    if (waitsForAll || own.some((dependency) => closing.has(dependency))) closing.add(stage);
  }
  return closing;
}
