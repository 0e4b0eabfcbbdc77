/** The tree as the lines that are to be seen: what is open, and what fits the filter with the way to it. */
import type { ActorRow } from '../../src/inspector/protocol.ts';
import type { ActorTree } from './actor-tree.ts';
import { fits, isEmpty, type Filter } from './filter.ts';

export interface VisibleRow {
  readonly row: ActorRow;
  /** From 0. */
  readonly depth: number;
  /** Undefined where it has no children. */
  readonly isOpen: boolean | undefined;
  /** Shown only as the way to one that fits. */
  readonly isWay: boolean;
  /** From 1, among its visible siblings. */
  readonly position: number;
  readonly siblings: number;
}

/** Deeper than any tree of ours; a ring of parents ends here. */
const depthMax = 12;

export function visibleRows(
  tree: ActorTree,
  isOpen: (row: ActorRow) => boolean,
  filter: Filter,
): readonly VisibleRow[] {
  const shown = isEmpty(filter) ? undefined : shownBy(tree, filter);
  const visible: VisibleRow[] = [];
  const visit = (parent: string, depth: number) => {
    if (depth > depthMax) return;
    const all = [...tree.childrenOf(parent)];
    const ids = shown ? all.filter((id) => shown.fitting.has(id) || shown.ways.has(id)) : all;
    let position = 0;
    for (const id of ids) {
      const row = tree.get(id);
      position += 1;
      if (row === undefined) continue;
      const has = tree.childrenOf(id).size > 0;
      // A filter opens the way to what it finds.
      const open = has ? shown?.ways.has(id) === true || isOpen(row) : undefined;
      visible.push({
        row,
        depth,
        isOpen: open,
        isWay: shown?.fitting.has(id) === false,
        position,
        siblings: ids.length,
      });
      if (open === true) visit(id, depth + 1);
    }
  };
  visit('', 0);
  return visible;
}

interface Shown {
  readonly fitting: ReadonlySet<string>;
  /** Ancestors of those. */
  readonly ways: ReadonlySet<string>;
}

function shownBy(tree: ActorTree, filter: Filter): Shown {
  const fitting = new Set<string>();
  const ways = new Set<string>();
  for (const row of tree.rows()) {
    if (!fits(row, filter)) continue;
    fitting.add(row.id);
    for (let up = tree.get(row.parent); up && !ways.has(up.id); up = tree.get(up.parent)) ways.add(up.id);
  }
  return { fitting, ways };
}
