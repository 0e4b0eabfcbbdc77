/** What somebody has set in the tree: the filter, what is open, where the focus is. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { ActorRow } from '../../src/inspector/protocol.ts';
import { atMostEvery, onceAFrame } from '../live/frame.ts';
import { liveTree, treeOfNow } from '../live/told.ts';
import { isEmpty, parseFilter, type Phase } from './filter.ts';
import { countPhases, valuesOf } from './counts.ts';
import { visibleRows } from './visible-rows.ts';

const valuesMax = 200;
/** What takes a look at every row follows them so often. */
const sumsEveryMs = 250;

/** As it is typed: what is seen of a letter never waits for the rows that it finds. */
export const filterText = signal('');
export const filterPhases = signal<ReadonlySet<Phase>>(new Set());
export const focusedId = signal('');

/** Decided when an actor is first seen or by hand: what is over at first sight comes folded. */
const open = new Map<string, boolean>();
const openVersion = signal(0);

/** Follows what is typed by a frame; of letters typed faster only the last counts. */
const appliedText = signal('');
const applyText = onceAFrame(() => {
  setTimeout(() => {
    appliedText.value = filterText.peek();
  });
});
filterText.subscribe(applyText);

const filter = computed(() => parseFilter(appliedText.value, filterPhases.value));

/** Most of what is told changes what lines say, and not where they are. */
const shape = computed(() => liveTree().shape);

const sumsVersion = signal(0);
const addUp = atMostEvery(sumsEveryMs, () => {
  sumsVersion.value += 1;
});
effect(() => {
  void liveTree();
  // Not within this effect, which would then follow what it asks for.
  queueMicrotask(addUp);
});

/** What a line says is newer in the tree than here, where it has not moved. */
export const rows = computed(() => {
  void openVersion.value;
  void shape.value;
  if (!isEmpty(filter.value)) void sumsVersion.value;
  return visibleRows(treeOfNow(), isOpen, filter.value);
});

export const phaseCounts = computed(() => {
  void sumsVersion.value;
  return countPhases(treeOfNow().rows());
});
export const tasks = steadyValues('task');
export const pipelines = steadyValues('pipeline');

/** The same array as long as it holds the same. */
function steadyValues(field: 'task' | 'pipeline'): ReadonlySignal<readonly string[]> {
  let former: readonly string[] = [];
  return computed(() => {
    void sumsVersion.value;
    const values = valuesOf(treeOfNow().rows(), field, valuesMax);
    const isSame = values.length === former.length && values.every((value, index) => value === former[index]);
    if (!isSame) former = values;
    return former;
  });
}

export function setOpen(id: string, isNowOpen: boolean): void {
  open.set(id, isNowOpen);
  openVersion.value += 1;
}

/** So that a row that is gone to can be seen. */
export function openWayTo(ancestors: readonly ActorRow[]): void {
  for (const { id } of ancestors) open.set(id, true);
  openVersion.value += 1;
}

export function togglePhase(phase: Phase): void {
  const chosen = new Set(filterPhases.value);
  if (!chosen.delete(phase)) chosen.add(phase);
  filterPhases.value = chosen;
}

export function clearFilter(): void {
  filterText.value = '';
  filterPhases.value = new Set();
}

function isOpen(row: ActorRow): boolean {
  const known = open.get(row.id);
  if (known !== undefined) return known;
  const first = row.kind === 'pool' || !row.isOver;
  open.set(row.id, first);
  return first;
}
