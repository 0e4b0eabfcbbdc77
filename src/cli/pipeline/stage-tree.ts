/**
 * A graph of stages drawn as a tree, each stage once.
 *
 * A stage stands below the nearest stage that all of its dependencies lead
 * back to, its immediate dominator: the legs of a fan stand below the stage
 * that opens it, and so does the stage that joins them, after them. What waits
 * for nothing, or for everything, stands at the margin.
 */
import type { StageGraph } from '../../rpc/validate/stage-graph.ts';

export interface TreeLine {
  /** Index of the stage. */
  readonly stage: number;
  /** The branch it hangs on: `│  └─ `; '' at the margin. */
  readonly branch: string;
}

const margin = -1;
/** Nobody sees what is farther to the left, and a chain of thousands would draw a million of it. */
const indentCharsMax = 60;

/** Every stage once, each below all that it waits for. */
export function stageTree({ dependencies, order }: StageGraph): TreeLine[] {
  const parents = dominators(dependencies, order);
  const children = new Map<number, number[]>();
  for (const stage of order) {
    const parent = parents.get(stage) ?? margin;
    children.set(parent, [...(children.get(parent) ?? []), stage]);
  }
  const lines: TreeLine[] = [];
  // A stack rather than recursion: a chain may be as deep as there are stages.
  const open = below(margin, '', children);
  for (let line = open.pop(); line !== undefined; line = open.pop()) {
    lines.push({ stage: line.stage, branch: line.branch });
    open.push(...below(line.stage, line.indent, children));
  }
  return lines;
}

interface OpenLine extends TreeLine {
  /** What stands before the branches of its children. */
  readonly indent: string;
}

/** In reverse, for a stack. */
function below(parent: number, indent: string, children: ReadonlyMap<number, readonly number[]>): OpenLine[] {
  const stages = children.get(parent) ?? [];
  const lines = stages.map((stage, at) => {
    const isLast = at === stages.length - 1;
    if (parent === margin) return { stage, branch: '', indent: '' };
    const around = indent.slice(-indentCharsMax);
    return {
      stage,
      branch: `${around}${isLast ? '└─ ' : '├─ '}`,
      indent: `${around}${isLast ? '   ' : '│  '}`,
    };
  });
  return lines.toReversed();
}

function dominators(
  dependencies: readonly (readonly number[])[],
  order: readonly number[],
): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  const depths = new Map<number, number>([[margin, 0]]);
  const depthOf = (stage: number) => depths.get(stage) ?? 0;
  const parentOf = (stage: number) => parents.get(stage) ?? margin;
  const nearestCommon = (one: number, other: number): number => {
    let [a, b] = [one, other];
    while (a !== b) {
      if (depthOf(a) >= depthOf(b)) a = parentOf(a);
      else b = parentOf(b);
    }
    return a;
  };
  for (const stage of order) {
    const own = dependencies[stage] ?? [];
    const parent = own.length === 0 ? margin : own.reduce(nearestCommon);
    parents.set(stage, parent);
    depths.set(stage, depthOf(parent) + 1);
  }
  return parents;
}
