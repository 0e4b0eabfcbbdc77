/** What somebody has set in the tree: the filter, what is open, where the focus is. */
import { computed, signal } from '@preact/signals';
import type { ActorRow } from '../../src/inspector/protocol.ts';
import { onceAFrame } from '../live/frame.ts';
import { liveTree } from '../live/told.ts';
import { parseFilter, type Phase } from './filter.ts';
import { countPhases, valuesOf } from './counts.ts';
import { visibleRows } from './visible-rows.ts';

const valuesMax = 200;

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

export const rows = computed(() => {
  void openVersion.value;
  return visibleRows(liveTree(), isOpen, filter.value);
});

export const phaseCounts = computed(() => countPhases(liveTree().rows()));
export const tasks = computed(() => valuesOf(liveTree().rows(), 'task', valuesMax));
export const pipelines = computed(() => valuesOf(liveTree().rows(), 'pipeline', valuesMax));

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
